/** Hooks of the program itself: from an accounts file to a receiver, over edits, reloads and kill -9. */

import { doesNotMatch, equal, match, ok } from "node:assert/strict";
import { Receiver } from "../hooks/_hooks.ts";
import { RawClient } from "../support/raw_client.ts";
import { until } from "../support/raw_socket.ts";
import { dialogue, Folder, type RunningProgram } from "./_program.ts";

/** Signals other than to kill, and scripts for sh, are not for Windows. */
const ignore = Deno.build.os === "windows";
const ARGS = ["--port", "0", "--passive-ports", "any", "--log-level", "warning"];
const ALL_ROWS = "root x elradfmwMT ../home";

function start(folder: Folder, ...args: string[]): RunningProgram {
  return folder.start([...ARGS, ...args]);
}

async function login(port: number): Promise<RawClient> {
  const client = await RawClient.connect({ port });
  await client.expectReply(220);
  await client.login("root", "x");
  return client;
}

/** A port where nobody listens. */
function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

function section(name: string, ...lines: string[]): string {
  return [`[hook:${name}]`, ...lines, ""].join("\n");
}

for (const workers of ["0", "2"]) {
  Deno.test({
    name: `Every event reaches a hook although the log leaves it out, with workers = ${workers}`,
    ignore,
    async fn() {
      await using receiver = new Receiver();
      const on =
        "on = upload, download, delete, rename, make-directory, remove-directory, login, login-failed";
      await using folder = await Folder.make(
        `${ALL_ROWS}\n${section("all", on, `url = ${receiver.url}`, "sha256 = yes", "most-at-once = 1")}`,
      );
      await using program = start(folder, "--workers", workers, "--log-level", "error");
      const port = await program.port();
      match(await dialogue(port, "USER root", "PASS wrong"), /^530 /m);
      await using client = await login(port);
      await client.upload("STOR -a 'b'", "hello");
      equal(await client.downloadText("RETR -a 'b'"), "hello");
      await client.expect("RNFR -a 'b'", 350);
      await client.expect("RNTO c", 250);
      await client.expect("DELE c", 250);
      await client.expect("MKD d", 257);
      await client.expect("RMD d", 250);
      const calls = await receiver.came(8);
      const told = calls.map(({ said: { type, data } }) =>
        [type, data.account, data.path, data.to].join(" ")
      );
      equal(
        told.toSorted().join("\n"),
        [
          "delete root /c ",
          "download root /-a 'b' ",
          "login root  ",
          "login-failed root  ",
          "make-directory root /d ",
          "remove-directory root /d ",
          "rename root /-a 'b' /c",
          "upload root /-a 'b' ",
        ].join("\n"),
      );
      const upload = calls.find(({ said }) => said.type === "upload")!.said.data;
      equal(upload.file, `${folder.home}/-a 'b'`);
      equal(upload.bytes, 5);
      doesNotMatch(program.text, / (?:upload|logged in)/);
    },
  });

  Deno.test({
    name: `Hooks come, change and go with an edit of the file, without a restart, with workers = ${workers}`,
    ignore,
    async fn() {
      await using one = new Receiver();
      await using other = new Receiver();
      await using folder = await Folder.make(`${ALL_ROWS}\n`);
      await using program = start(folder, "--workers", workers, "--log-level", "info");
      const client = await login(await program.port());
      await client.upload("STOR 1", "x");
      const change = async (text: string, said: RegExp): Promise<void> => {
        const before = program.text.length;
        await folder.write(`${ALL_ROWS}\n${text}`);
        await until(() => said.test(program.text.slice(before)), `${said} in the log`);
      };
      const read = /Hooks read again/;
      await change(section("a", "on = upload", `url = ${one.url}`), read);
      // Workers hear of it a moment later.
      await until(async () => {
        await client.upload("STOR 2", "x");
        return one.calls.length > 0;
      }, "the first call");
      await change(
        section("a", "on = upload", "url = nonsense"),
        /Cannot use url of the hook a[^]*stay as they were/,
      );
      const count = one.calls.length;
      await client.upload("STOR 3", "x");
      await one.came(count + 1);
      await change(section("a", "on = upload", `url = ${other.url}`), read);
      await client.upload("STOR 4", "x");
      await other.came(1);
      await change("", read);
      await client.upload("STOR 5", "x");
      await client.expect("QUIT", 221);
      await client[Symbol.asyncDispose]();
      equal(other.calls.length, 1);
      equal(other.calls[0]!.said.data.path, "/4");
    },
  });

  Deno.test({
    name: `A program may refuse uploads and logins, with workers = ${workers}`,
    ignore,
    async fn() {
      await using folder = await Folder.make(
        `${ALL_ROWS}\nmallory x elr ../home\n${
          section("ask", "on = before-upload, login", "may-refuse = yes", "run = ./ask.sh {path}")
        }`,
      );
      const script = [
        "#!/bin/sh",
        `case "$BASEFTP_EVENT $BASEFTP_ACCOUNT $1" in`,
        `  "login mallory "*) echo "Not you"; exit 1;;`,
        `  "before-upload "*.exe) echo "No programs"; exit 1;;`,
        "esac",
      ].join("\n");
      await Deno.writeTextFile(folder.file("ask.sh"), script, { mode: 0o755 });
      await using program = start(folder, "--workers", workers);
      const port = await program.port();
      match(await dialogue(port, "USER mallory", "PASS x"), /^530 Not you\r$/m);
      await using client = await login(port);
      await using _data = await client.passive();
      await client.expect("STOR a.exe", "550 No programs");
      await client.upload("STOR a.txt", "x");
      await program.until(/The hook ask refuses an upload: root, \/a\.exe, No programs/);
    },
  });
}

Deno.test({
  name: "What was queued before kill -9 is told after the next start, with the same ids",
  ignore,
  async fn() {
    const port = closedPort();
    await using folder = await Folder.make(
      `${ALL_ROWS}\n${section("a", "on = upload", `url = http://127.0.0.1:${port}/`)}`,
    );
    const queued = async (): Promise<string[]> => {
      const text = await Deno.readTextFile(folder.file("baseftp.hooks/a.jsonl")).catch(() => "");
      return text.split("\n").slice(0, -1).map((line) => JSON.parse(line)).map(({ id }) => id);
    };
    {
      await using program = start(folder);
      await using client = await login(await program.port());
      for (let index = 0; index < 20; index++) await client.upload(`STOR ${index}`, "x");
      await until(async () => new Set(await queued()).size === 20, "the queue to be written");
      program.signal("SIGKILL");
      await program.ended();
    }
    const ids = new Set(await queued());
    await using receiver = new Receiver(undefined, port);
    await using program = start(folder);
    await program.port();
    const calls = await receiver.came(20);
    const told = new Set(calls.map(({ headers }) => headers.get("webhook-id")!));
    equal(told.size, 20);
    ok([...told].every((id) => ids.has(id)));
    equal((await Deno.stat(folder.file("baseftp.hooks"))).mode! & 0o777, 0o700);
    equal((await Deno.stat(folder.file("baseftp.hooks/a.jsonl"))).mode! & 0o777, 0o600);
  },
});

Deno.test({
  name:
    "A home that holds the program of a hook, or the queue, is refused: its clients would have the machine",
  ignore,
  async fn() {
    await using folder = await Folder.make(
      `root x elradfmwMT ../home\nqueue x elr baseftp.hooks\n${
        section("a", "on = upload", "run = ../home/a.sh")
      }`,
    );
    await Deno.mkdir(folder.file("baseftp.hooks"));
    await Deno.writeTextFile(`${folder.home}/a.sh`, "#!/bin/sh\n", { mode: 0o755 });
    const { code, stderr } = await folder.run(ARGS);
    equal(code, 1);
    match(stderr, /the program of the hook a.*move the program elsewhere/);
    match(stderr, /the hooks' queue/);
    equal((await folder.run(["--check"])).code, 1);
  },
});

Deno.test({
  name: "SIGHUP with a hook that is wrong changes nothing, and a start with it is refused",
  ignore,
  async fn() {
    await using folder = await Folder.make(`${ALL_ROWS}\n[server]\nbanner = one\n`);
    await using program = start(folder, "--log-level", "info");
    const port = await program.port();
    await folder.write(
      `${ALL_ROWS}\n[server]\nbanner = two\n${section("a", "on = upload", "run = ./no.sh")}`,
    );
    program.signal("SIGHUP");
    await program.until(/baseftp\.ini:6: Cannot use run of the hook a: cannot find .*no\.sh/);
    await program.until(/Settings and accounts stay as they were/);
    match(await dialogue(port), /^220 one\r/);
    const { code, stderr } = await folder.run(ARGS);
    equal(code, 1);
    match(stderr, /baseftp\.ini:6: Cannot use run of the hook a/);
  },
});

Deno.test({
  name: "Kill -9 in the middle of uploads loses no event but the last ones, and leaves no half of one",
  ignore,
  async fn() {
    const port = closedPort();
    await using folder = await Folder.make(
      `${ALL_ROWS}\n${section("a", "on = upload", `url = http://127.0.0.1:${port}/`, "sha256 = yes")}`,
    );
    const told = new Set<string>();
    let uploads = 0;
    for (let round = 0; round < 3; round++) {
      await using program = start(folder);
      await using client = await login(await program.port());
      const hasQueue = async (): Promise<boolean> =>
        (await Deno.readTextFile(folder.file("baseftp.hooks/a.jsonl"))).includes(`"/${round}-`);
      // At least one of this round is on the disk when it dies.
      const dying = until(hasQueue, "the queue to have one").then(() => program.signal("SIGKILL"));
      for (let index = 0;; index++) {
        const isDone = await client.upload(`STOR ${round}-${index}`, "x").then(() => true, () => false);
        if (!isDone) break;
        uploads++;
      }
      await dying;
      await program.ended();
    }
    await using receiver = new Receiver(undefined, port);
    await using program = start(folder);
    await program.port();
    const queue = folder.file("baseftp.hooks/a.jsonl");
    const waiting = async (): Promise<number> => {
      const left = new Set<string>();
      for (const line of (await Deno.readTextFile(queue)).split("\n").slice(0, -1)) {
        const { id, done } = JSON.parse(line);
        if (id) left.add(id);
        else left.delete(done);
      }
      return left.size;
    };
    await until(async () => receiver.calls.length >= 3 && await waiting() === 0, "the queue to be told");
    for (const { said } of receiver.calls) told.add(String(said.data.path));
    ok(told.size <= uploads + 3);
    for (let round = 0; round < 3; round++) {
      const last = Math.max(
        ...[...told].filter((path) => path.startsWith(`/${round}-`)).map((path) => Number(path.slice(3))),
      );
      // What was queued is told without a gap.
      for (let index = 0; index <= last; index++) ok(told.has(`/${round}-${index}`), `/${round}-${index}`);
    }
  },
});

Deno.test({
  name: "A ban is told, with its network, reason and time",
  ignore,
  async fn() {
    await using receiver = new Receiver();
    await using folder = await Folder.make(
      `${ALL_ROWS}\n${section("a", "on = ban", `url = ${receiver.url}`)}`,
    );
    await using program = start(folder);
    await program.port();
    equal((await folder.run(["ban", "192.0.2.7", "--for", "1h", "--reason", "scans"])).code, 0);
    const [call] = await receiver.came(1);
    const { type, data } = call!.said;
    equal(
      JSON.stringify([type, data.network, data.by, data.reason]),
      JSON.stringify(["ban", "192.0.2.7", "operator", "scans"]),
    );
    ok(Number(data.seconds) > 3500 && Number(data.seconds) <= 3600);
  },
});

Deno.test({
  name: "A full quota is told",
  ignore,
  async fn() {
    await using receiver = new Receiver();
    await using folder = await Folder.make(
      `[user:root]\npassword = x\npermissions = elradfmwMT\nhome = ../home\nquota = 1K\n${
        section("a", "on = quota-exceeded", `url = ${receiver.url}`)
      }`,
    );
    await using program = start(folder);
    await using client = await login(await program.port());
    await using data = await client.passive();
    await client.send("STOR a");
    await data.write("x".repeat(5000)).catch(() => {});
    await data.close();
    const [call] = await receiver.came(1);
    const { type, data: { account, what, limit } } = call!.said;
    equal(
      JSON.stringify([type, account, what, limit]),
      JSON.stringify(["quota-exceeded", "root", "bytes", 1024]),
    );
  },
});

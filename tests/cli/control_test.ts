/** The commands that ask a running server, each against the real program. */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { RawClient } from "../support/raw_client.ts";
import { until, within } from "../support/raw_socket.ts";
import { Folder, type RunningProgram } from "./_program.ts";

const ignore = Deno.build.os === "windows";
const test = (name: string, fn: () => Promise<void>): void => Deno.test({ name, fn, ignore });

const FLAGS = [
  "--host",
  "127.0.0.1",
  "--port",
  "0",
  "--passive-ports",
  "any",
  "--login-failure-delay",
  "0",
  "--no-hash-passwords",
];
const ACCOUNTS = "alice secret elradfmwMT ../home\nbob secret elradfmwMT ../home\n";

async function start(folder: Folder, flags: readonly string[] = []): Promise<[RunningProgram, number]> {
  const program = folder.start([...FLAGS, ...flags]);
  return [program, await program.port()];
}

async function login(port: number, name = "alice"): Promise<RawClient> {
  const client = await RawClient.connect({ port });
  await client.expectReply(220);
  await client.login(name);
  return client;
}

/** Runs a command that has to do; gives what it printed. */
async function done(folder: Folder, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await folder.run(args);
  strictEqual(code, 0, stderr);
  strictEqual(stderr, "");
  return stdout;
}

async function sessionsOf(folder: Folder): Promise<Record<string, unknown>[]> {
  const text = await done(folder, "who", "--json");
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

test("who and status tell what the server does, and nothing of a name reaches the terminal as it is", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  const [program, port] = await start(folder);
  await using _program = program;
  strictEqual(await done(folder, "who"), "Nobody is connected\n");
  await using idle = await login(port, "bob");
  await using busy = await login(port);
  await Deno.writeTextFile(`${folder.home}/fi\u001b[2Jlm\u009b 文`, "");
  await Deno.truncate(`${folder.home}/fi\u001b[2Jlm\u009b 文`, 2 ** 32);
  await using data = await busy.passive();
  await busy.expect("RETR fi\u001b[2Jlm\u009b 文", 150);

  const lines = (await done(folder, "who")).split("\n");
  match(lines[0]!, /^ *ID {2}ACCOUNT {2}ADDRESS {4}OVER {2}SINCE {2}DOES +MOVED +RATE$/);
  const text = lines.join("\n");
  match(text, /^ *\d+ {2}bob {6}127\.0\.0\.1 {2}ftp +\d+s {2}idle for \d+s$/m);
  match(
    text,
    /^ *\d+ {2}alice {4}127\.0\.0\.1 {2}ftp +\d+s {2}RETR \/fi\\u001b\[2Jlm\\u009b 文 +[\d.]+ MiB 0% +[\d.]+ \w+\/s$/m,
  );

  const facts = JSON.parse(await done(folder, "status", "--json"));
  deepStrictEqual(
    { sessions: facts.sessions, transfers: facts.transfers, accounts: facts.accounts, port: facts.port },
    { sessions: 2, transfers: 1, accounts: 2, port },
  );
  strictEqual(facts.configFile, folder.file());
  match(await done(folder, "status"), /^sessions {4}2, of which 1 move something$/m);
  await data.reset();
  await busy.expectReply(426);
  await idle.expect("NOOP", 200);
});

test("kick ends a session in the middle of its upload, and says which", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  const [program, port] = await start(folder);
  await using _program = program;
  await using client = await login(port);
  await using other = await login(port, "bob");
  await using data = await client.passive();
  await client.expect("STOR film", 150);
  await data.write(new Uint8Array(100_000));
  await until(async () => (await client.ask("STAT")).includes("100000 bytes"), "the bytes");
  match(await done(folder, "kick", "alice"), /^Ended session \d+ of alice from 127\.0\.0\.1\n$/);
  await client.expectReplies(426, "421 The operator has ended this session");
  await client.expectEnd();
  await other.expect("NOOP", 200);
  const { code, stdout, stderr } = await folder.run(["kick", "alice"]);
  deepStrictEqual([code, stdout, stderr], [
    1,
    "",
    'Cannot kick "alice": no session has that number, name or address\n',
  ]);
  match(await done(folder, "kick", "127.0.0.1", "--json"), /^\{"id":\d+,"account":"bob",/);
});

test("limit slows a download down that runs, a reload leaves it, and --none lets it go", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  const [program, port] = await start(folder);
  await using _program = program;
  await Deno.writeTextFile(`${folder.home}/film`, "");
  await Deno.truncate(`${folder.home}/film`, 2 ** 40);
  await using client = await login(port);
  await using data = await client.passive();
  await client.expect("RETR film", 150);
  let bytes = 0;
  const reading = (async () => {
    for (let chunk; (chunk = await data.read().catch(() => null)) !== null;) bytes += chunk.length;
  })();
  await until(() => bytes > 50_000_000, "the download to run");

  match(
    await done(folder, "limit", "alice", "--max-download", "64K"),
    /^alice: downloads at most 64\.0 KiB\/s, /,
  );
  const held = await sessionsOf(folder);
  const since = performance.now();
  match(await done(folder, "reload"), /Set by hand, and holds: alice: downloads at most 64\.0 KiB\/s/);
  const [after] = await sessionsOf(folder);
  // However long that took: no more than that long's worth, and what was on its way at first.
  const most = 65_536 * ((performance.now() - since) / 1000 + 1) + 1_000_000;
  const moved = Number(after!.bytes) - Number(held[0]!.bytes);
  ok(moved > 0 && moved < most, `${moved} bytes`);

  match(await done(folder, "limit", "alice", "--none"), /^alice: what was set by hand is taken back\n$/);
  const { length } = { length: bytes };
  await until(() => bytes > length + 50_000_000, "the download to run again");
  await data.reset();
  await reading;
  const wrong = await folder.run(["limit", "carol", "--max-upload", "1M"]);
  deepStrictEqual([wrong.code, wrong.stderr], [
    1,
    'Cannot limit "carol": it is neither an account nor the number of a session\n',
  ]);
  for (const args of [["limit", "alice"], ["limit", "alice", "--none", "--max-upload", "1M"]]) {
    strictEqual((await folder.run(args)).code, 2);
  }
});

test("reload tells what has changed, or what is wrong", async () => {
  await using folder = await Folder.make(`${ACCOUNTS}[server]\nbanner = one\n`);
  const [program] = await start(folder);
  await using _program = program;
  strictEqual(await done(folder, "reload"), "Read again; nothing has changed\n");
  await folder.write(
    "alice secret el ../home\ncarol secret el ../home\n[server]\nbanner = two\nlog-level = error\n",
  );
  strictEqual(
    await done(folder, "reload"),
    "Read again:\nbanner: two (was one)\nlog-level: the new value holds after a restart\n" +
      "account carol: added\naccount alice: changed\naccount bob: removed\n",
  );
  await folder.write("alice secret el\n[server]\nbaner = three\n");
  const { code, stdout, stderr } = await folder.run(["reload"]);
  deepStrictEqual([code, stdout], [1, ""]);
  match(stderr, /Unknown setting "baner" in \[server\]: did you mean "banner"\?\n/);
  match(stderr, /\nSettings and accounts stay as they were\n$/);
});

test("stop waits until the server has ended, and lets transfers finish; --now does not", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  for (const isNow of [false, true]) {
    const [program, port] = await start(folder);
    await using _program = program;
    await using client = await login(port);
    await using data = await client.passive();
    await client.expect("STOR film", 150);
    await data.write(new Uint8Array(1000));
    await until(async () => (await client.ask("STAT")).includes("1000 bytes"), "the bytes");
    const stopping = folder.run(isNow ? ["stop", "--now"] : ["stop"]);
    if (isNow) await client.expectReply(426);
    else {
      await program.until(/Stopping: running transfers have 30 s to finish/);
      await data.close();
      await client.expectReply(226);
    }
    await client.expectReply(421);
    const { code, stdout } = await within(stopping, "the end");
    strictEqual(code, 0);
    match(stdout, isNow ? /^Stopped\n$/ : /^Stopping: 1 transfer may finish first; .*\nStopped\n$/);
    strictEqual(await program.ended(), 0);
    deepStrictEqual((await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name), [
      "baseftp.ini",
    ]);
  }
});

test("SIGHUP and reload open log files anew, and both logs rotate by size", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  const flags = [
    "--log-file",
    "log.txt",
    "--transfer-log",
    "moved.txt",
    "--log-max-size",
    "64K",
    "--log-keep",
    "1",
  ];
  const [program, port] = await start(folder, flags);
  await using _program = program;
  const read = (name: string): Promise<string> => Deno.readTextFile(folder.file(name)).catch(() => "");
  await Deno.rename(folder.file("log.txt"), folder.file("log.old"));
  await Deno.rename(folder.file("moved.txt"), folder.file("moved.old"));
  program.signal("SIGHUP");
  await until(async () => (await read("log.txt")).includes("read again"), "a new log");
  await Deno.rename(folder.file("log.txt"), folder.file("log.older"));
  await done(folder, "reload");
  match(await read("log.txt"), /Settings and accounts read again\n/);

  await using client = await login(port);
  const name = "x".repeat(200);
  let files = 0;
  for (; files < 2000 && await read("moved.txt.1") === ""; files++) await client.upload(`STOR ${name}`, "");
  for (let more = 0; more < 100; more++, files++) await client.upload(`STOR ${name}`, "");
  program.signal("SIGTERM");
  await client.expectReply(421);
  strictEqual(await program.ended(), 0);
  const count = async (name: string): Promise<number> => (await read(name)).split("\n").length - 1;
  strictEqual(await count("moved.txt") + await count("moved.txt.1"), files);
  ok((await Deno.stat(folder.file("log.txt"))).size <= 64 * 1024);
  ok((await Deno.stat(folder.file("log.txt.1"))).size <= 64 * 1024);
});

test("Without a server each command says so and what to do, and ends with 1", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  for (
    const args of [["who"], ["kick", "alice"], ["limit", "alice", "--none"], ["reload"], ["stop"], ["status"]]
  ) {
    const { code, stdout, stderr } = await folder.run(args);
    deepStrictEqual([code, stdout], [1, ""]);
    match(stderr, /^Cannot find a running server of baseftp\.ini: no server that runs .*; start it with "/);
  }
  await folder.write(`${ACCOUNTS}[server]\ncontrol-socket = off\n`);
  const { stderr } = await folder.run(["who"]);
  strictEqual(stderr, "Cannot ask the server of baseftp.ini: control-socket is off for it\n");
});

test("A second server of the same accounts leaves the first one's socket alone, and a third after a kill takes it", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  const [first, port] = await start(folder);
  await using _first = first;
  const [second] = await start(folder);
  await using _second = second;
  await second.until(/WARNING Cannot open .*\.baseftp\.ini\.sock: another server that runs has it/);
  strictEqual(JSON.parse(await done(folder, "status", "--json")).port, port);
  second.signal("SIGTERM");
  strictEqual(await second.ended(), 0);
  strictEqual(JSON.parse(await done(folder, "status", "--json")).port, port);
  first.signal("SIGKILL");
  await first.ended();
  const { code } = await folder.run(["who"]);
  strictEqual(code, 1);
  const [third, thirdPort] = await start(folder);
  await using _third = third;
  strictEqual(JSON.parse(await done(folder, "status", "--json")).port, thirdPort);
});

test("A server whose control socket cannot be made says what does not work, and what to do", async () => {
  await using folder = await Folder.make(`${ACCOUNTS}[server]\ncontrol-socket = none/x.sock\n`);
  await using server = folder.start(["--port", "0", "--passive-ports", "any"]);
  await server.port();
  match(
    server.text,
    /WARNING Cannot open a control socket: no such file or directory; who, stop and the like do not find this /,
  );
});

test("A home that would hold the control socket is refused", async () => {
  await using folder = await Folder.make(`${ACCOUNTS}[server]\ncontrol-socket = ../home/sub/x.sock\n`);
  const { code, stderr } = await folder.run(FLAGS);
  strictEqual(code, 1);
  match(stderr, /home.* the control socket.*name another place with control-socket/);
});

test("Sessions in the main thread are told, ended and limited too", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  const [program, port] = await start(folder, ["--workers", "0"]);
  await using _program = program;
  await using client = await login(port);
  const [{ id, account, state }] = await sessionsOf(folder) as [Record<string, unknown>];
  deepStrictEqual({ account, state }, { account: "alice", state: "idle" });
  match(
    await done(folder, "limit", String(id), "--max-upload", "1M"),
    /^session \d+: uploads at most 1\.0 MiB\/s/,
  );
  await done(folder, "kick", String(id));
  await client.expectReply(421);
});

test("Two servers of one folder with accounts of their own have sockets of their own", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  await Deno.writeTextFile(folder.file("other.ini"), ACCOUNTS, { mode: 0o600 });
  const [one, port] = await start(folder);
  await using _one = one;
  const [other, otherPort] = await start(folder, ["--config", "other.ini"]);
  await using _other = other;
  strictEqual(JSON.parse(await done(folder, "status", "--json")).port, port);
  strictEqual(JSON.parse(await done(folder, "status", "--json", "--config", "other.ini")).port, otherPort);
});

test("A script in Python follows the protocol and reads the lines of who", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  const [program, port] = await start(folder);
  await using _program = program;
  await using _client = await login(port);
  const script = `
import json, socket
s = socket.socket(socket.AF_UNIX)
s.connect(".baseftp.ini.sock")
f = s.makefile("rw")
assert json.loads(f.readline())["baseftp"] == 1
f.write(json.dumps({"id": 1, "action": "who"}) + "\\n"); f.flush()
for line in f:
    answer = json.loads(line)
    if "item" in answer: print(answer["item"]["account"], answer["item"]["state"])
    else: break
print(answer["result"]["sessions"])
`;
  const python = new Deno.Command("python3", { args: ["-c", script], cwd: folder.path });
  const { code, stdout, stderr } = await python.output();
  strictEqual(code, 0, new TextDecoder().decode(stderr));
  strictEqual(new TextDecoder().decode(stdout), "alice idle\n1\n");
});

/** What an operator asks over the control socket besides sessions: accounts, log, throughput, disks, certificate. */

import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import type { AccountFacts } from "../../src/accounts/account_facts.ts";
import { ControlClient } from "../../src/control/control_client.ts";
import type { CertificateResult } from "../../src/control/actions/certificate.ts";
import type { DiskFacts } from "../../src/control/actions/disks.ts";
import type { LogLineFacts, LogResult } from "../../src/control/actions/log.ts";
import type { ThroughputResult } from "../../src/control/actions/throughput.ts";
import type { Params, ProblemKind } from "../../src/control/protocol.ts";
import { RawClient } from "../support/raw_client.ts";
import { until, within } from "../support/raw_socket.ts";
import { Folder, type RunningProgram } from "./_program.ts";

const ignore = Deno.build.os === "windows";
const test = (name: string, fn: () => Promise<void>): void => Deno.test({ name, fn, ignore });

const ACCOUNTS = "# the first\nalice secret elradfmwMT ../home\n";
const FLAGS = ["--host", "127.0.0.1", "--port", "0", "--passive-ports", "any", "--login-failure-delay", "0"];

interface Scene extends AsyncDisposable {
  readonly folder: Folder;
  readonly program: RunningProgram;
  readonly port: number;
  readonly client: ControlClient;
}

async function start(flags: readonly string[] = []): Promise<Scene> {
  const folder = await Folder.make(ACCOUNTS);
  const program = folder.start([...FLAGS, "--no-hash-passwords", ...flags]);
  const port = await program.port();
  const client = await ControlClient.connect([folder.file(".baseftp.ini.sock")]);
  return {
    ...{ folder, program, port, client },
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]();
      await program[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function items<Item>(client: ControlClient, action: string, params: Params = {}): Promise<Item[]> {
  const found: Item[] = [];
  await client.call(action, params, (item) => void found.push(item as Item));
  return found;
}

async function refused(
  client: ControlClient,
  action: string,
  params: Params,
): Promise<[ProblemKind, string]> {
  let problem: [ProblemKind, string] | undefined;
  await rejects(client.call(action, params), (error: Error & { kind: ProblemKind }) => {
    problem = [error.kind, error.message];
    return true;
  });
  return problem!;
}

async function canLogIn(port: number, name: string, password: string): Promise<boolean> {
  await using client = await RawClient.connect({ port });
  await client.expectReply(220);
  await client.send(`USER ${name}`);
  await client.reply();
  await client.send(`PASS ${password}`);
  return (await client.reply()).startsWith("230");
}

test("Accounts are added, changed, disabled and removed as the commands do it, and hold at once", async () => {
  await using scene = await start();
  const { client, folder, port } = scene;
  const added = await client.call("account-add", {
    name: "carol",
    keys: { home: "../carol", permissions: "elr", "max-upload": "" },
    makeHome: true,
  }) as { password: string; madeHome: string; keys: Record<string, string> };
  deepStrictEqual(added.keys, { home: "../carol", permissions: "elr" });
  // A home that was not there is open when new workers are.
  await until(() => canLogIn(port, "carol", added.password), "the login");
  const text = await Deno.readTextFile(folder.file());
  ok(text.startsWith(ACCOUNTS), "what the file had stays as it was");
  ok(!text.includes(added.password));

  deepStrictEqual(await client.call("account-password", { name: "carol", password: "quite another" }), {});
  ok(await canLogIn(port, "carol", "quite another"));
  ok(!await canLogIn(port, "carol", added.password));

  deepStrictEqual(
    await client.call("account-set", { name: "carol", keys: { "max-upload": "1M", admin: "yes" } }),
    { changed: ["max-upload", "admin"] },
  );
  const carol = await client.call("account", { name: "carol" }) as AccountFacts;
  deepStrictEqual(
    [carol.admin, carol.keys["max-upload"], carol.password, "password" in carol.keys],
    [true, "1M", "Argon2id", false],
  );
  deepStrictEqual((await items<AccountFacts>(client, "accounts")).map(({ name }) => name), [
    "alice",
    "carol",
  ]);

  deepStrictEqual(await client.call("account-disable", { name: "carol" }), { wasSo: false });
  deepStrictEqual(await client.call("account-disable", { name: "carol" }), { wasSo: true });
  await until(async () => !await canLogIn(port, "carol", "quite another"), "the account to be disabled");
  deepStrictEqual(await client.call("account-enable", { name: "carol" }), { wasSo: false });
  await until(() => canLogIn(port, "carol", "quite another"), "the account to be enabled");
  // The last one may go here: whoever has the socket has the file.
  deepStrictEqual(await client.call("account-remove", { name: "carol" }), { home: added.madeHome });
  strictEqual((await Deno.readTextFile(folder.file())).trim(), ACCOUNTS.trim());
});

test("What the server would refuse is not written, and its reason names the key", async () => {
  await using scene = await start();
  const { client, folder } = scene;
  const before = await Deno.readTextFile(folder.file());
  const cases: [action: string, params: Params, kind: ProblemKind, message: RegExp][] = [
    [
      "account-set",
      { name: "alice", keys: { "max-upload": "fast" } },
      "failed",
      /max-upload.*fast|fast.*max-upload/,
    ],
    ["account-set", { name: "alice", keys: { "max-uplaod": "1M" } }, "failed", /max-uplaod.*max-upload/],
    ["account-set", { name: "alice", keys: { password: "x" } }, "usage", /password/],
    ["account-set", { name: "alice", keys: { "a=b": "x" } }, "usage", /"a=b"/],
    [
      "account-set",
      { name: "alice", keys: { welcome: "one\n[user:eve]" } },
      "usage",
      /control character|line/,
    ],
    ["account-set", { name: "alice", keys: {} }, "usage", /keys/],
    ["account-set", { name: "alice", keys: ["x"] }, "usage", /keys/],
    ["account-set", { name: "alicia", keys: { welcome: "x" } }, "not-found", /did you mean alice/],
    ["account-add", { name: "alice", keys: { home: "../home" } }, "failed", /line 2/],
    ["account-add", { name: "eve]\n", keys: { home: "../home" } }, "usage", /name/],
    ["account-add", { name: "eve", keys: {} }, "usage", /home/],
    ["account-add", { name: "eve", keys: { home: "../none" } }, "failed", /none is not there/],
    ["account-add", { name: "eve", keys: { home: "." }, password: "x" }, "failed", /accounts file/],
    ["account-add", { name: "eve", keys: { home: "../home", password: "x" } }, "usage", /password/],
    ["account-add", { name: "eve", keys: { home: "../home" }, password: "a\u0000b" }, "usage", /control/],
    ["account-password", { name: "eve", password: "x" }, "not-found", /no such account/],
    ["account-remove", { name: "eve" }, "not-found", /no such account/],
    ["account", { name: "eve" }, "not-found", /no such account/],
    ["account", {}, "usage", /name/],
    ["account-enable", { name: "alice", more: 1 }, "usage", /more/],
  ];
  for (const [action, params, kind, message] of cases) {
    const [was, text] = await refused(client, action, params);
    strictEqual(was, kind, `${action} ${JSON.stringify(params)}: ${text}`);
    match(text, message);
  }
  strictEqual(await Deno.readTextFile(folder.file()), before);
});

test("The log is told from memory, by level and number, and followed until the client has enough", async () => {
  await using scene = await start();
  const { client, folder, port } = scene;
  await using ftp = await RawClient.connect({ port });
  await ftp.expectReply(220);
  await ftp.login("alice");
  let lines: LogLineFacts[] = [];
  await until(
    async () => (lines = await items(client, "log")).some(({ text }) => /alice: logged in$/.test(text)),
    "the login in the log",
  );
  const { last } = await client.call("log", { lines: 1 }) as LogResult;
  strictEqual(last, lines.at(-1)!.number);
  deepStrictEqual(await items(client, "log", { after: last }), []);
  deepStrictEqual(await items(client, "log", { level: "error" }), []);
  match(
    (await folder.run(["log", "-n", "1000"])).stdout,
    /^20\S+Z INFO #\d+ 127\.0\.0\.1 alice: logged in$/m,
  );
  strictEqual((await folder.run(["log", "-n", "0"])).stdout, "");
  strictEqual((await folder.run(["log", "-n", "x"])).code, 2);

  using follower = await ControlClient.connect([folder.file(".baseftp.ini.sock")]);
  const seen: LogLineFacts[] = [];
  const following = follower.call("log", { lines: 0, follow: true, level: "warning" }, (item) => {
    seen.push(item as LogLineFacts);
  }).catch(() => {});
  await until(async () => {
    if (seen.length === 0) await canLogIn(port, "alice", "wrong");
    return seen.length > 0;
  }, "a line that is followed");
  match(seen[0]!.text, /^Login failed from 127\.0\.0\.1: /);
  follower[Symbol.dispose]();
  await within(following, "the end of following");
  deepStrictEqual(await refused(client, "log", { level: "loud" }), [
    "usage",
    "Cannot use the param level: expected debug, info, warning, error",
  ]);
});

test("Throughput, disks and the certificate are told", async () => {
  await using scene = await start(["--tls", "offered"]);
  const { client, folder, port } = scene;
  await client.call("throughput");
  await using ftp = await RawClient.connect({ port });
  await ftp.expectReply(220);
  await ftp.login("alice");
  await Deno.writeFile(`${folder.home}/file`, new Uint8Array(100_000));
  await ftp.expect("TYPE I", 200);
  await using data = await ftp.passive();
  await ftp.expect("RETR file", 150);
  strictEqual((await data.bytes()).length, 100_000);
  await ftp.expectReply(226);
  const { everySeconds, present } = await client.call("throughput") as ThroughputResult;
  strictEqual(everySeconds, 10);
  deepStrictEqual(
    [present.downloadedBytes, present.uploadedBytes, present.logins, present.sessions, present.transfers],
    [100_000, 0, 1, 1, 0],
  );
  const [disk, ...others] = await items<DiskFacts>(client, "disks");
  deepStrictEqual([others.length, disk!.accounts, disk!.directory], [0, ["alice"], folder.home]);
  ok(disk!.totalBytes! >= disk!.freeBytes! && disk!.freeBytes! > 0);
  const { certificate } = await client.call("certificate") as CertificateResult;
  ok(certificate!.source === "made" && certificate!.isSelfSigned && certificate!.daysLeft > 30);
  match(certificate!.fingerprint, /^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  strictEqual(certificate!.file, folder.file("baseftp-certificate.pem"));
  ok(certificate!.names.includes("DNS:localhost"));
  ok(!JSON.stringify(certificate).includes("PRIVATE"));
});

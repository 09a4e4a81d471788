/** `ban`, `unban` and `bans`, at the real program and at the file of one that does not run. */

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { RawClient } from "../support/raw_client.ts";
import { until } from "../support/raw_socket.ts";
import { Folder, type RunningProgram } from "./_program.ts";

const ignore = Deno.build.os === "windows";
const test = (name: string, fn: () => Promise<void>): void => Deno.test({ name, fn, ignore });

const FLAGS = ["--host", "127.0.0.1", "--port", "0", "--passive-ports", "any", "--login-failure-delay", "0"];
const ACCOUNTS = "alice secret elradfmwMT ../home\n";
const BAD = "127.0.0.66", GOOD = "127.0.0.2";
const BANNED = "421 Connections from your address are refused: it is banned";

async function start(folder: Folder, flags: readonly string[] = []): Promise<[RunningProgram, number]> {
  const program = folder.start([...FLAGS, ...flags]);
  return [program, await program.port()];
}

async function greeting(port: number, from: string): Promise<string> {
  await using client = await RawClient.connect({ port, from });
  return await client.reply();
}

async function namesIn({ path }: Folder): Promise<string[]> {
  return await Array.fromAsync(Deno.readDir(path), ({ name }) => name);
}

/** Runs a command that has to do; gives what it printed. */
async function done(folder: Folder, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await folder.run(args);
  strictEqual(code, 0, stderr);
  return stdout;
}

test("ban ends the sessions of an address at once and keeps it out, also after a crash and a restart", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  {
    const [program, port] = await start(folder);
    await using _program = program;
    await using client = await RawClient.connect({ port, from: BAD });
    await client.expectReply(220);
    await client.login();
    strictEqual(await done(folder, "ban", BAD, "--reason", "enough"), `Banned ${BAD} for good\n`);
    await client.expectReply(BANNED);
    await client.expectEnd();
    strictEqual(await greeting(port, BAD), BANNED);
    match(await greeting(port, GOOD), /^220 /);
    match(await done(folder, "bans"), /^127\.0\.0\.66 +\d+s +never {2}operator +1 {2}enough$/m);
    match(
      await program.until(/Banned .*/).then(([line]) => line!),
      /^Banned 127\.0\.0\.66 for good: enough$/,
    );
    // Killed, not stopped.
  }
  const [program, port] = await start(folder);
  await using _program = program;
  strictEqual(await greeting(port, BAD), BANNED);
  strictEqual(await done(folder, "unban", BAD), `Unbanned ${BAD}\n`);
  match(await greeting(port, BAD), /^220 /);
  deepStrictEqual(await folder.run(["unban", BAD]), {
    code: 1,
    stdout: "",
    stderr: `Cannot unban ${BAD}: it is not banned\n`,
  });
});

test("What the guard bans survives kill -9, and a server that stops in order", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  for (const end of ["SIGKILL", "SIGTERM"] as const) {
    const [program, port] = await start(folder, ["--never-ban", "", "--ban-after", "2"]);
    await using _program = program;
    await using client = await RawClient.connect({ port, from: BAD });
    await client.expectReply(220);
    await client.expect("GET / HTTP/1.1", 500);
    await program.until(/Banned 127\.0\.0\.66 for 3600 s: too many HTTP requests/);
    // It is told before it is written.
    if (end === "SIGKILL") {
      await until(async () => (await namesIn(folder)).includes("baseftp.bans"), "the file of bans");
    }
    program.signal(end);
    await program.ended();
    match(await done(folder, "bans", "--json"), /^\{"network":"127\.0\.0\.66",.*"by":"guard"/);
    strictEqual(await done(folder, "unban", "all"), `Unbanned ${BAD}\n`);
  }
});

test("A file of bans that is broken is named at the start and put aside, and what is right in it holds", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  await done(folder, "ban", BAD);
  const path = folder.file("baseftp.bans");
  await Deno.writeTextFile(path, `${await Deno.readTextFile(path)}{"network":`);
  const [program, port] = await start(folder);
  await using _program = program;
  await program.until(/baseftp\.bans, line 2: Cannot read a ban: it is no JSON object/);
  await program.until(/baseftp\.bans was put aside as baseftp\.bans\.broken: its 1 sound bans hold/);
  strictEqual(await greeting(port, BAD), BANNED);
});

test("Without a server the file is changed, and the person is told so", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  const where = "from the server's next start on: baseftp.bans has it";
  strictEqual(await done(folder, "bans"), "Nobody is banned\n");
  strictEqual(
    await done(folder, "ban", "192.0.2.7/24", "--for", "1h"),
    `Banned 192.0.2.0/24 for 1h, ${where}\n`,
  );
  strictEqual(await done(folder, "ban", "2001:db8::1"), `Banned 2001:db8::/64 for good, ${where}\n`);
  strictEqual((await Deno.stat(folder.file("baseftp.bans"))).mode! & 0o777, 0o600);
  strictEqual(await done(folder, "words", "bans"), "192.0.2.0/24\n2001:db8::/64\n");
  match(await done(folder, "bans"), /^192\.0\.2\.0\/24 +\d+s +(?:59m|1h) {2}operator +0$/m);
  deepStrictEqual(JSON.parse((await done(folder, "bans", "--json")).split("\n")[1]!).until, null);
  strictEqual(await done(folder, "unban", "2001:db8::1"), "Unbanned 2001:db8::/64\n");
  strictEqual(await done(folder, "unban", "all"), "Unbanned 192.0.2.0/24\n");
  strictEqual(await done(folder, "unban", "all"), "Nobody was banned\n");
});

test("What cannot be banned is said, with the exit code of a usage error or of a failure", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  const table: [args: string[], code: number, stderr: RegExp][] = [
    [["ban", "somebody"], 2, /^Cannot take "somebody" for a network: expected an address or a network/],
    [["ban", "192.0.2.1", "--for", "ever"], 2, /^Cannot ban for "ever": expected a time such as 90s/],
    [["ban"], 2, /NETWORK/],
    [["unban", "192.0.2.1"], 1, /^Cannot unban 192\.0\.2\.1: it is not banned$/m],
    [
      ["ban", "192.0.2.1", "--config", "none/baseftp.ini"],
      1,
      /^Cannot lock none\/baseftp\.bans: no such file/,
    ],
  ];
  for (const [args, code, stderr] of table) {
    const outcome = await folder.run(args);
    strictEqual(outcome.code, code, outcome.stderr);
    match(outcome.stderr, stderr);
    strictEqual(outcome.stdout, "");
  }
  deepStrictEqual((await namesIn(folder)).filter((name) => name.endsWith(".bans")), []);
});

test("Who bans himself is warned and told the way back", async () => {
  await using folder = await Folder.make(ACCOUNTS);
  const { code, stderr } = await folder.run(["ban", "127.0.0.0/8"]);
  strictEqual(code, 0);
  match(
    stderr,
    /^Warning: that holds 127\.0\.0\.1, an address of this machine; ".* unban 127\.0\.0\.0\/8" takes it back$/m,
  );
});

/** `link`, `link list` and `link revoke`, at the real program with its web worker, and at the file alone. */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { LinkFacts } from "../../src/control/actions/link.ts";
import { until } from "../support/raw_socket.ts";
import { Folder, type RunningProgram } from "./_program.ts";

const ignore = Deno.build.os === "windows";
const test = (name: string, fn: () => Promise<void>): void => Deno.test({ name, fn, ignore });

const ACCOUNTS = "alice secret elradfmwMT ../home\n";
const SERVER = "[server]\nhost = 127.0.0.1\nport = 0\npassive-ports = any\ntls = off\n";

/** A port that was free a moment ago: the program takes 0 for no web page. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** A folder with an accounts file and a file to share, whose server serves a web page at this port. */
async function make(accounts = ACCOUNTS): Promise<{ folder: Folder; port: number }> {
  const port = freePort();
  const folder = await Folder.make(`${accounts}${SERVER}web-port = ${port}\n`);
  await Deno.mkdir(`${folder.home}/pub`);
  await Deno.writeTextFile(`${folder.home}/pub/file`, "hello");
  return { folder, port };
}

async function started(folder: Folder): Promise<RunningProgram> {
  const program = folder.start([]);
  await program.port();
  return program;
}

/** Runs a command that has to do; gives what it printed. */
async function done(folder: Folder, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await folder.run(args);
  strictEqual(code, 0, stderr);
  return stdout;
}

async function json(folder: Folder, ...args: string[]): Promise<LinkFacts> {
  return JSON.parse(await done(folder, ...args, "--json"));
}

/** What curl gets, with the status behind it. */
async function curl(...args: string[]): Promise<string> {
  const command = new Deno.Command("curl", { args: ["-s", "-w", " %{http_code}", ...args], stdout: "piped" });
  return new TextDecoder().decode((await command.output()).stdout);
}

test("A link is made while the server runs, fetched by curl, listed, revoked and over at once", async () => {
  const { folder, port } = await make();
  await using _folder = folder;
  await using program = await started(folder);
  const text = await done(folder, "link", "/pub", "--for", "7d", "--uses", "2");
  const [, url] = /^ {2}(http:\/\/127\.0\.0\.1:\d+\/~\/l\/[\w-]{24}\/)$/m.exec(text)!;
  match(text, /^Download of \/pub of alice, until \d{4}-\d\d-\d\d \d\d:\d\d UTC, 2 times$/m);
  strictEqual(new URL(url!).port, String(port));
  strictEqual(await curl(`${url}file`), "hello 200");
  const [, id] = /"baseftp link revoke (\w+)"|link revoke (\w{8})"/.exec(text)!.filter(Boolean);
  match(await done(folder, "link", "list"), new RegExp(`^${id} +alice +download +/pub +6d +1 *$`, "m"));
  match(await done(folder, "words", "links"), new RegExp(`^${id}$`, "m"));
  strictEqual(await done(folder, "link", "revoke", id!), "Took back the link to /pub of alice\n");
  match(await curl(`${url}file`), / 404$/);
  strictEqual(await done(folder, "link", "list"), "There are no share links\n");
  deepStrictEqual(await folder.run(["link", "revoke", id!]), {
    code: 1,
    stdout: "",
    stderr: `Cannot revoke "${id}": there is no such link\n`,
  });
  await program.until(/Share link \w{8} of "alice" made: download "\/pub"/);
  await program.until(/#\d+ 127\.0\.0\.1 alice by link \w{8}: Share link \w{8} of "alice" used/);
  await program.until(/Share link \w{8} of "alice" revoked/);
  ok(!program.text.includes(new URL(url!).pathname.split("/")[3]!));
});

test("A link outlasts kill -9 of the server with the uses that are left, and none is given twice", async () => {
  const { folder } = await make();
  await using _folder = folder;
  let link: LinkFacts;
  {
    await using _program = await started(folder);
    link = await json(folder, "link", "/pub", "--account", "alice", "--uses", "2");
    strictEqual(await curl(`${link.urls[0]}file`), "hello 200");
    // Killed, not stopped.
  }
  strictEqual((await json(folder, "link", "list")).usesLeft, 1);
  await using _program = await started(folder);
  const all = await Promise.all(Array.from({ length: 8 }, () => curl(`${link.urls[0]}file`)));
  strictEqual(all.filter((text) => text === "hello 200").length, 1);
  strictEqual(all.filter((text) => text.endsWith(" 404")).length, 7);
});

test("Where no server runs the link waits in a file for the owner's eyes alone", async () => {
  const { folder } = await make();
  await using _folder = folder;
  const made = await folder.run(["link", "/pub", "--password", "--json"], { stdin: "open sesame\n" });
  strictEqual(made.code, 0, made.stderr);
  const { id, urls, hasPassword } = JSON.parse(made.stdout) as LinkFacts;
  ok(hasPassword);
  const file = folder.file(".baseftp.ini.links");
  strictEqual((await Deno.stat(file)).mode! & 0o777, 0o600);
  ok(!(await Deno.readTextFile(file)).includes("sesame"));
  await using _program = await started(folder);
  match(await curl(`${urls[0]}file`), / 401$/);
  strictEqual(await curl("-u", ":open sesame", `${urls[0]}file`), "hello 200");
  strictEqual((await json(folder, "link", "revoke", id)).id, id);
});

test("Whatever keeps a link from being made is told, and so is an account that goes", async () => {
  const { folder } = await make(`${ACCOUNTS}bob secret lw ../home\n`);
  await using _folder = folder;
  const table: [args: string[], code: number, reason: RegExp][] = [
    [["pub"], 2, /expected the path in the account's own tree/],
    [["/pub"], 1, /Cannot tell whose link it is to be: name the account with --account NAME/],
    [["/pub", "--account", "carol"], 1, /baseftp\.ini has no account carol/],
    [["/pub", "--account", "bob"], 1, /Cannot make the link: the account has no permission r there/],
    [["/pub", "--for", "soon"], 2, /Cannot use "soon" for --for: expected a time/],
    [["/pub", "--uses", "0"], 2, /Cannot use "0" for --uses/],
  ];
  for (const [args, code, reason] of table) {
    const outcome = await folder.run(["link", ...args]);
    strictEqual(outcome.code, code, args.join(" "));
    match(outcome.stderr, reason);
  }
  const { urls } = await json(folder, "link", "/pub", "--account", "alice");
  await using _program = await started(folder);
  strictEqual(await curl(`${urls[0]}file`), "hello 200");
  await done(folder, "user", "disable", "alice");
  match(await curl(`${urls[0]}file`), / 404$/);
  await done(folder, "user", "enable", "alice");
  strictEqual(await curl(`${urls[0]}file`), "hello 200");
  // A setting closes all links, and opens them again.
  const ini = await folder.read();
  await folder.write(`${ini}share-links = no\n`);
  await done(folder, "reload");
  match(await curl(`${urls[0]}file`), / 404$/);
  await folder.write(ini);
  await done(folder, "reload");
  strictEqual(await curl(`${urls[0]}file`), "hello 200");
  await done(folder, "user", "remove", "alice");
  await until(
    async () => /There are no share links/.test(await done(folder, "link", "list")),
    "the end of its links",
  );
});

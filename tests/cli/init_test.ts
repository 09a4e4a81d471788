/** `init` without a terminal: every question has its flag. */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { RawClient } from "../support/raw_client.ts";
import { Folder } from "./_program.ts";

/** The flags that answer everything. */
function answers(
  given: Partial<Record<"folder" | "user" | "access" | "reach" | "tls", string>> = {},
): string[] {
  const all = { folder: "files", user: "alice", access: "read", reach: "house", tls: "off", ...given };
  return ["init", ...Object.entries(all).flatMap(([name, value]) => [`--${name}`, value])];
}

Deno.test("init writes a file that serves the folder to the account with the password that it shows", async () => {
  await using folder = await Folder.make();
  const { code, stdout } = await folder.run(answers());
  strictEqual(code, 0);
  match(stdout, /^Start it with\n {2}deno task serve\nThen it is at\n {2}ftp:\/\/.*:2121\/$/m);
  const [, password] = /^ {2}password {2}(\S+)$/m.exec(stdout)!;
  const text = await folder.read();
  ok(!text.includes(password!));
  match(text, /^\[server\]\n# .*\nport = 2121\npassive-ports = 50000-50099\n(?:# .*\n)+tls = off$/m);
  ok(
    (await folder.read()).split("\n").slice(55).every((line) => line.length <= 80 || /^password/.test(line)),
  );
  strictEqual((await Deno.stat(folder.file())).mode! & 0o777, 0o600);
  await Deno.writeTextFile(join(folder.file("files"), "a file"), "content");
  await using server = folder.start(["--port", "0", "--passive-ports", "any"]);
  await using client = await RawClient.connect({ port: await server.port() });
  await client.expectReply(220);
  await client.login("alice", password!);
  strictEqual(await client.downloadText("RETR a file"), "content");
  match(await client.ask("DELE a file"), /^550/);
});

Deno.test("init for the internet demands TLS where told so, and says what the router has to do", async () => {
  await using folder = await Folder.make();
  const { stdout } = await folder.run(answers({ reach: "internet", tls: "required", access: "write" }));
  match(stdout.replaceAll("\n", " "), /router send port 2121 and the ports 50000-50099 to this machine/);
  const text = await folder.read();
  match(text, /^tls = required$/m);
  match(text, /^# masquerade-address = /m);
  match(text, /^permissions = elradfmwMT$/m);
  deepStrictEqual((await folder.run(["check", "--files"])).code, 0);
});

Deno.test("init adds to a file that is there: comments, accounts and settings stay as they are", async () => {
  const before = "# mine\nold secret elr ../home\n\n[server]\nport = 2100 ; mine\n";
  await using folder = await Folder.make(before);
  const { code, stdout } = await folder.run([...answers({ tls: "required" }), "--password", "-"], {
    stdin: "s3cret-word\n",
  });
  strictEqual(code, 0);
  const text = await folder.read();
  ok(text.startsWith(before));
  match(
    text.slice(before.length),
    /^\n\[user:alice\]\npassword = [^\n]+\nhome = [^\n]+\npermissions = elr\n$/,
  );
  match(stdout, /^baseftp\.ini has settings already, which stay as they are\. Wanted was:$/m);
  match(stdout, /^tls = required$/m);
  match(stdout, /^ {2}ftp:\/\/127\.0\.0\.1:2100\/$/m);
  ok(!stdout.includes("s3cret-word"));
});

Deno.test("init takes the port of config.ts, and another file with --config", async () => {
  await using folder = await Folder.make();
  const { stdout } = await folder.run([...answers(), "--config", "an other.ini"]);
  match(stdout, /^ {2}deno task serve --config 'an other\.ini'$/m);
  match(await Deno.readTextFile(folder.file("an other.ini")), /^\[user:alice\]$/m);
});

Deno.test("init says what it cannot do, and then has made nothing", async () => {
  await using folder = await Folder.make("alice secret elr ../home\n");
  const before = await folder.read();
  const expectations: [args: string[], code: number, stderr: RegExp][] = [
    [["init"], 2, /^Missing --folder: there is no terminal to ask at\n/],
    [answers({ user: "bob" }).slice(0, -2), 2, /^Missing --tls: there is no terminal to ask at\n/],
    [answers(), 1, /^Cannot make the account alice: baseftp\.ini has it already; choose another name\n$/],
    [answers({ user: "a b" }), 1, /^Cannot use "a b": expected a name without blanks/],
    [answers({ folder: "no/such" }), 1, /^Cannot make no\/such: no such file or directory\n$/],
    [answers({ folder: "." }), 1, /^Cannot share \.: the accounts file of a server belongs in it/],
    [answers({ folder: "baseftp.ini" }), 1, /^Cannot share baseftp\.ini: it is no folder/],
    [answers({ access: "wrte" }), 2, /^Cannot use "wrte" for --access: did you mean "write"\?\n/],
    [[...answers({ user: "bob" }), "--password", "-"], 1, /^\nNothing was written: the input ended\n$/],
  ];
  for (const [args, code, stderr] of expectations) {
    const outcome = await folder.run(args);
    match(outcome.stderr, stderr);
    deepStrictEqual([outcome.code, outcome.stdout], [code, ""], args.join(" "));
  }
  strictEqual(await folder.read(), before);
  deepStrictEqual(await Array.fromAsync(Deno.readDir(folder.path), ({ name }) => name), ["baseftp.ini"]);
});

Deno.test("Of several inits at once none loses what another has written, and one name is given once", async () => {
  await using folder = await Folder.make();
  const users = ["one", "two", "three", "one"];
  const outcomes = await Promise.all(users.map((user) => folder.run(answers({ user }))));
  deepStrictEqual(outcomes.map(({ code }) => code).toSorted(), [0, 0, 0, 1]);
  const names = [...(await folder.read()).matchAll(/^\[user:(\w+)\]$/gm)].map(([, name]) => name);
  deepStrictEqual(names.toSorted(), ["one", "three", "two"]);
  strictEqual((await folder.read()).match(/^\[server\]$/gm)?.length, 1);
});

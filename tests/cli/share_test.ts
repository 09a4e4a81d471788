/** `share`: one folder, without files, from the start to the end. */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { clientTest } from "../support/client_program.ts";
import { patternedBytes } from "../support/server.ts";
import { RawClient } from "../support/raw_client.ts";
import { until } from "../support/raw_socket.ts";
import { Folder, type RunningProgram } from "./_program.ts";

/** A client of the share that has logged in as it says. */
async function clientOf(share: RunningProgram): Promise<RawClient> {
  const port = await share.port();
  const [, user, password] = await share.until(/^ {2}user {6}(\S+)\n {2}password {2}(\S+)$/m);
  const client = await RawClient.connect({ port });
  await client.expectReply(220);
  await client.login(user!, password!);
  return client;
}

/** The exit code of curl and what it got. */
async function curl(...args: string[]): Promise<[code: number, text: string]> {
  const command = new Deno.Command("curl", { args: ["--silent", ...args], stdin: "null" });
  const { code, stdout } = await command.output();
  return [code, new TextDecoder().decode(stdout)];
}

/** The names in a directory. */
async function namesIn(path: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(path), ({ name }) => name)).toSorted();
}

Deno.test("share lets others read a folder and write nothing, and leaves no file anywhere", async () => {
  await using folder = await Folder.make();
  await Deno.writeTextFile(join(folder.home, "a file"), "content");
  await using share = folder.start(["share", "../home", "--port", "0"]);
  await using client = await clientOf(share);
  strictEqual(await client.downloadText("RETR a file"), "content");
  for (const line of ["STOR new", "APPE a file", "DELE a file", "MKD new", "RNFR a file"]) {
    match(await client.ask(line), /^55/, line);
  }
  share.signal("SIGINT");
  strictEqual(await share.ended(), 0);
  deepStrictEqual(await namesIn(folder.path), []);
  deepStrictEqual(await namesIn(folder.home), ["a file"]);
});

Deno.test("share prints a link for each address, commands for other machines, and where it is from", async () => {
  await using folder = await Folder.make();
  await using share = folder.start(["share", "../home", "--port", "0", "--write"]);
  const port = await share.port();
  const { text } = share;
  match(text, new RegExp(`^Sharing ${folder.home}, to read and write\n`));
  match(text, new RegExp(`^  ftp://127\\.0\\.0\\.1:${port}/$`, "m"));
  match(text, /^ {2}password {2}[a-z\d]{4}-[a-z\d]{4}-[a-z\d]{4}$/m);
  match(text, new RegExp(`^  curl -u ftp:\\S+ ftp://\\S+:${port}/$`, "m"));
  match(text, new RegExp(`^  lftp -u ftp,\\S+ -e 'mirror; quit' ftp://\\S+:${port}$`, "m"));
  match(text, new RegExp(`^  curl -u ftp:\\S+ -T FILE ftp://\\S+:${port}/$`, "m"));
  // No terminal: no code, no colours.
  // deno-lint-ignore no-control-regex -- an escape sequence is what must not be there
  ok(!/[█▀▄\x1b]/.test(text), text);
});

Deno.test("share opens in a browser too, unless it is told not to", async () => {
  await using folder = await Folder.make();
  await Deno.writeTextFile(join(folder.home, "a file"), "content");
  await using share = folder.start(["share", "../home", "--port", "0"]);
  const [, origin] = await share.until(
    /^In a browser\n(?: {2}http:.*\n)*? {2}(http:\/\/127\.0\.0\.1:\d+)\/$/m,
  );
  const [, user, password] = await share.until(/^ {2}user {6}(\S+)\n {2}password {2}(\S+)$/m);
  const [code, text] = await curl("-u", `${user}:${password}`, `${origin}/a%20file`);
  deepStrictEqual([code, text], [0, "content"]);
  await using without = folder.start(["share", "../home", "--port", "0", "--no-web"]);
  await without.port();
  ok(!without.text.includes("In a browser"), without.text);
});

Deno.test("share --qr shows the code of the link without a terminal too", async () => {
  await using folder = await Folder.make();
  await using share = folder.start(["share", "../home", "--port", "0", "--qr"]);
  await share.port();
  const rows = share.text.split("\n").filter((line) => /^ {2}[█▀▄ ]{20,}$/.test(line));
  ok(
    rows.length >= 14 && rows.every((row) => row.length === rows[0]!.length && row.length <= 80),
    share.text,
  );
});

Deno.test("share --write takes away what broken-off uploads leave, and nothing else", async () => {
  await using folder = await Folder.make();
  await Deno.writeTextFile(join(folder.home, ".other.baseftp-part"), "of another server");
  await using share = folder.start(["share", "../home", "--port", "0", "--write"]);
  await using whole = await clientOf(share);
  await whole.upload("STOR whole", "content");
  {
    await using client = await clientOf(share);
    await client.interruptUpload("STOR broken", patternedBytes(100_000));
  }
  await share.until(/upload .*"\S*\/broken"/);
  deepStrictEqual(await namesIn(folder.home), [".broken.baseftp-part", ".other.baseftp-part", "whole"]);
  share.signal("SIGTERM");
  strictEqual(await share.ended(), 0);
  deepStrictEqual(await namesIn(folder.home), [".other.baseftp-part", "whole"]);
});

Deno.test("share leaves a part that another server goes on with", async () => {
  await using folder = await Folder.make();
  const args = ["share", "../home", "--port", "0", "--write"];
  await using first = folder.start(args);
  {
    await using client = await clientOf(first);
    await client.interruptUpload("STOR broken", patternedBytes(100_000));
  }
  await first.until(/upload .*"\S*\/broken"/);
  await using second = folder.start(args);
  await using client = await clientOf(second);
  await client.expect("REST 100000", 350);
  await using data = await client.passive();
  await client.expect("STOR broken", 150);
  first.signal("SIGTERM");
  strictEqual(await first.ended(), 0);
  await data.write("end");
  await data.close();
  await client.expectReply(226);
  strictEqual((await Deno.stat(join(folder.home, "broken"))).size, 100_003);
});

Deno.test("share takes SIGHUP for a wish to end", async () => {
  await using folder = await Folder.make();
  await using share = folder.start(["share", "../home", "--port", "0"]);
  await share.port();
  share.signal("SIGHUP");
  strictEqual(await share.ended(), 0);
  match(share.text, /INFO Stopped/);
});

Deno.test("A second signal cuts what runs, and its part is taken away all the same", async () => {
  await using folder = await Folder.make();
  await using share = folder.start(["share", "../home", "--port", "0", "--write"]);
  await using client = await clientOf(share);
  await using data = await client.passive();
  await client.expect("STOR endless", 150);
  await data.write(patternedBytes(100_000));
  await until(async () => (await namesIn(folder.home)).length === 1, "the part");
  share.signal("SIGINT");
  await share.until(/Stopping/);
  share.signal("SIGINT");
  strictEqual(await share.ended(), 130);
  deepStrictEqual(await namesIn(folder.home), []);
});

Deno.test("share --once ends after the first whole transfer, which is told so, and not after a broken one", async () => {
  await using folder = await Folder.make();
  await Deno.writeFile(join(folder.home, "large"), patternedBytes(20_000_000));
  await Deno.writeTextFile(join(folder.home, "small"), "content");
  await using share = folder.start(["share", "../home", "--port", "0", "--once"]);
  {
    await using client = await clientOf(share);
    await using data = await client.passive();
    await client.expect("RETR large", 150);
    data.close();
    await client.expectReply(426);
    await client.list("LIST");
  }
  await using client = await clientOf(share);
  strictEqual(await client.downloadText("RETR small"), "content");
  strictEqual(await share.ended(), 0);
  match(share.text, /Stopping after the first whole transfer/);
});

Deno.test("A transfer that runs when a share ends by itself may finish", async () => {
  await using folder = await Folder.make();
  await using share = folder.start(["share", "../home", "--port", "0", "--write", "--once"]);
  await using slow = await clientOf(share);
  await using data = await slow.passive();
  await slow.expect("STOR slow", 150);
  await data.write("first ");
  await using quick = await clientOf(share);
  await quick.upload("STOR quick", "content");
  await share.until(/Stopping after the first whole transfer/);
  await data.write("second");
  await data.close();
  await slow.expectReply(226);
  strictEqual(await share.ended(), 0);
  strictEqual(await Deno.readTextFile(join(folder.home, "slow")), "first second");
});

Deno.test("share --for ends by itself", async () => {
  await using folder = await Folder.make();
  await using share = folder.start(["share", "../home", "--port", "0", "--for", "1s"]);
  strictEqual(await share.ended(), 0);
  match(share.text, /^It ends at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d; Ctrl\+C ends it before\.$/m);
  match(share.text, /Stopping, the time is over: running transfers may finish/);
});

Deno.test("share takes the next port where another server has the wanted one", async () => {
  await using folder = await Folder.make();
  await using first = folder.start(["share", "../home", "--port", "0"]);
  const port = await first.port();
  await using second = folder.start(["share", "../home", "--port", String(port)]);
  const next = await second.port();
  ok(next > port);
  match(second.text, new RegExp(`^Port ${port} is in use, this is port ${next}\n`));
  await using client = await clientOf(second);
  await client.expect("PWD", 257);
});

Deno.test("Two shares that start at the same moment never get the same port", async () => {
  await using folder = await Folder.make();
  using free = Deno.listen({ port: 0 });
  const { port } = free.addr;
  free.close();
  const args = ["share", "../home", "--port", String(port)];
  await using first = folder.start(args);
  await using second = folder.start(args);
  const ports = await Promise.all([first.port(), second.port()]);
  ok(ports[0] !== ports[1], String(ports));
});

Deno.test("share --anonymous lets anyone in, by either name", async () => {
  await using folder = await Folder.make();
  await using share = folder.start(["share", "../home", "--port", "0", "--anonymous"]);
  const port = await share.port();
  ok(!share.text.includes("password  "));
  for (const name of ["anonymous", "ftp"]) {
    await using client = await RawClient.connect({ port });
    await client.expectReply(220);
    await client.login(name, "any");
  }
});

Deno.test("share takes name and password from the command line, or the password from standard input", async () => {
  await using folder = await Folder.make();
  const args = ["share", "../home", "--port", "0", "--user", "jörg", "--password"];
  for (
    const [given, stdin, quoted] of [["it's $5", "", `'jörg:it'\\''s $5'`], ["-", "a-b\nc", "'jörg:a-b'"]]
  ) {
    await using share = folder.start([...args, given!], { stdin: stdin! });
    const port = await share.port();
    ok(share.text.includes(`  curl -u ${quoted} ftp://`), share.text);
    await using client = await RawClient.connect({ port });
    await client.expectReply(220);
    await client.login("jörg", given === "-" ? "a-b" : given);
  }
});

Deno.test("A password that looks like a hash is a password", async () => {
  await using folder = await Folder.make();
  const password = "scrypt$16384$8$1$c2FsdA==$aGFzaA==";
  await using share = folder.start(["share", "../home", "--port", "0", "--password", password]);
  await using client = await clientOf(share);
  await client.expect("PWD", 257);
});

clientTest({
  name: "curl",
  program: "curl",
  test: "fetches a file from share --tls as it was told to, and not without TLS",
  async fn() {
    await using folder = await Folder.make();
    await Deno.writeTextFile(join(folder.home, "a"), "content");
    await using share = folder.start(["share", "../home", "--port", "0", "--tls"]);
    const port = await share.port();
    match(share.text, /^ {2}SHA-256 (?:[\dA-F]{2}:){31}[\dA-F]{2}$/m);
    const [, words] = await share.until(/^ {2}curl (--ssl-reqd -k -u \S+) ftp/m);
    const link = `ftp://127.0.0.1:${port}/a`;
    const [, text] = await curl(...words!.split(" "), link);
    strictEqual(text, "content");
    // 67: the login was refused.
    deepStrictEqual(await curl(...words!.split(" ").slice(2), link), [67, ""]);
    deepStrictEqual(await namesIn(folder.path), []);
  },
});

Deno.test("share says what it cannot do, and why", async () => {
  await using folder = await Folder.make("");
  await Deno.writeTextFile(join(folder.home, "a file"), "content");
  const expectations: [args: string[], code: number, stderr: RegExp][] = [
    [["no-such"], 1, /^Cannot share no-such: no such file or directory\n$/],
    [["../home/a file"], 1, /^Cannot share .*a file: it is no folder; name the folder that it is in\n$/],
    [
      ["."],
      1,
      /^Cannot share \.: the accounts file of a server belongs in it, baseftp\.ini; share another folder\n$/,
    ],
    [["/proc"], 1, /^Cannot share \/proc: the runtime keeps it from session workers/],
    [[], 2, /^Missing DIR: expected the folder to share\n/],
    [["../home", "--for", "soon"], 2, /^Cannot use "soon" for --for: expected a time such as 90s, /],
    [["../home", "--for", "90d"], 2, /^Cannot use "90d" for --for: .*, up to 24d\n/],
    [["../home", "--port", "x"], 2, /^Cannot use "x" for --port: expected a whole number from 0 to 65535\n/],
    [["../home", "--user", "a:b"], 2, /^Cannot use that for --user: /],
    [["../home", "--password", ""], 2, /^Cannot use that for --password: /],
    [["../home", "--password", "-"], 1, /^Cannot read a password: the input ended\n$/],
    [["../home", "--anonymous", "--user", "a"], 2, /^Cannot take both --anonymous and --user: /],
  ];
  await Promise.all(expectations.map(async ([args, code, stderr]) => {
    const outcome = await folder.run(["share", ...args]);
    match(outcome.stderr, stderr);
    deepStrictEqual([outcome.code, outcome.stdout], [code, ""], args.join(" "));
  }));
});

Deno.test({
  name: "share --write says at once that the folder may not be written to",
  // For root everything may be written to.
  ignore: Deno.build.os === "windows" || Deno.uid() === 0,
  async fn() {
    await using folder = await Folder.make();
    await Deno.chmod(folder.home, 0o555);
    const { code, stderr } = await folder.run(["share", "../home", "--write"]);
    deepStrictEqual([code, stderr], [
      1,
      "Cannot share ../home to write: permission denied; leave out --write\n",
    ]);
    await Deno.chmod(folder.home, 0o755);
  },
});

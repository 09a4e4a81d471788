/** LIST, NLST and what clients expect of them beyond the RFCs. Checklist part 8. */

import assert from "node:assert/strict";
import { EndlessStorage } from "../support/endless_storage.ts";
import { TestServer } from "../support/server.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const LINE =
  /^[-dl](?:[r-][w-][xsS-]){2}[r-][w-][xtT-] +\d+ ftp ftp +\d+ [A-Z][a-z]{2} [ \d]\d [ \d]\d(?::|\d)\d\d .+$/;

/** The name in a line of LIST. */
function nameIn(line: string): string {
  return line.split(/ +/).slice(8).join(" ");
}

/** The date in a line of LIST. */
function dateIn(line: string): string {
  return /ftp +\d+ (.{12}) /.exec(line)?.[1] ?? assert.fail(line);
}

Deno.test("S1: LIST of nothing is the working directory, of a directory its entries, of a file that file", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("box"));
  await server.put("box/a", "content");
  await using client = await server.login();
  assert.deepEqual((await client.list("LIST")).map(nameIn), ["box"]);
  for (const path of ["box", "/box", "box/", "/box/."]) {
    assert.deepEqual((await client.list(`LIST ${path}`)).map(nameIn), ["a"], path);
  }
  assert.deepEqual((await client.list("LIST box/a")).map(nameIn), ["a"]);
  await client.expect("CWD box", 250);
  assert.deepEqual((await client.list("LIST")).map(nameIn), ["a"]);
  await client.expect("EPSV", 229);
  for (const path of ["missing", "missing/a", "a/b"]) await client.expect(`LIST ${path}`, 550);
});

Deno.test("S3 S5 S6: each line has mode, links, owner, group, size, date and name, and there is no total", async () => {
  await using server = await TestServer.start();
  await server.put("a  b", "content");
  await Deno.chmod(server.path("a  b"), 0o751);
  await Deno.utime(server.path("a  b"), 0, new Date("2001-02-03T04:05:06Z"));
  await Deno.mkdir(server.path("box"));
  await using client = await server.login();
  const lines = (await client.list("LIST")).sort();
  assert.equal(lines.length, 2);
  for (const line of lines) assert.match(line, LINE);
  assert.equal(lines[0], "-rwxr-x--x   1 ftp ftp            7 Feb  3  2001 a  b");
  assert.match(lines[1]!, /^drwx/);
});

Deno.test("S3: a link shows where it leads, by a path that the client can use", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("box"));
  await server.put("box/a", "content");
  await Deno.symlink("box/a", server.path("near"));
  await Deno.symlink(server.path("box"), server.path("absolute"));
  await using client = await server.login();
  const lines = Object.fromEntries(
    (await client.list("LIST")).map((line) => [nameIn(line).split(" -> ")[0], line]),
  );
  assert.match(lines.near!, /^lrwxrwxrwx .* near -> \/box\/a$/);
  assert.match(lines.absolute!, /^lrwxrwxrwx .* absolute -> \/box$/);
  assert.doesNotMatch(lines.absolute!, new RegExp(server.home));
});

Deno.test("S4: a time of the last 180 days shows its hour, any other its year", async () => {
  await using server = await TestServer.start();
  const now = Date.now();
  const times: Record<string, [ageMs: number, pattern: RegExp]> = {
    "minute": [60_000, /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d$/],
    "recent": [179 * DAY_MS, /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d$/],
    "older": [181 * DAY_MS, /^[A-Z][a-z]{2} [ \d]\d {2}\d{4}$/],
    "to-come": [-DAY_MS, /^[A-Z][a-z]{2} [ \d]\d {2}\d{4}$/],
  };
  for (const [name, [ageMs]] of Object.entries(times)) {
    await server.put(name);
    await Deno.utime(server.path(name), new Date(), new Date(now - ageMs));
  }
  await using client = await server.login();
  for (const line of await client.list("LIST")) assert.match(dateIn(line), times[nameIn(line)]![1]);
});

Deno.test("S4: the zone of LIST is a setting, UTC by default", async () => {
  for (const [listTimeZone, expected] of [[undefined, "Jul 31  2001"], ["Asia/Tokyo", "Aug  1  2001"]]) {
    await using server = await TestServer.start({ listTimeZone });
    await server.put("a");
    await Deno.utime(server.path("a"), 0, new Date("2001-07-31T20:00:00Z"));
    await using client = await server.login();
    assert.equal(dateIn((await client.list("LIST a"))[0]!), expected);
  }
});

Deno.test("S2: leading words with a hyphen are options, and letters that nobody knows are passed over", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("box"));
  await server.put("box/a");
  await server.put("box/.hidden");
  await using client = await server.login();
  for (const line of ["LIST -la box", "LIST -a -l box", "LIST -aLF1Z box", "LIST -- box", "LIST -l  box"]) {
    assert.deepEqual((await client.list(line)).map(nameIn).sort(), [".hidden", "a"], line);
  }
  assert.deepEqual((await client.list("LIST -la")).map(nameIn), ["box"]);
  assert.deepEqual((await client.list("LIST -d box")).map(nameIn), ["box"]);
  assert.match((await client.list("NLST -l box"))[0]!, LINE);
  assert.deepEqual(await client.names("NLST -a box"), ["box/.hidden", "box/a"]);
});

Deno.test("S2: -t sorts by time, newest first, and -r turns any order round", async () => {
  await using server = await TestServer.start();
  for (const [name, seconds] of [["b", 1_000], ["c", 3_000], ["a", 2_000]] as const) {
    await server.put(name);
    await Deno.utime(server.path(name), 0, seconds);
  }
  await using client = await server.login();
  assert.deepEqual(await client.list("NLST -t"), ["c", "a", "b"]);
  assert.deepEqual(await client.list("NLST -tr"), ["b", "a", "c"]);
  assert.deepEqual(await client.list("NLST -r"), ["c", "b", "a"]);
});

Deno.test("S2: a file that is called like an option is a file", async () => {
  await using server = await TestServer.start();
  await server.put("-la", "content");
  await using client = await server.login();
  assert.deepEqual(await client.list("NLST -la"), ["-la"]);
  assert.deepEqual((await client.list("LIST -la")).map(nameIn), ["-la"]);
});

Deno.test("S9: wildcards in the last component of LIST and NLST, with the path before them", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("box/inner"), { recursive: true });
  for (const name of ["box/a.txt", "box/b.txt", "box/c.md", "box/inner/d.txt"]) await server.put(name);
  await using client = await server.login();
  assert.deepEqual(await client.names("NLST box/*.txt"), ["box/a.txt", "box/b.txt"]);
  assert.deepEqual(await client.names("NLST /box/?.md"), ["/box/c.md"]);
  assert.deepEqual(await client.names("NLST box/[ab].*"), ["box/a.txt", "box/b.txt"]);
  assert.deepEqual(await client.names("NLST box/[!ab].*"), ["box/c.md"]);
  assert.deepEqual(await client.names("NLST box/*"), ["box/a.txt", "box/b.txt", "box/c.md", "box/inner"]);
  assert.deepEqual((await client.list("LIST -l box/*.md")).map(nameIn), ["c.md"]);
  assert.equal((await client.list("LIST *.*")).length, 1, "on Windows this means every name");
  assert.deepEqual(await client.list("NLST *"), ["box"]);
  assert.match(await client.ask("STAT box/*.md"), /^212-Status of box\/\*\.md\n -[^\n]* c\.md\n212 End/);
});

Deno.test("S9: no match is 550, and a wildcard in a directory matches nothing", async () => {
  await using server = await TestServer.start();
  await Deno.mkdir(server.path("box"));
  await server.put("box/a");
  await using client = await server.login();
  await client.expect("EPSV", 229);
  for (const line of ["NLST *.txt", "LIST box/x*", "NLST b*/a", "LIST missing/*"]) {
    await client.expect(line, 550);
  }
});

Deno.test("S9: a name that is there wins over the wildcard that it looks like", async () => {
  await using server = await TestServer.start();
  await server.put("a*");
  await server.put("ab");
  await using client = await server.login();
  assert.deepEqual(await client.list("NLST a*"), ["a*"]);
});

Deno.test("S11: an entry that cannot be read is left out, the others are listed", async () => {
  await using server = await TestServer.start();
  await server.put("a");
  await Deno.symlink("loop", server.path("loop"));
  await Deno.symlink("/etc/passwd", server.path("outside"));
  await using client = await server.login();
  const listed = await client.names("NLST");
  assert.ok(listed.includes("a"));
  assert.ok(!listed.includes("outside"));
  assert.equal((await client.list("LIST")).length, listed.length);
});

for (const line of ["LIST", "NLST", "MLSD"]) {
  Deno.test(`${line} of 100,000 entries is sent while it is read, and never held whole`, async () => {
    const storage = new EndlessStorage();
    await using server = await TestServer.start({ openStorage: () => storage });
    await using client = await server.login();
    await using data = await client.passive();
    await client.expect(line, 150);
    let lines = 0;
    let chunk = await data.read();
    assert.ok(storage.given < storage.count, "the source was read to its end before the client read");
    for (; chunk !== null; chunk = await data.read()) {
      for (const byte of chunk) if (byte === 0x0a) lines++;
    }
    await client.expectReply(226);
    assert.equal(lines, storage.count);
    assert.ok(storage.isClosed);
  });
}

Deno.test("A4: ABOR of a listing that nobody reads ends it and its source", async () => {
  const storage = new EndlessStorage();
  await using server = await TestServer.start({ openStorage: () => storage });
  await using client = await server.login();
  await using data = await client.passive();
  await client.expect("LIST", 150);
  assert.ok(await data.read());
  await client.expect("ABOR", 426);
  await client.expectReply(226);
  await data.drain();
  assert.ok(storage.isClosed);
  assert.ok(storage.given < storage.count);
});

Deno.test("A directory of more entries than a function takes arguments is too large for a reply, also when it is sorted", async () => {
  await using server = await TestServer.start({
    openStorage: () => new EndlessStorage({ count: 300_000, nameLength: 1 }),
  });
  await using client = await server.login();
  await client.expect("STAT -t", "550 Too many entries for a reply: use LIST");
});

/** Tests of src/links: links survive a restart, a kill, each other and what people write; uses are exact. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { formatLink, type Link, LinkError, parseLink } from "../../src/links/link.ts";
import { LinkBook, type NewLink } from "../../src/links/link_book.ts";
import { LinkFile, MOST_LINKS, MOST_OF_ACCOUNT } from "../../src/links/link_file.ts";
import type { VirtualPath } from "../../src/protocol/pathname.ts";
import { until } from "../support/raw_socket.ts";

const PATH = "/pub" as VirtualPath;
const WISH: NewLink = { account: "alice", path: PATH, kind: "download" };

/** A folder that vanishes, and a file of links in it. */
class Folder implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync({ prefix: "baseftp-links-" });
  readonly path = `${this.folder}/.baseftp.ini.links`;
  readonly problems: string[] = [];

  open(now?: () => number): Promise<LinkBook> {
    const onProblem = (message: string): void => void this.problems.push(message);
    return LinkBook.open({ path: this.path, onProblem, ...now && { now } });
  }

  async links(): Promise<readonly Link[]> {
    return (await new LinkFile(this.path).read()).links;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.chmod(this.folder, 0o700);
    await Deno.remove(this.folder, { recursive: true });
  }
}

Deno.test("A link survives a restart with all that it has, for the owner's eyes alone", async () => {
  await using folder = new Folder();
  let made: Link;
  {
    await using book = await folder.open();
    const expiresAtMs = Date.now() + 86_400_000;
    made = await book.make({ ...WISH, expiresAtMs, usesLeft: 3, password: "$argon2id$…" });
    await book.make({ ...WISH, path: '/a "name"\nof two lines' as VirtualPath, kind: "upload" });
    if (Deno.build.os !== "windows") assert.equal((await Deno.stat(folder.path)).mode! & 0o777, 0o600);
  }
  await using book = await folder.open();
  assert.deepEqual(book.find(made.token), made);
  assert.deepEqual(book.list("alice").map(({ kind }) => kind), ["download", "upload"]);
  assert.deepEqual(book.list("bob"), []);
  assert.ok(made.token.length === 24 && !made.token.includes(made.id));
});

Deno.test("What is no token finds nothing", async () => {
  await using folder = new Folder();
  await using book = await folder.open();
  const { id, token } = await book.make(WISH);
  for (const wrong of ["", id, token.slice(1), `${token} `, token.toUpperCase() + "x", "toString"]) {
    assert.equal(book.find(wrong), undefined, wrong);
  }
});

Deno.test("Each thing that is wrong in a line is named without its secrets, and the line stays", async () => {
  await using folder = new Folder();
  const sound = formatLink({ ...WISH, id: "abcdefgh", token: "t".repeat(24), madeAtMs: 0 });
  const wrong = [
    ["nonsense", /it is no JSON object/],
    ["[]", /it is no JSON object/],
    [sound.replace("abcdefgh", "../../x"), /"id" is none/],
    [sound.replace("t".repeat(24), "secret"), /"token" is none/],
    [sound.replace("/pub", "/pub/.."), /"path" is no path/],
    [sound.replace("download", "admin"), /"kind" is neither/],
    [sound.replace("}", ',"uses":-1}'), /"uses" is no whole number/],
    [sound.replace("}", ',"expires":"tomorrow"}'), /"expires" is no time/],
  ] as const;
  for (const [line, problem] of wrong) {
    const reason = parseLink(line);
    assert.ok(typeof reason === "string" && problem.test(reason), line);
    assert.doesNotMatch(reason, /secret|ttt/);
  }
  const copy = sound.replace("abcdefgh", "hgfedcba");
  await Deno.writeTextFile(folder.path, [sound, copy, ...wrong.map(([line]) => line), ""].join("\n"));
  await using book = await folder.open();
  assert.match(
    folder.problems[0]!,
    /links, line 2: Cannot read a link: another line has its id or its token/,
  );
  assert.equal(folder.problems.length, 6);
  await book.make({ ...WISH, account: "bob" });
  const text = await Deno.readTextFile(folder.path);
  for (const [line] of wrong) assert.ok(text.includes(`${line}\n`), line);
  assert.equal((await folder.links()).length, 2);
});

Deno.test("A link that expires is gone from the file and ends its sessions", async () => {
  await using folder = new Folder();
  let now = 1_000_000;
  const expiresAtMs = now + 60_000;
  {
    await using book = await folder.open(() => now);
    const { token } = await book.make({ ...WISH, expiresAtMs });
    assert.ok(book.find(token));
    now = expiresAtMs;
    assert.equal(book.find(token), undefined);
    assert.deepEqual(book.list(), []);
  }
  await using book = await folder.open(() => now);
  const ended = new Promise<ReadonlySet<string>>((resolve) => book.subscribe(resolve));
  assert.equal((await ended).size, 1);
  await until(async () => (await folder.links()).length === 0, "the link is out of the file");
});

Deno.test("Of many who race for the last uses exactly as many get one, and a restart gives none back", async () => {
  await using folder = new Folder();
  let id: string, token: string;
  {
    await using book = await folder.open();
    ({ id, token } = await book.make({ ...WISH, usesLeft: 3 }));
    const taken = await Promise.all(Array.from({ length: 50 }, () => book.use(id)));
    assert.equal(taken.filter(Boolean).length, 3);
  }
  await using book = await folder.open();
  assert.equal(await book.use(id), false);
  assert.equal(book.find(token)?.usesLeft, 0);
});

Deno.test("A use that cannot be written down is not given, and is not lost", async () => {
  await using folder = new Folder();
  await using book = await folder.open();
  const { id } = await book.make({ ...WISH, usesLeft: 1 });
  await Deno.remove(folder.path);
  // What is in its place can be neither read nor replaced.
  await Deno.mkdir(folder.path);
  await assert.rejects(book.use(id), /^LinkFileError: Cannot (?:read|write) /);
  await assert.rejects(book.make(WISH), /^LinkFileError: /);
  assert.equal(book.get(id)?.usesLeft, 1);
  assert.equal(book.list().length, 1);
});

Deno.test("A writer that is killed in the middle has told of no use that the file does not have", async () => {
  await using folder = new Folder();
  let id: string;
  {
    await using book = await folder.open();
    // As large as the file may be, so that a write takes its time.
    for (let more = 0; more < 10; more++) await book.make({ ...WISH, account: `other ${more}` });
    ({ id } = await book.make({ ...WISH, usesLeft: 250 }));
  }
  const writer = fileURLToPath(new URL("../support/link_writer.ts", import.meta.url));
  let told = 0;
  for (let round = 0; round < 3; round++) {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "-A", writer, folder.path, id],
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    let count = 0;
    while (count < 5 + round) count += (await reader.read()).value?.length ?? 0;
    child.kill("SIGKILL");
    await child.status;
    // What was told before the kill is in the pipe.
    for (let more = await reader.read(); !more.done; more = await reader.read()) count += more.value.length;
    told += count;
    const links = await folder.links();
    assert.equal(links.length, 11);
    const left = links.find((link) => link.id === id)!.usesLeft!;
    assert.ok(left <= 250 - told, `${left} left after ${told}`);
    // One that was written down and not told of is lost, which is the safe side.
    told = 250 - left;
  }
});

Deno.test("A link that a command takes out of the file is over for the running server too", async () => {
  await using folder = new Folder();
  await using book = await folder.open();
  const [first, second] = [await book.make(WISH), await book.make({ ...WISH, usesLeft: 2 })];
  const ended: string[] = [];
  book.subscribe((ids) => ended.push(...ids));
  await new LinkFile(folder.path).update((links) => links.filter(({ id }) => id !== first.id));
  // Each change takes over what others have made of the file.
  assert.equal(await book.use(second.id), true);
  assert.equal(book.find(first.token), undefined);
  assert.deepEqual(ended, [first.id]);
  assert.deepEqual((await folder.links()).map(({ id, usesLeft }) => [id, usesLeft]), [[second.id, 1]]);
});

Deno.test("A revoked link is dead also where the file cannot be written", async () => {
  await using folder = new Folder();
  await using book = await folder.open();
  const { id, token } = await book.make(WISH);
  await Deno.remove(folder.path);
  await Deno.mkdir(folder.path);
  await assert.rejects(book.revoke(id), /^LinkFileError: /);
  assert.equal(book.find(token), undefined);
  await Deno.remove(folder.path);
  await book.make({ ...WISH, account: "bob" });
  assert.deepEqual((await folder.links()).map(({ account }) => account), ["bob"]);
});

Deno.test("The links of an account that is no more are forgotten", async () => {
  await using folder = new Folder();
  await using book = await folder.open();
  await book.make(WISH);
  await book.make({ ...WISH, account: "bob" });
  await book.forgetAccounts((name) => name === "bob");
  assert.deepEqual((await folder.links()).map(({ account }) => account), ["bob"]);
});

Deno.test("An account has a bounded number of links, and so have all together", async () => {
  await using folder = new Folder();
  const links = Array.from({ length: MOST_LINKS }, (_, index): Link => ({
    ...WISH,
    account: index < MOST_OF_ACCOUNT ? "alice" : `other ${index}`,
    id: index.toString().padStart(8, "x"),
    token: index.toString().padStart(24, "x"),
    madeAtMs: 0,
  }));
  await new LinkFile(folder.path).update(() => links);
  await using book = await folder.open();
  await assert.rejects(book.make(WISH), (error) => error instanceof LinkError && error.kind === "limit");
  await assert.rejects(book.make({ ...WISH, account: "bob" }), /there are 2000 links/);
  await book.revoke(links[0]!.id);
  await book.make(WISH);
});

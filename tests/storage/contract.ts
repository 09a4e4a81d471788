/** What every storage has to do: the shared test of the contract in src/storage/storage.ts. */

import assert from "node:assert/strict";
import { BufferPool } from "../../src/limits/buffer_pool.ts";
import { resolvePathname, ROOT, type VirtualPath } from "../../src/protocol/pathname.ts";
import {
  type Entry,
  type LongWork,
  type Storage,
  StorageError,
  type StorageErrorKind,
  type WriteMode,
} from "../../src/storage/storage.ts";
import { textOf, writeText } from "../support/bytes.ts";

/** A storage that is empty, and the way to be rid of it. */
export interface OpenStorage extends AsyncDisposable {
  readonly storage: Storage;
}

/** The virtual path of a text. */
export function path(text: string): VirtualPath {
  return resolvePathname(ROOT, text);
}

const buffers = new BufferPool({ budgetBytes: 64 * 1024 * 1024 });

/** Long work that nobody follows. */
export function work(): LongWork {
  return { signal: new AbortController().signal, progress: () => {}, buffers };
}

/** Expects the storage to refuse for this reason. */
export async function assertRefused(promise: Promise<unknown>, ...kinds: StorageErrorKind[]): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof StorageError, `${error}`);
    assert.ok(kinds.includes(error.kind), `${error.kind}: ${error.message}`);
    return true;
  });
}

/** Uploads a text, in chunks of three bytes. */
export async function upload(
  storage: Storage,
  place: string,
  text: string,
  mode: WriteMode = { kind: "replace" },
): Promise<void> {
  const writer = await storage.write(path(place), mode);
  await writeText(writer, text, 3);
  await writer.close();
}

/** Begins an upload and cuts it off behind this text. */
export async function uploadPart(
  storage: Storage,
  place: string,
  text: string,
  mode: WriteMode = { kind: "replace" },
): Promise<void> {
  const writer = await storage.write(path(place), mode);
  await writeText(writer, text, 3);
  await writer.abort();
}

/** The text of a file from the offset on. */
export async function download(
  storage: Storage,
  place: string,
  { offset = 0, pieceBytes = 4 } = {},
): Promise<string> {
  return await textOf((await storage.read(path(place), { offset })).source, pieceBytes);
}

/** The entries of a directory by name. */
export async function entriesOf(storage: Storage, place: string): Promise<Map<string, Entry>> {
  const entries = (await Array.fromAsync(storage.list(path(place)))).flat();
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  assert.equal(byName.size, entries.length, "every entry once");
  return byName;
}

/** The names in a directory, sorted. */
export async function namesIn(storage: Storage, place: string): Promise<string[]> {
  return [...(await entriesOf(storage, place)).keys()].toSorted();
}

/** Registers the tests of the contract for one storage. Its uploads are atomic. */
export function testStorage(name: string, open: () => Promise<OpenStorage>): void {
  /** Registers one test, which gets a fresh storage. */
  function test(sentence: string, run: (storage: Storage) => Promise<void>): void {
    Deno.test(`${name}: ${sentence}`, async () => {
      await using opened = await open();
      await run(opened.storage);
    });
  }

  test("a new storage is an empty directory", async (storage) => {
    const root = await storage.stat(ROOT);
    assert.equal(root.type, "directory");
    assert.equal(root.name, "");
    assert.deepEqual(await namesIn(storage, "/"), []);
    assert.equal(await storage.isEmpty(ROOT), true);
  });

  test("an uploaded file has its bytes, its size and its name", async (storage) => {
    await upload(storage, "/a b.txt", "hello, wörld");
    assert.equal(await download(storage, "/a b.txt"), "hello, wörld");
    const { type, size, name, links, link } = await storage.stat(path("/a b.txt"));
    assert.deepEqual({ type, size, name, links, link }, {
      type: "file",
      size: 13,
      name: "a b.txt",
      links: 1,
      link: undefined,
    });
  });

  test("an empty file is a file", async (storage) => {
    await upload(storage, "/empty", "");
    assert.equal((await storage.stat(path("/empty"))).size, 0);
    assert.equal(await download(storage, "/empty"), "");
    assert.deepEqual(await namesIn(storage, "/"), ["empty"]);
  });

  test("names are kept as they are", async (storage) => {
    const names = [
      "-l",
      " a ",
      ".hidden",
      "..a",
      "*",
      "a\rb",
      "a\\b",
      'a"b',
      "e\u0301",
      "é",
      "🐧",
      "~",
      "a.b.c",
      "%2e%2e",
    ];
    for (const given of names) await upload(storage, `/${given}`, given);
    assert.deepEqual(await namesIn(storage, "/"), names.toSorted());
    for (const given of names) assert.equal(await download(storage, `/${given}`), given);
  });

  test("a listing tells of each entry what stat tells", async (storage) => {
    await upload(storage, "/a", "12345");
    await storage.makeDirectory(path("/d"));
    await upload(storage, "/d/inner", "1");
    const entries = await entriesOf(storage, "/");
    assert.deepEqual([...entries.keys()].toSorted(), ["a", "d"]);
    assert.deepEqual(entries.get("a"), await storage.stat(path("/a")));
    assert.deepEqual(entries.get("d"), await storage.stat(path("/d")));
    assert.deepEqual(await namesIn(storage, "/d"), ["inner"]);
  });

  test("a directory of many entries is listed in full", async (storage) => {
    const names = Array.from({ length: 300 }, (_, at) => `file ${at}`);
    for (const given of names) await upload(storage, `/${given}`, "");
    assert.deepEqual(await namesIn(storage, "/"), names.toSorted());
  });

  test("a listing that is given up half way ends", async (storage) => {
    for (const given of ["a", "b", "c"]) await upload(storage, `/${given}`, "");
    let count = 0;
    for await (const _some of storage.list(ROOT)) {
      count++;
      break;
    }
    assert.equal(count, 1);
  });

  test("every file has a mark of its own, which it keeps when it is renamed", async (storage) => {
    await upload(storage, "/a", "");
    await upload(storage, "/b", "");
    const before = await storage.stat(path("/a"));
    assert.notEqual(before.unique, (await storage.stat(path("/b"))).unique);
    assert.equal((await storage.stat(path("/a"))).unique, before.unique);
    await storage.rename(path("/a"), path("/c"), work());
    assert.equal((await storage.stat(path("/c"))).unique, before.unique);
  });

  test("a way has the marks of all directories from the root down, and of its end", async (storage) => {
    await storage.makeDirectory(path("/d"));
    await storage.makeDirectory(path("/d/e"));
    await upload(storage, "/d/e/a", "1");
    const marks = [];
    for (const place of ["/", "/d", "/d/e", "/d/e/a"]) marks.push((await storage.stat(path(place))).unique);
    assert.deepEqual(await storage.way(ROOT), { through: [], end: marks[0], real: ROOT });
    for (const [depth, real] of [[2, "/d/e"], [3, "/d/e/a"]] as const) {
      const way = await storage.way(path(real));
      assert.deepEqual(way, { through: marks.slice(0, depth), end: marks[depth], real });
    }
    await storage.rename(path("/d/e"), path("/f"), work());
    const moved = { through: [marks[0], marks[2]], end: marks[3], real: "/f/a" };
    assert.deepEqual(await storage.way(path("/f/a")), moved, "marks stay with what they mark");
  });

  test("a way to what is not there goes as far as there is something", async (storage) => {
    await storage.makeDirectory(path("/d"));
    await upload(storage, "/d/a", "1");
    const { through, end } = await storage.way(path("/d/a"));
    for (const place of ["/d/b", "/d/b/c/d"]) {
      assert.deepEqual(await storage.way(path(place)), { through, end: undefined, real: "/d" });
    }
    const behind = { through: [...through, end], end: undefined, real: "/d/a" };
    assert.deepEqual(await storage.way(path("/d/a/b")), behind);
    await uploadPart(storage, "/d/p", "part");
    assert.equal((await storage.way(path("/d/p"))).end, undefined);
  });

  test("what is not there is not found", async (storage) => {
    const nowhere = path("/nowhere");
    await assertRefused(storage.stat(nowhere), "not-found");
    await assertRefused(Array.fromAsync(storage.list(nowhere)), "not-found");
    await assertRefused(storage.isEmpty(nowhere), "not-found");
    await assertRefused(download(storage, "/nowhere"), "not-found");
    await assertRefused(storage.remove(nowhere), "not-found");
    await assertRefused(storage.removeDirectory(nowhere), "not-found");
    await assertRefused(storage.rename(nowhere, path("/a"), work()), "not-found");
    await assertRefused(storage.setModified(nowhere, 0), "not-found");
    await assertRefused(storage.setMode(nowhere, 0o600), "not-found");
  });

  test("nothing can be put into a directory that is not there", async (storage) => {
    await upload(storage, "/a", "");
    await assertRefused(upload(storage, "/nowhere/a", ""), "not-found");
    await assertRefused(storage.makeDirectory(path("/nowhere/d")), "not-found");
    await assertRefused(storage.rename(path("/a"), path("/nowhere/a"), work()), "not-found");
    assert.deepEqual(await namesIn(storage, "/"), ["a"]);
  });

  test("a file is no directory", async (storage) => {
    await upload(storage, "/a", "1");
    await assertRefused(Array.fromAsync(storage.list(path("/a"))), "not-a-directory");
    await assertRefused(storage.isEmpty(path("/a")), "not-a-directory");
    await assertRefused(storage.removeDirectory(path("/a")), "not-a-directory");
    await assertRefused(storage.stat(path("/a/b")), "not-a-directory", "not-found");
    await assertRefused(upload(storage, "/a/b", ""), "not-a-directory");
    await assertRefused(storage.makeDirectory(path("/a/b")), "not-a-directory");
    assert.equal(await download(storage, "/a"), "1");
  });

  test("a directory is no file", async (storage) => {
    await storage.makeDirectory(path("/d"));
    await assertRefused(download(storage, "/d"), "is-a-directory");
    await assertRefused(storage.remove(path("/d")), "is-a-directory");
    for (const mode of modes()) await assertRefused(upload(storage, "/d", "", mode), "is-a-directory");
    assert.deepEqual(await namesIn(storage, "/d"), []);
  });

  test("a download starts at its offset, its end included", async (storage) => {
    await upload(storage, "/a", "0123456789");
    for (let offset = 0; offset <= 10; offset++) {
      for (const pieceBytes of [1, 3, 64]) {
        assert.equal(await download(storage, "/a", { offset, pieceBytes }), "0123456789".slice(offset));
      }
    }
  });

  test("a download tells how large the file is, and none begins behind its end", async (storage) => {
    await upload(storage, "/a", "0123456789");
    const { size, source } = await storage.read(path("/a"), { offset: 4 });
    await source.close();
    assert.equal(size, 10);
    await assertRefused(download(storage, "/a", { offset: 11 }), "out-of-range");
  });

  test("a download that fills its buffers says so, and fills all but the last", async (storage) => {
    await upload(storage, "/a", "0123456789");
    const { source } = await storage.read(path("/a"), { offset: 0 });
    const lengths: (number | null)[] = [];
    for (let times = 0; times < 3; times++) lengths.push(await source.read(new Uint8Array(4)));
    await source.close();
    assert.deepEqual({ lengths, endsShort: source.endsShort }, { lengths: [4, 4, 2], endsShort: true });
  });

  test("a download that is given up half way lets the file go", async (storage) => {
    await upload(storage, "/a", "0123456789");
    const { source } = await storage.read(path("/a"), { offset: 0 });
    await source.read(new Uint8Array(4));
    await source.close();
    await source.close();
    await storage.remove(path("/a"));
  });

  test("a replaced file has only the new bytes", async (storage) => {
    await upload(storage, "/a", "a long old text");
    await upload(storage, "/a", "new");
    assert.equal(await download(storage, "/a"), "new");
  });

  test("creating makes a new file and never replaces one", async (storage) => {
    await upload(storage, "/a", "first", { kind: "create" });
    await assertRefused(upload(storage, "/a", "second", { kind: "create" }), "exists");
    assert.equal(await download(storage, "/a"), "first");
  });

  test("appending writes behind the end, or makes a new file", async (storage) => {
    await upload(storage, "/a", "one", { kind: "append" });
    await upload(storage, "/a", " two", { kind: "append" });
    await upload(storage, "/a", "", { kind: "append" });
    assert.equal(await download(storage, "/a"), "one two");
  });

  test("R11: resuming keeps what lies before the offset and behind the last byte written", async (storage) => {
    await upload(storage, "/a", "0123456789");
    await upload(storage, "/a", "abc", { kind: "resume", offset: 4 });
    assert.equal(await download(storage, "/a"), "0123abc789");
  });

  test("R11: resuming at the end goes on, and past the end is refused", async (storage) => {
    await upload(storage, "/a", "01234");
    await assertRefused(upload(storage, "/a", "x", { kind: "resume", offset: 6 }), "out-of-range");
    assert.equal(await download(storage, "/a"), "01234");
    await upload(storage, "/a", "56789", { kind: "resume", offset: 5 });
    assert.equal(await download(storage, "/a"), "0123456789");
  });

  test("R11: resuming what is not there is refused", async (storage) => {
    await assertRefused(
      upload(storage, "/a", "x", { kind: "resume", offset: 1 }),
      "out-of-range",
      "not-found",
    );
    await assertRefused(storage.stat(path("/a")), "not-found");
  });

  test("D19: a file that is being uploaded is not there before it is complete", async (storage) => {
    const writer = await storage.write(path("/a"), { kind: "replace" });
    await writer.write(new TextEncoder().encode("half"));
    await assertRefused(storage.stat(path("/a")), "not-found");
    assert.deepEqual(await namesIn(storage, "/"), []);
    assert.equal(await storage.isEmpty(ROOT), true);
    await writer.close();
    assert.deepEqual(await namesIn(storage, "/"), ["a"]);
  });

  test("D19: a file that is being replaced shows its old bytes until the new ones are complete", async (storage) => {
    await upload(storage, "/a", "old");
    const writer = await storage.write(path("/a"), { kind: "replace" });
    await writer.write(new TextEncoder().encode("new and longer"));
    assert.equal(await download(storage, "/a"), "old");
    await writer.close();
    assert.equal(await download(storage, "/a"), "new and longer");
  });

  test("D19: a download that runs while its file is replaced delivers the old bytes", async (storage) => {
    await upload(storage, "/a", "0123456789");
    const { source } = await storage.read(path("/a"), { offset: 0 });
    const begin = new Uint8Array(4);
    await source.read(begin);
    await upload(storage, "/a", "new");
    assert.equal(new TextDecoder().decode(begin) + await textOf(source), "0123456789");
  });

  test("R16: an upload that was cut off is kept, unseen, and can be gone on with", async (storage) => {
    await uploadPart(storage, "/a", "01234");
    await assertRefused(storage.stat(path("/a")), "not-found");
    assert.deepEqual(await namesIn(storage, "/"), []);
    assert.equal(await storage.partialSize(path("/a")), 5);
    await upload(storage, "/a", "56789", { kind: "resume", offset: 5 });
    assert.equal(await download(storage, "/a"), "0123456789");
    assert.equal(await storage.partialSize(path("/a")), undefined);
  });

  test("R16: an upload can be cut off again and again", async (storage) => {
    await uploadPart(storage, "/a", "012");
    await uploadPart(storage, "/a", "345", { kind: "resume", offset: 3 });
    assert.equal(await storage.partialSize(path("/a")), 6);
    // A client may be less far than the server: what it sends again replaces what was there.
    await upload(storage, "/a", "456789", { kind: "resume", offset: 4 });
    assert.equal(await download(storage, "/a"), "0123456789");
  });

  test("R16: an upload that was cut off can be gone on with by appending", async (storage) => {
    await uploadPart(storage, "/a", "01234");
    await upload(storage, "/a", "56789", { kind: "append" });
    assert.equal(await download(storage, "/a"), "0123456789");
  });

  test("R12: appending to a part whose sender was told of it is refused where it has gone, or was completed", async (storage) => {
    const append: WriteMode = { kind: "append", partBytes: 3 };
    await assertRefused(upload(storage, "/a", "x", append), "out-of-range");
    await uploadPart(storage, "/a", "01");
    await assertRefused(upload(storage, "/a", "x", append), "out-of-range");
    await uploadPart(storage, "/a", "0123");
    await upload(storage, "/a", "3456", append);
    assert.equal(await download(storage, "/a"), "0123456");
    await assertRefused(upload(storage, "/a", "x", append), "busy");
    assert.equal(await download(storage, "/a"), "0123456");
  });

  test("D19 R16: an upload whose directory gets another name fails, takes no place in one that is made anew, and is kept", async (storage) => {
    await storage.makeDirectory(path("/d"));
    const writer = await storage.write(path("/d/a"), { kind: "replace" });
    await writeText(writer, "first");
    await storage.rename(path("/d"), path("/e"), work());
    await storage.makeDirectory(path("/d"));
    const other = await storage.write(path("/d/a"), { kind: "replace" });
    await writeText(other, "second");
    await assertRefused((async () => await writer.close())(), "unavailable");
    assert.deepEqual(await namesIn(storage, "/d"), []);
    await other.close();
    assert.equal(await download(storage, "/d/a"), "second");
    assert.equal(await storage.partialSize(path("/e/a")), 5);
    await upload(storage, "/e/a", ", then", { kind: "append" });
    assert.equal(await download(storage, "/e/a"), "first, then");
  });

  test("F9 F11: what creates or begins by appending replaces nothing that has come to be there meanwhile", async (storage) => {
    for (const kind of ["create", "append"] as const) {
      const writer = await storage.write(path("/a"), { kind });
      await writeText(writer, "mine");
      await upload(storage, "/b", "other");
      await storage.rename(path("/b"), path("/a"), work());
      await assertRefused((async () => await writer.close())(), "exists");
      assert.equal(await download(storage, "/a"), "other");
      await storage.remove(path("/a"));
    }
    for (const kind of ["create", "append", "replace"] as const) {
      const writer = await storage.write(path("/d"), { kind });
      await writeText(writer, "mine");
      await storage.makeDirectory(path("/d"));
      await assertRefused((async () => await writer.close())(), "exists", "is-a-directory");
      assert.equal((await storage.stat(path("/d"))).type, "directory");
      await storage.removeDirectory(path("/d"));
      await storage.remove(path("/d")).catch(() => {});
    }
  });

  test("F11: what creates a file takes nothing that is held of an upload to it", async (storage) => {
    await uploadPart(storage, "/a", "part");
    await assertRefused(upload(storage, "/a", "x", { kind: "create" }), "exists", "busy");
    assert.equal(await storage.partialSize(path("/a")), 4);
  });

  test("F8: a file is not replaced by another one while it is extended", async (storage) => {
    await upload(storage, "/a", "old,");
    await upload(storage, "/b", "other");
    const writer = await storage.write(path("/a"), { kind: "append" });
    await writeText(writer, "new");
    await assertRefused(storage.rename(path("/b"), path("/a"), work()), "busy");
    await writer.close();
    assert.equal(await download(storage, "/a"), "old,new");
    assert.equal(await download(storage, "/b"), "other");
  });

  test("M20: joining is refused where the target has come or gone, and while it is uploaded", async (storage) => {
    await assertRefused(upload(storage, "/a", "x", { kind: "join", exists: true }), "busy");
    await upload(storage, "/a", "old");
    await assertRefused(upload(storage, "/a", "x", { kind: "join", exists: false }), "busy");
    await upload(storage, "/a", "new", { kind: "join", exists: true });
    assert.equal(await download(storage, "/a"), "new");
    const writer = await storage.write(path("/a"), { kind: "append" });
    await assertRefused(upload(storage, "/a", "x", { kind: "join", exists: true }), "busy");
    await writer.close();
    await uploadPart(storage, "/a", "x", { kind: "join", exists: true });
    assert.equal(await download(storage, "/a"), "new");
  });

  test("R16: no offset behind what is held is accepted", async (storage) => {
    await uploadPart(storage, "/a", "01234");
    await assertRefused(upload(storage, "/a", "x", { kind: "resume", offset: 6 }), "out-of-range");
    assert.equal(await storage.partialSize(path("/a")), 5);
  });

  test("a new upload forgets what is held of an old one", async (storage) => {
    await uploadPart(storage, "/a", "a long part of an old file");
    await upload(storage, "/a", "new");
    assert.equal(await download(storage, "/a"), "new");
    assert.equal(await storage.partialSize(path("/a")), undefined);
  });

  test("a replacement that is cut off leaves the old file", async (storage) => {
    await upload(storage, "/a", "old");
    await uploadPart(storage, "/a", "new");
    assert.equal(await download(storage, "/a"), "old");
    assert.equal(await storage.partialSize(path("/a")), undefined, "the size to go by is the file's own");
  });

  test("an upload of a part goes on with what is held and never in the file that it is to replace", async (storage) => {
    const part = (offset: number): WriteMode => ({ kind: "part", offset, taken: "replaced" });
    await upload(storage, "/a", "old, and long enough");
    await uploadPart(storage, "/a", "0123", part(0));
    assert.equal(await storage.partialSize(path("/a")), undefined);
    assert.equal(await storage.partialSize(path("/a"), { replacing: true }), 4);
    await assertRefused(upload(storage, "/a", "x", part(5)), "out-of-range");
    await upload(storage, "/a", "3456", part(3));
    assert.equal(await download(storage, "/a"), "0123456");
    assert.equal(await storage.partialSize(path("/a"), { replacing: true }), undefined);
    await assertRefused(upload(storage, "/a", "x", part(1)), "out-of-range");
    assert.equal(await download(storage, "/a"), "0123456");
  });

  test("an upload of a part that must be new is refused in the beginning and at the end, and its bytes are kept", async (storage) => {
    const fresh: WriteMode = { kind: "part", offset: 0, taken: "refused" };
    await uploadPart(storage, "/a", "stale");
    const writer = await storage.write(path("/a"), fresh);
    await writeText(writer, "mine");
    await upload(storage, "/b", "other");
    await storage.rename(path("/b"), path("/a"), work());
    await assertRefused((async () => await writer.close())(), "exists");
    assert.equal(await download(storage, "/a"), "other");
    assert.equal(await storage.partialSize(path("/a"), { replacing: true }), 4);
    await assertRefused(upload(storage, "/a", "x", fresh), "exists");
    await upload(storage, "/a", ", and more", { kind: "part", offset: 4, taken: "replaced" });
    assert.equal(await download(storage, "/a"), "mine, and more");
  });

  test("an upload of a part that may be beside a file gets the next number", async (storage) => {
    const beside: WriteMode = { kind: "part", offset: 0, taken: "beside" };
    for (const expected of ["/a.tar.gz", "/a (2).tar.gz", "/a (3).tar.gz"]) {
      const writer = await storage.write(path("/a.tar.gz"), beside);
      await writeText(writer, expected);
      await writer.close();
      assert.equal(writer.givenName ?? "a.tar.gz", expected.slice(1));
      assert.equal(await download(storage, expected), expected);
    }
  });

  test("an upload of a part that may replace only what was there leaves what has come meanwhile", async (storage) => {
    await upload(storage, "/a", "old");
    const writer = await storage.write(path("/a"), { kind: "part", offset: 0, taken: "same" });
    await writeText(writer, "mine");
    await upload(storage, "/b", "other");
    await storage.rename(path("/a"), path("/c"), work());
    await storage.rename(path("/b"), path("/a"), work());
    await assertRefused((async () => await writer.close())(), "busy");
    assert.equal(await download(storage, "/a"), "other");
    await upload(storage, "/a", "mine", { kind: "part", offset: 0, taken: "same" });
    assert.equal(await download(storage, "/a"), "mine");
  });

  test("a rename that may replace nothing leaves what is there", async (storage) => {
    await upload(storage, "/a", "one");
    await upload(storage, "/b", "two");
    await storage.makeDirectory(path("/d"));
    const refusing = { ...work(), taken: "refused" } as const;
    for (const to of ["/b", "/d"]) {
      await assertRefused(storage.rename(path("/a"), path(to), refusing), "exists");
    }
    await assertRefused(storage.rename(path("/d"), path("/b"), refusing), "exists");
    await assertRefused(storage.rename(path("/missing"), path("/c"), refusing), "not-found");
    await storage.rename(path("/a"), path("/c"), refusing);
    await storage.rename(path("/d"), path("/e"), refusing);
    assert.equal(await download(storage, "/c"), "one");
    assert.deepEqual(await namesIn(storage, "/"), ["b", "c", "e"]);
  });

  test("F6: what is held of a cut-off upload can be deleted", async (storage) => {
    await uploadPart(storage, "/a", "01234");
    await storage.remove(path("/a"));
    assert.equal(await storage.partialSize(path("/a")), undefined);
    await assertRefused(storage.remove(path("/a")), "not-found");
  });

  test("nothing is held where nothing was uploaded", async (storage) => {
    assert.equal(await storage.partialSize(path("/a")), undefined);
    await upload(storage, "/a", "1");
    assert.equal(await storage.partialSize(path("/a")), undefined);
  });

  test("F10: a second upload to the same file is refused while the first runs", async (storage) => {
    await upload(storage, "/old", "old");
    for (const place of ["/new", "/old"]) {
      const first = await storage.write(path(place), { kind: "replace" });
      await first.write(new TextEncoder().encode("first"));
      await assertRefused(upload(storage, place, "second"), "busy");
      await assertRefused(upload(storage, place, "second", { kind: "append" }), "busy");
      await assertRefused(upload(storage, place, "second", { kind: "resume", offset: 1 }), "busy");
      await first.close();
      assert.equal(await download(storage, place), "first");
      await upload(storage, place, "second");
      assert.equal(await download(storage, place), "second");
    }
  });

  test("F10: while a file is appended to or resumed, no other upload to it is let in", async (storage) => {
    for (const mode of [{ kind: "append" }, { kind: "resume", offset: 3 }] as const) {
      await upload(storage, "/a", "old");
      const first = await storage.write(path("/a"), mode);
      await first.write(new TextEncoder().encode("first"));
      for (const other of modes().filter(({ kind }) => kind !== "create")) {
        await assertRefused(upload(storage, "/a", "second", other), "busy");
      }
      await first.close();
      assert.equal(await download(storage, "/a"), "oldfirst");
    }
  });

  test("F10: uploads to different files do not hold each other up", async (storage) => {
    const writers = [];
    for (const place of ["/a", "/b", "/c"]) {
      writers.push(await storage.write(path(place), { kind: "replace" }));
    }
    for (const [at, writer] of writers.entries()) await writer.write(new TextEncoder().encode(String(at)));
    for (const writer of writers.toReversed()) await writer.close();
    assert.deepEqual(
      await Promise.all(["/a", "/b", "/c"].map((place) => download(storage, place))),
      ["0", "1", "2"],
    );
  });

  test("F10: after an upload was cut off, its file can be uploaded again", async (storage) => {
    await uploadPart(storage, "/a", "part");
    await upload(storage, "/a", "whole");
    assert.equal(await download(storage, "/a"), "whole");
  });

  test("F6: a file is not deleted while it is being uploaded", async (storage) => {
    const writer = await storage.write(path("/a"), { kind: "replace" });
    await writer.write(new TextEncoder().encode("bytes"));
    await assertRefused(storage.remove(path("/a")), "busy");
    await writer.close();
    assert.equal(await download(storage, "/a"), "bytes");
  });

  test("directories are made one at a time and once", async (storage) => {
    await storage.makeDirectory(path("/d"));
    await storage.makeDirectory(path("/d/e"));
    assert.equal((await storage.stat(path("/d/e"))).type, "directory");
    await upload(storage, "/f", "");
    for (const place of ["/d", "/f", "/"]) {
      await assertRefused(storage.makeDirectory(path(place)), "exists");
    }
  });

  test("F4: only an empty directory is removed, and never the root", async (storage) => {
    await storage.makeDirectory(path("/d"));
    await storage.makeDirectory(path("/d/e"));
    assert.equal(await storage.isEmpty(path("/d")), false);
    await assertRefused(storage.removeDirectory(path("/d")), "not-empty");
    assert.equal(await storage.isEmpty(path("/d/e")), true);
    await upload(storage, "/d/e/f", "");
    assert.equal(await storage.isEmpty(path("/d/e")), false);
    await assertRefused(storage.removeDirectory(path("/d/e")), "not-empty");
    await storage.remove(path("/d/e/f"));
    await storage.removeDirectory(path("/d/e"));
    await storage.removeDirectory(path("/d"));
    await assertRefused(storage.stat(path("/d")), "not-found");
    await assertRefused(storage.removeDirectory(ROOT), "denied");
  });

  test("F4: a directory that looks empty can be removed, and what was held in it is gone", async (storage) => {
    await storage.makeDirectory(path("/d"));
    await uploadPart(storage, "/d/a", "part");
    assert.equal(await storage.isEmpty(path("/d")), true);
    await storage.removeDirectory(path("/d"));
    await storage.makeDirectory(path("/d"));
    assert.equal(await storage.partialSize(path("/d/a")), undefined);
  });

  test("F8: a file is renamed, also into another directory", async (storage) => {
    await upload(storage, "/a", "1");
    await storage.makeDirectory(path("/d"));
    await storage.rename(path("/a"), path("/b"), work());
    await storage.rename(path("/b"), path("/d/c"), work());
    assert.equal(await download(storage, "/d/c"), "1");
    assert.deepEqual(await namesIn(storage, "/"), ["d"]);
  });

  test("F8: a directory is renamed with all that lies in it", async (storage) => {
    await storage.makeDirectory(path("/d"));
    await storage.makeDirectory(path("/d/e"));
    await upload(storage, "/d/e/a", "1");
    await upload(storage, "/dd", "2");
    await storage.rename(path("/d"), path("/x"), work());
    assert.equal(await download(storage, "/x/e/a"), "1");
    assert.deepEqual(await namesIn(storage, "/"), ["dd", "x"]);
  });

  test("F8: a file at the new place is replaced", async (storage) => {
    await upload(storage, "/a", "new");
    await upload(storage, "/b", "old");
    await storage.rename(path("/a"), path("/b"), work());
    assert.equal(await download(storage, "/b"), "new");
    assert.deepEqual(await namesIn(storage, "/"), ["b"]);
  });

  test("F8: a directory at the new place is not replaced, nor does it replace a file", async (storage) => {
    await upload(storage, "/a", "1");
    await storage.makeDirectory(path("/d"));
    await storage.makeDirectory(path("/e"));
    await assertRefused(storage.rename(path("/a"), path("/d"), work()), "exists");
    await assertRefused(storage.rename(path("/e"), path("/d"), work()), "exists");
    await assertRefused(storage.rename(path("/d"), path("/a"), work()), "exists", "not-a-directory");
    assert.deepEqual(await namesIn(storage, "/"), ["a", "d", "e"]);
  });

  test("F8: renaming to the same name changes nothing", async (storage) => {
    await upload(storage, "/a", "1");
    await storage.makeDirectory(path("/d"));
    await upload(storage, "/d/b", "2");
    await storage.rename(path("/a"), path("/a"), work());
    await storage.rename(path("/d"), path("/d"), work());
    assert.equal(await download(storage, "/a"), "1");
    assert.equal(await download(storage, "/d/b"), "2");
  });

  test("F8: a directory is not moved into itself, and the root not at all", async (storage) => {
    await storage.makeDirectory(path("/d"));
    await upload(storage, "/d/a", "1");
    await assertRefused(storage.rename(path("/d"), path("/d/e"), work()), "invalid-name");
    await assertRefused(storage.rename(ROOT, path("/x"), work()), "denied");
    await assertRefused(storage.rename(path("/d"), ROOT, work()), "denied", "exists");
    assert.equal(await download(storage, "/d/a"), "1");
  });

  test("F6: a deleted file is gone", async (storage) => {
    await upload(storage, "/a", "1");
    await storage.remove(path("/a"));
    await assertRefused(storage.stat(path("/a")), "not-found");
    assert.deepEqual(await namesIn(storage, "/"), []);
  });

  test("R6: a modification time is kept to the second", async (storage) => {
    assert.equal(storage.capabilities.times, true);
    await upload(storage, "/a", "1");
    await storage.makeDirectory(path("/d"));
    for (const place of ["/a", "/d"]) {
      for (const timeMs of [Date.UTC(2001, 1, 3, 4, 5, 6), 0, Date.UTC(2038, 0, 19, 3, 14, 8)]) {
        await storage.setModified(path(place), timeMs);
        assert.equal((await storage.stat(path(place))).modifiedMs, timeMs);
      }
    }
  });

  test("a new file's modification time is that of its upload", async (storage) => {
    // File systems tick more slowly than clocks do.
    const beforeMs = Date.now() - 50;
    await upload(storage, "/a", "1");
    const { modifiedMs } = await storage.stat(path("/a"));
    assert.ok(modifiedMs >= beforeMs && modifiedMs <= Date.now() + 50, `${modifiedMs - beforeMs}`);
  });

  test("F14: permission bits are kept, for files and for directories", async (storage) => {
    if (!storage.capabilities.modes) return;
    await upload(storage, "/a", "1");
    await storage.makeDirectory(path("/d"));
    for (const place of ["/a", "/d"]) {
      for (const mode of [0o640, 0o755, 0o700]) {
        await storage.setMode(path(place), mode);
        assert.equal((await storage.stat(path(place))).mode, mode);
      }
    }
  });

  test("a replaced file keeps its permission bits", async (storage) => {
    if (!storage.capabilities.modes) return;
    await upload(storage, "/a", "1");
    await storage.setMode(path("/a"), 0o640);
    await upload(storage, "/a", "2");
    assert.equal((await storage.stat(path("/a"))).mode, 0o640);
  });

  test("M19: free space is a number of bytes, or nobody knows", async (storage) => {
    const free = await storage.freeBytes(ROOT);
    assert.ok(free === undefined || (Number.isSafeInteger(free) && free >= 0), String(free));
  });

  test("the operator's name of a place tells places apart", async (storage) => {
    await Promise.resolve();
    assert.notEqual(storage.locate(path("/a")), storage.locate(path("/a/b")));
    assert.ok(storage.locate(path("/a/b")).endsWith("b"));
  });
}

/** One of each kind of write. */
function modes(): WriteMode[] {
  return [
    { kind: "replace" },
    { kind: "create" },
    { kind: "append" },
    { kind: "resume", offset: 0 },
    { kind: "resume", offset: 1 },
  ];
}

/**
 * Tests of src/storage/mounted_storage.ts: the contract at a mount, and what is at, above and across them.
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { formatUnique } from "../../src/protocol/facts.ts";
import { ROOT } from "../../src/protocol/pathname.ts";
import { combine, removeTree } from "../../src/storage/bulk.ts";
import { MemoryStorage } from "../../src/storage/memory_storage.ts";
import { MountLooks } from "../../src/storage/mount_looks.ts";
import { MountedStorage } from "../../src/storage/mounted_storage.ts";
import { type Storage, StorageError } from "../../src/storage/storage.ts";
import { mountMemory } from "../support/tiny_disk.ts";
import { Below } from "./_below.ts";
import { MountedHome } from "./_mounts.ts";
import {
  assertRefused,
  download,
  entriesOf,
  namesIn,
  path,
  testStorage,
  upload,
  uploadPart,
  work,
} from "./contract.ts";

testStorage("MountedStorage, in a mount", async () => {
  const home = await MountedHome.make({ "/a/disk": "disk" });
  return {
    storage: new Below(home.storage, path("/a/disk")),
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
});

testStorage("MountedStorage of memory, in a mount", () => {
  const storage = new MountedStorage({
    home: new MemoryStorage(),
    mounts: [{ at: path("/disk"), folder: "disk", storage: new MemoryStorage() }],
    looks: new MountLooks(),
  });
  return Promise.resolve({
    storage: new Below(storage, path("/disk")),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});

Deno.test("A mount shows its own files, and hides what the home has below it", async () => {
  await using home = await MountedHome.make({ "/photos": "disk" });
  await home.put("home/file", "home/photos/hidden", "disk/picture", "disk/box/other");
  const { storage } = home;
  assert.deepEqual(await namesIn(storage, "/"), ["file", "photos"]);
  assert.deepEqual(await namesIn(storage, "/photos"), ["box", "picture"]);
  assert.equal(await download(storage, "/photos/picture"), "disk/picture");
  await assertRefused(storage.stat(path("/photos/hidden")), "not-found");
  const entry = await storage.stat(path("/photos"));
  const { dev, ino } = await Deno.stat(`${home.top}/disk`);
  assert.deepEqual([entry.name, entry.type], ["photos", "directory"]);
  assert.equal(entry.unique, formatUnique(dev, ino!));
  assert.equal((await entriesOf(storage, "/")).get("photos")!.unique, entry.unique);
  assert.equal(await storage.isEmpty(ROOT), false);
});

Deno.test("A file of the home does not hide a mount, nor what leads to one", async () => {
  await using home = await MountedHome.make({ "/a/b": "disk", "/c": "other" });
  await home.put("home/a", "home/c", "disk/file");
  assert.deepEqual(
    [...(await entriesOf(home.storage, "/")).values()].map(({ name, type }) => [name, type]).toSorted(),
    [["a", "directory"], ["c", "directory"]],
  );
  assert.deepEqual(await namesIn(home.storage, "/a/b"), ["file"]);
  await assertRefused(home.storage.read(path("/a"), { offset: 0 }), "is-a-directory");
});

Deno.test("What leads to a mount is there although no storage has it, and takes nothing", async () => {
  await using home = await MountedHome.make({ "/a/b/c": "disk", "/a/d": "other" });
  const { storage } = home;
  assert.deepEqual(await namesIn(storage, "/"), ["a"]);
  assert.deepEqual(await namesIn(storage, "/a"), ["b", "d"]);
  assert.deepEqual(await namesIn(storage, "/a/b"), ["c"]);
  for (const name of ["/a", "/a/b"]) assert.equal((await storage.stat(path(name))).type, "directory");
  await assertRefused(storage.stat(path("/a/x")), "not-found");
  await assertRefused(storage.write(path("/a/x"), { kind: "replace" }), "read-only");
  await assertRefused(storage.makeDirectory(path("/a/b/x")), "read-only");
  await assertRefused(storage.makeDirectory(path("/a/b")), "exists");
  await assertRefused(storage.setModified(path("/a"), 0), "read-only");
  await assertRefused(storage.setMode(path("/a"), 0o700), "read-only");
  assert.equal(typeof await storage.freeBytes(path("/a/b")), "number");
  assert.notEqual((await storage.stat(path("/a"))).unique, (await storage.stat(path("/a/b"))).unique);
  // As soon as the home has it, it is one like all others.
  await Deno.mkdir(`${home.top}/home/a`);
  await upload(storage, "/a/x", "text");
  assert.deepEqual(await namesIn(storage, "/a"), ["b", "d", "x"]);
});

Deno.test("Mounts and what leads to them cannot be removed, moved or replaced", async () => {
  await using home = await MountedHome.make({ "/a/b": "disk", "/empty": "other" });
  await home.put("home/a/file", "home/file", "disk/file");
  const { storage } = home;
  for (const name of ["/a", "/a/b", "/empty", "/"]) {
    await assertRefused(storage.remove(path(name)), "is-a-directory");
    await assertRefused(storage.removeDirectory(path(name)), "denied");
    await assertRefused(storage.makeDirectory(path(name)), "exists");
    for (const kind of ["replace", "create", "append"] as const) {
      await assertRefused(storage.write(path(name), { kind }), "is-a-directory");
    }
    await assertRefused(storage.rename(path(name), path("/new"), work()), "denied");
    await assertRefused(storage.rename(path("/file"), path(name), work()), "exists");
    assert.equal(await storage.partialSize(path(name)), undefined);
  }
  await assertRefused(removeTree(storage, path("/empty"), work()), "denied");
  assert.deepEqual(await namesIn(storage, "/a"), ["b", "file"]);
  assert.equal(await download(storage, "/file"), "home/file");
});

Deno.test("Mounts may lie in each other, and the deepest has a path", async () => {
  await using home = await MountedHome.make({ "/a": "one", "/a/b/c": "two", "/a/b/c/d": "three" });
  await home.put("one/b/x", "one/b/c/hidden", "two/y", "three/z");
  const { storage } = home;
  assert.deepEqual(await namesIn(storage, "/a/b"), ["c", "x"]);
  assert.deepEqual(await namesIn(storage, "/a/b/c"), ["d", "y"]);
  assert.deepEqual(await namesIn(storage, "/a/b/c/d"), ["z"]);
  await upload(storage, "/a/b/c/d/new", "text");
  assert.ok(await home.has("three/new"));
});

Deno.test("A link of a mount leads to its own files under their whole path, and never out of it", async () => {
  await using home = await MountedHome.make({ "/m": "disk", "/m/inner": "other" });
  await home.put("disk/box/file", "disk/inner/hidden", "home/secret", "home/m/x");
  const links = {
    "disk/within": "box/file",
    "disk/out": "../home/secret",
    "disk/covered": "inner/hidden",
    "home/into": "../disk/box",
    "home/below": "m/x",
  };
  for (const [name, target] of Object.entries(links)) await Deno.symlink(target, `${home.top}/${name}`);
  const { storage } = home;
  const entries = await entriesOf(storage, "/m");
  assert.deepEqual([...entries.keys()].toSorted(), ["box", "covered", "inner", "within"]);
  assert.equal(entries.get("within")!.link, "/m/box/file");
  assert.equal(entries.get("covered")!.link, "(hidden)");
  assert.equal((await storage.stat(path("/m/within"))).link, "/m/box/file");
  for (const name of ["/m/out", "/into", "/into/file"]) {
    await assertRefused(storage.stat(path(name)), "not-found");
  }
  assert.equal((await entriesOf(storage, "/")).get("below")!.link, "(hidden)");
});

Deno.test("Files and directories move between mounts, also over what is there", async () => {
  await using home = await MountedHome.make({ "/m": "disk", "/n": "other" });
  await home.put("home/file", "home/box/x", "disk/old", "other/y");
  const { storage } = home;
  await storage.rename(path("/file"), path("/m/old"), work());
  assert.equal(await download(storage, "/m/old"), "home/file");
  await storage.rename(path("/box"), path("/m/box"), work());
  assert.equal(await download(storage, "/m/box/x"), "home/box/x");
  await storage.rename(path("/m/box/x"), path("/n/x"), work());
  await storage.rename(path("/n/y"), path("/y"), work());
  assert.deepEqual(await namesIn(storage, "/"), ["m", "n", "y"]);
  assert.deepEqual(await namesIn(storage, "/n"), ["x"]);
  await assertRefused(storage.rename(path("/y"), path("/m/box"), work()), "exists");
  await assertRefused(storage.rename(path("/none"), path("/m/none"), work()), "not-found");
  await assertRefused(storage.rename(path("/y"), path("/m/none/y"), work()), "not-found");
});

Deno.test("What is moved to a mount on another disk is copied whole, and a directory is left to the client", async () => {
  await using home = await MountedHome.make({ "/m": "disk" });
  await using disk = await mountMemory(`${home.top}/disk`);
  if (!disk) return;
  const { storage } = home;
  const text = "0123456789".repeat(30_000);
  await Deno.writeTextFile(`${home.top}/home/file`, text);
  await home.put("home/box/x");
  let moved = 0;
  await storage.rename(path("/file"), path("/m/file"), { ...work(), progress: (bytes) => moved += bytes });
  assert.equal(moved, text.length);
  assert.equal(await Deno.readTextFile(`${home.top}/disk/file`), text);
  assert.ok(!await home.has("home/file"));
  await assertRefused(storage.rename(path("/box"), path("/m/box"), work()), "cross-device");
  const cut = new AbortController();
  const progress = (): void => cut.abort();
  await assert.rejects(
    storage.rename(path("/m/file"), path("/back"), { ...work(), signal: cut.signal, progress }),
  );
  assert.equal(await Deno.readTextFile(`${home.top}/disk/file`), text);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(`${home.top}/home`), ({ name }) => name), ["box"]);
});

Deno.test("Files of several mounts are joined into one", async () => {
  await using home = await MountedHome.make({ "/m": "disk", "/n": "other" });
  await upload(home.storage, "/m/one", "first ");
  await upload(home.storage, "/n/two", "second ");
  await upload(home.storage, "/three", "third");
  await combine(home.storage, path("/m/one"), [path("/n/two"), path("/three")], work());
  assert.equal(await download(home.storage, "/m/one"), "first second third");
  assert.deepEqual(await namesIn(home.storage, "/n"), []);
});

Deno.test("An upload that was cut off in a mount is held there, and goes on there", async () => {
  await using home = await MountedHome.make({ "/m": "disk" });
  await uploadPart(home.storage, "/m/file", "abc");
  assert.equal(await home.storage.partialSize(path("/m/file")), 3);
  await upload(home.storage, "/m/file", "def", { kind: "append" });
  assert.equal(await download(home.storage, "/m/file"), "abcdef");
  assert.deepEqual(await namesIn(home.storage, "/m"), ["file"]);
});

Deno.test("A mount that is not there is shown, refused, and there as soon as it is there", async () => {
  await using home = await MountedHome.make({ "/m": "stick-missing", "/m/deep": "disk" });
  await home.put("home/file", "disk/x");
  const { storage } = home;
  assert.deepEqual(await namesIn(storage, "/"), ["file", "m"]);
  for (const name of ["/m", "/m/file"]) {
    await assertRefused(storage.stat(path(name)), "not-found");
    await assertRefused(Array.fromAsync(storage.list(path(name))), "not-found");
  }
  await assertRefused(storage.write(path("/m/file"), { kind: "replace" }), "not-found");
  assert.deepEqual(await storage.way(path("/m/file")), { through: [], end: undefined });
  assert.deepEqual(await namesIn(storage, "/m/deep"), ["x"]);
  await Deno.mkdir(`${home.top}/stick-missing`);
  await upload(storage, "/m/file", "text");
  assert.deepEqual(await namesIn(storage, "/m"), ["deep", "file"]);
});

Deno.test("A mount that is no directory is refused as none", async () => {
  await using home = await MountedHome.make({ "/m": "file-missing" });
  await home.put("file-missing");
  assert.deepEqual(await namesIn(home.storage, "/"), ["m"]);
  await assertRefused(home.storage.stat(path("/m")), "not-a-directory");
  await assertRefused(home.storage.read(path("/m/x"), { offset: 0 }), "not-a-directory");
});

Deno.test("Others may list a directory only where no mount is in it", async () => {
  await using home = await MountedHome.make({ "/m": "disk" });
  await home.put("home/box/x", "disk/y");
  assert.equal(home.storage.list(ROOT).directory, undefined);
  for (const [name, file] of [["/box", "x"], ["/m", "y"]] as const) {
    const { directory } = home.storage.list(path(name));
    assert.deepEqual((await directory!.entriesOf([file, "none"])).map(({ name }) => name), [file]);
  }
});

Deno.test("A place has one mark in the home and in each mount of it", async () => {
  await using home = await MountedHome.make({ "/p": "home/a/private", "/q": "home/a/private" });
  await home.put("home/a/private/file");
  const { storage } = home;
  const [inHome, p, q] = await Promise.all(
    ["/a/private/file", "/p/file", "/q/file"].map((name) => storage.way(path(name))),
  );
  assert.equal(inHome!.end, p!.end);
  assert.equal(p!.end, q!.end);
  // Whoever moved the directory that holds it would move the mount.
  const { unique: holder } = await storage.stat(path("/a"));
  assert.ok((await storage.way(path("/p"))).through.includes(holder));
  assert.equal((await storage.way(path("/p"))).end, (await storage.stat(path("/a/private"))).unique);
});

/** What may be done to one path, or two. */
const verbs = fc.constantFrom("write", "append", "remove", "mkdir", "rmdir", "rename", "read");
const places = fc.array(fc.constantFrom("a", "m", "n", "v"), { minLength: 1, maxLength: 3 })
  .map((names) => `/${names.join("/")}`);
const acts = fc.array(fc.record({ verb: verbs, from: places, to: places }), { maxLength: 25 });

/** Does an act; gives why it was refused. */
async function outcome(
  storage: Storage,
  { verb, from, to }: { verb: string; from: string; to: string },
): Promise<string> {
  try {
    if (verb === "write") await upload(storage, from, to);
    if (verb === "append") await upload(storage, from, to, { kind: "append" });
    if (verb === "remove") await storage.remove(path(from));
    if (verb === "mkdir") await storage.makeDirectory(path(from));
    if (verb === "rmdir") await storage.removeDirectory(path(from));
    if (verb === "rename") await storage.rename(path(from), path(to), work());
    return verb === "read" ? await download(storage, from) : "done";
  } catch (error) {
    assert.ok(error instanceof StorageError, `${error}`);
    return "refused";
  }
}

/** All paths below a directory, with the contents of files. */
async function treeOf(storage: Storage, directory: string): Promise<string[]> {
  const lines: string[] = [];
  for (const [name, { type }] of await entriesOf(storage, directory)) {
    const place = path(`${directory}/${name}`);
    if (type === "file") lines.push(`${place} ${await download(storage, place)}`);
    else lines.push(`${place}/`, ...await treeOf(storage, place));
  }
  return lines.toSorted();
}

Deno.test("Whatever is done, a tree with mounts is like one without them whose mounts keep their place", async () => {
  await fc.assert(
    fc.asyncProperty(acts, async (acts) => {
      await using home = await MountedHome.make({ "/m": "one", "/m/n": "two", "/a/v": "three" });
      await Deno.mkdir(`${home.top}/home/a`);
      const model = new MemoryStorage();
      const pinned = ["/m", "/m/n", "/a", "/a/v"];
      for (const name of pinned) await model.makeDirectory(path(name));
      for (const act of acts) {
        const told = JSON.stringify(act);
        const isRefused = (act.verb === "rmdir" && pinned.includes(act.from)) ||
          (act.verb === "rename" && [act.from, act.to].some((name) => pinned.includes(name)));
        const expected = isRefused ? "refused" : await outcome(model, act);
        assert.equal(await outcome(home.storage, act), expected, told);
      }
      assert.deepEqual(await treeOf(home.storage, "/"), await treeOf(model, "/"));
    }),
    { numRuns: 60 },
  );
});

/**
 * Tests of src/storage/placed_letters.ts and perm_facts.ts: letters hold where a path really leads, on a real
 * disk with links, on one that folds case, and where a directory is mounted twice.
 */

import assert from "node:assert/strict";
import type { VirtualPath } from "../../src/protocol/pathname.ts";
import type { Disks } from "../../src/storage/disks.ts";
import { FileSystem } from "../../src/storage/file_system.ts";
import { LocalStorage } from "../../src/storage/local_storage.ts";
import { MemoryStorage } from "../../src/storage/memory_storage.ts";
import { type Storage, StorageError, type Way, type WriteMode } from "../../src/storage/storage.ts";
import { textOf } from "../support/bytes.ts";
import { FoldingDisks } from "../support/folding_disk.ts";
import { missingFuse } from "../support/fuse_mount.ts";
import { ALL_LETTERS as ALL, permissionsOf } from "../support/server.ts";
import { assertRefused, namesIn, path, upload, work } from "./contract.ts";

/** The door of an account with these letters, and others by directory. */
function doorTo(storage: Storage, everywhere: string, overrides: Record<string, string> = {}): FileSystem {
  const permissions = permissionsOf(everywhere, overrides);
  return new FileSystem({ name: "ann", password: "x", home: "/", permissions }, storage);
}

function without(...letters: string[]): string {
  return Array.from(ALL).filter((letter) => !letters.includes(letter)).join("");
}

/**
 * A home with `/incoming/deep/file`, `/docs/file`, the links `/short` to `/incoming/deep` and `/docs/link` to
 * `/incoming/deep/file`.
 */
class Home implements AsyncDisposable {
  readonly path: string;
  readonly storage: LocalStorage;

  private constructor(path: string, disks: Disks | undefined) {
    this.path = path;
    this.storage = new LocalStorage({ home: path, atomicUploads: true, ...disks && { disks } });
  }

  static async make({ isFolding = false } = {}): Promise<Home> {
    const path = await Deno.realPath(await Deno.makeTempDir({ prefix: "baseftp-letters-" }));
    await Deno.mkdir(`${path}/incoming/deep`, { recursive: true });
    await Deno.mkdir(`${path}/docs`);
    for (const name of ["incoming/deep/file", "docs/file"]) await Deno.writeTextFile(`${path}/${name}`, name);
    await Deno.symlink("incoming/deep", `${path}/short`);
    await Deno.symlink("../incoming/deep/file", `${path}/docs/link`);
    return new Home(path, isFolding ? new FoldingDisks(path) : undefined);
  }

  async has(name: string): Promise<boolean> {
    return await Deno.lstat(`${this.path}/${name}`).then(() => true, () => false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

async function read(files: FileSystem, place: string): Promise<string> {
  return await textOf((await files.openRead(path(place), { offset: 0 })).source);
}

async function write(
  files: FileSystem,
  place: string,
  mode: WriteMode = { kind: "replace" },
): Promise<void> {
  await (await files.openWrite(path(place), mode)).close();
}

async function rename(files: FileSystem, from: string, to: string): Promise<void> {
  await files.checkRenameFrom(path(from));
  await files.rename(path(from), path(to), work());
}

async function permOf(files: FileSystem, storage: Storage, place: string): Promise<string> {
  return await files.permFacts().of(path(place), await storage.stat(path(place)));
}

Deno.test("An account without letters for directories asks no storage where a path leads", async () => {
  class Wayless extends MemoryStorage {
    override way(): Promise<Way> {
      return assert.fail("asked");
    }
  }
  const storage = new Wayless();
  for (const name of ["/a", "/b", "/c"]) await upload(storage, name, "1");
  const files = doorTo(storage, ALL);
  await files.makeDirectory(path("/d"));
  await write(files, "/d/x");
  await read(files, "/a");
  await rename(files, "/a", "/d/a");
  await files.checkCombine(path("/new"), [path("/b")]);
  await files.remove(path("/c"));
  assert.equal(files.permFacts().of(path("/b"), await storage.stat(path("/b"))), "adfrw", "at once");
  assert.equal(await permOf(files, storage, "/d"), "ceflmp");
  await files.checkRemoveTree(path("/d"));
  await files.removeTree(path("/d"), work());
  assert.deepEqual(await namesIn(storage, "/"), ["b"]);
});

Deno.test("A directory of the accounts file that cannot be looked at fails its act, and nothing beside it", async () => {
  class Broken extends MemoryStorage {
    override way(place: VirtualPath): Promise<Way> {
      if (place !== "/broken") return super.way(place);
      // Long enough for the act to give way before it waits for this.
      for (const sinceMs = performance.now(); performance.now() - sinceMs < 10;);
      return Promise.reject(new StorageError("unavailable", "Cannot look at it"));
    }
  }
  const storage = new Broken();
  await upload(storage, "/a", "1");
  const files = doorTo(storage, ALL, { "/broken": "el" });
  // A rejection that nobody waits for would fail this test as it ends a thread.
  await assertRefused(files.remove(path("/a")), "unavailable");
});

Deno.test("Where nothing is, letters hold as well, so that no reply tells what is behind a link", async () => {
  await using home = await Home.make();
  const files = doorTo(home.storage, ALL, { "/incoming/deep": "" });
  for (const place of ["/short/missing", "/short/missing/too", "/short/file", "/short"].map(path)) {
    await assertRefused(files.stat(place), "denied");
    await assertRefused(files.size(place), "denied");
    await assertRefused(files.openRead(place, { offset: 0 }), "denied");
    await assertRefused(files.list(place), "denied");
    await assertRefused(files.enter(place), "denied");
    await assertRefused(files.setModified(place, 0), "denied");
  }
});

Deno.test("At the place the deepest directory with letters of its own decides", async () => {
  await using home = await Home.make();
  const files = doorTo(home.storage, ALL, { "/incoming": "", "/incoming/deep": "elr" });
  assert.equal(await read(files, "/short/file"), "incoming/deep/file");
  await assertRefused(write(files, "/short/new"), "denied");
  await Deno.symlink("incoming", `${home.path}/upper`);
  assert.equal(await read(files, "/upper/deep/file"), "incoming/deep/file");
  await assertRefused(files.list(path("/upper")), "denied");
});

Deno.test("Where two entries of the accounts file lead to one directory both hold", async () => {
  await using home = await Home.make();
  const files = doorTo(home.storage, ALL, { "/short": "elrw", "/incoming/deep": "elrd" });
  for (const place of ["/short", "/incoming/deep"]) {
    assert.equal(await read(files, `${place}/file`), "incoming/deep/file");
    await assertRefused(write(files, `${place}/new`), "denied");
    await assertRefused(files.remove(path(`${place}/file`)), "denied");
  }
});

Deno.test("Letters for a directory that is not there change nothing elsewhere", async () => {
  await using home = await Home.make();
  const files = doorTo(home.storage, ALL, { "/missing": "", "/docs/missing/too": "" });
  await write(files, "/docs/new");
  assert.equal(await read(files, "/short/file"), "incoming/deep/file");
  await files.removeDirectory(path("/docs/x")).catch(() => {});
  await assertRefused(read(files, "/missing"), "denied");
});

Deno.test("A write through a link to a file needs its letter where the file is, too", async () => {
  await using home = await Home.make();
  const files = doorTo(home.storage, ALL, { "/incoming": without("w", "a") });
  for (
    const mode of [
      { kind: "replace" },
      { kind: "append" },
      { kind: "resume", offset: 1 },
      { kind: "join", exists: true },
    ] as const
  ) {
    await assertRefused(write(files, "/docs/link", mode), "denied");
  }
  await assertRefused(files.checkCombine(path("/docs/link"), [path("/docs/file")]), "denied");
  assert.equal(await read(files, "/docs/link"), "incoming/deep/file", "other letters are not touched");
  // A link is removed itself, so only where it lies counts.
  await files.remove(path("/docs/link"));
  assert.ok(await home.has("incoming/deep/file"));
});

Deno.test("M20: parts are joined only where they may be read and removed", async () => {
  await using home = await Home.make();
  const join = (letters: string) =>
    doorTo(home.storage, ALL, { "/incoming/deep": letters })
      .checkCombine(path("/docs/whole"), [path("/short/file")]);
  await assertRefused(join(without("r")), "denied");
  await assertRefused(join(without("d")), "denied");
  await join("lrd");
  const closed = doorTo(home.storage, ALL, { "/incoming/deep": without("w") });
  await assertRefused(closed.checkCombine(path("/short/whole"), [path("/docs/file")]), "denied");
});

Deno.test("F8: a rename needs its letters at the places, too, and replaces nothing where w lacks", async () => {
  await using home = await Home.make();
  const closed = doorTo(home.storage, ALL, { "/incoming": without("f") });
  await assertRefused(rename(closed, "/docs/file", "/short/new"), "denied");
  await assertRefused(rename(closed, "/short/file", "/docs/new"), "denied");
  const noWriting = doorTo(home.storage, ALL, { "/incoming": without("w") });
  await assertRefused(rename(noWriting, "/docs/file", "/short/file"), "denied");
  await rename(noWriting, "/docs/file", "/short/new");
  assert.ok(await home.has("incoming/deep/new"));
});

Deno.test("F8: nothing is moved onto a directory with letters of its own, nor above one", async () => {
  await using home = await Home.make();
  const files = doorTo(home.storage, ALL, { "/incoming/deep": ALL });
  for (const to of ["/incoming/deep", "/incoming"]) {
    await assertRefused(files.rename(path("/docs"), path(to), work()), "denied");
    await assertRefused(files.rename(path("/docs/file"), path(to), work()), "denied");
  }
  assert.equal(await read(files, "/incoming/deep/file"), "incoming/deep/file");
});

Deno.test("F8: nothing is moved to where a directory with letters of its own is missing, by any name", async () => {
  await using home = await Home.make({ isFolding: true });
  const files = doorTo(home.storage, ALL, { "/later/deep": ALL, "/incoming/deep/next": ALL });
  const taken = ["/later", "/later/deep", "/LATER", "/incoming/deep/next", "/short/next", "/Short/NeXT"];
  for (const to of taken) {
    for (const from of ["/docs/file", "/docs", "/docs/link"]) {
      await assertRefused(rename(files, from, to), "denied");
    }
  }
  await rename(files, "/docs", "/latest");
  await rename(files, "/latest/file", "/short/nextdoor");
});

Deno.test("F3: a directory with letters of its own is made where it is missing, and then they hold", async () => {
  for (const place of ["/incoming/deep/next", "/short/next", "/SHORT/Next"]) {
    await using home = await Home.make({ isFolding: true });
    const files = doorTo(home.storage, ALL, { "/incoming/deep/next": "m" });
    await files.makeDirectory(path(place));
    for (const inside of ["/incoming/deep/next/a", "/short/next/a", "/short/NEXT/a"]) {
      await assertRefused(write(files, inside), "denied");
    }
    await write(files, "/short/a");
  }
});

/** Names of a directory and of what holds it, and that there are letters for. */
const OTHER_NAMES: [isFolding: boolean, overrides: string, places: string[]][] = [
  [false, "/incoming/deep", ["/incoming", "/upper/deep", "/hall/incoming/deep", "/hall/incoming"]],
  [true, "/incoming/deep", ["/INCOMING", "/Incoming/Deep", "/hall/INCOMING"]],
  [false, "/hall/incoming/deep", ["/incoming", "/incoming/deep", "/hall/incoming"]],
];

Deno.test("F8: by no name is a directory with letters of its own moved or removed, nor what holds it", async () => {
  for (const [isFolding, overridden, places] of OTHER_NAMES) {
    await using home = await Home.make({ isFolding });
    await Deno.symlink(".", `${home.path}/hall`);
    await Deno.symlink("incoming", `${home.path}/upper`);
    const files = doorTo(home.storage, ALL, { [overridden]: ALL });
    for (const place of places) {
      await assertRefused(files.checkRenameFrom(path(place)), "denied");
      await assertRefused(files.rename(path(place), path("/new"), work()), "denied");
      await assertRefused(files.rename(path("/docs"), path(place), work()), "denied");
      await assertRefused(files.removeDirectory(path(place)), "denied");
      await assertRefused(files.checkRemoveTree(path(place)), "denied");
      assert.ok(await home.has("incoming/deep/file"));
    }
    // What leads there and is not in the accounts file may go.
    if (overridden !== "/incoming/deep") continue;
    await files.remove(path("/upper"));
    await rename(files, "/short", "/shortcut");
    await assertRefused(files.removeDirectory(path("/shortcut")), "not-a-directory");
  }
});

Deno.test("F6, F8: a link that the accounts file names, or that is on the way, stays", async () => {
  for (const isFolding of [false, true]) {
    await using home = await Home.make({ isFolding });
    await Deno.mkdir(`${home.path}/incoming/deep/er`);
    const files = doorTo(home.storage, ALL, { "/short/er": "elr" });
    for (const place of isFolding ? ["/short", "/SHORT"] : ["/short"]) {
      await assertRefused(files.remove(path(place)), "denied");
      await assertRefused(rename(files, place, "/new"), "denied");
      await assertRefused(rename(files, "/docs/file", place), "denied");
      assert.doesNotMatch(await permOf(files, home.storage, place), /[df]/);
    }
    await files.remove(path("/docs/link"));
    await assertRefused(write(files, "/incoming/deep/er/new"), "denied");
    await assertRefused(rename(files, "/incoming", "/new"), "denied");
  }
});

Deno.test("F5: a tree with a link to a directory with letters of its own goes, the directory stays", async () => {
  await using home = await Home.make();
  await Deno.symlink("../incoming", `${home.path}/docs/folder`);
  const files = doorTo(home.storage, ALL, { "/incoming": "elr" });
  await files.checkRemoveTree(path("/docs"));
  await files.removeTree(path("/docs"), work());
  assert.ok(!await home.has("docs"));
  assert.ok(await home.has("incoming/deep/file"));
});

Deno.test("F5: in a tree reached through a link the letters of its place hold", async () => {
  await using home = await Home.make();
  await Deno.mkdir(`${home.path}/incoming/deep/box`);
  for (const overridden of ["/incoming/deep", "/incoming/deep/box"]) {
    const files = doorTo(home.storage, ALL, { [overridden]: without("d") });
    await assertRefused(files.checkRemoveTree(path("/short/box")), "denied");
    await assertRefused(files.removeDirectory(path("/short/box")), "denied");
  }
  const files = doorTo(home.storage, ALL, { "/incoming/deep": "eld" });
  await files.checkRemoveTree(path("/short/box"));
});

Deno.test({
  name: "Letters hold in a directory that is mounted a second time, and RMDA stops there",
  // Whoever may mount a program's disk may mount a directory.
  ignore: missingFuse() !== undefined,
  async fn() {
    await using home = await Home.make();
    const second = `${home.path}/docs/again`;
    await Deno.mkdir(second);
    const mount = async (...args: string[]): Promise<boolean> =>
      (await new Deno.Command(args[0]!, { args: args.slice(1) }).output()).success;
    assert.ok(await mount("mount", "--bind", `${home.path}/incoming`, second));
    try {
      const files = doorTo(home.storage, ALL, { "/incoming/deep": "el" });
      await assertRefused(read(files, "/docs/again/deep/file"), "denied");
      await assertRefused(write(files, "/docs/again/deep/new"), "denied");
      await assertRefused(files.removeDirectory(path("/docs/again/deep")), "denied");
      await write(files, "/docs/again/new");
      await files.checkRemoveTree(path("/docs"));
      await assertRefused(files.removeTree(path("/docs"), work()), "denied");
      assert.ok(await home.has("incoming/deep/file"));
    } finally {
      assert.ok(await mount("umount", second));
    }
  },
});

Deno.test("M6: perm of a link is the stricter of its own place and of that where it leads", async () => {
  await using home = await Home.make();
  const table: [place: string, overrides: Record<string, string>, perm: string][] = [
    ["/docs/link", {}, "adfrw"],
    ["/docs/link", { "/incoming/deep": "el" }, "df"],
    ["/docs/link", { "/incoming/deep": "elr" }, "dfr"],
    ["/docs/link", { "/incoming": "w" }, "dfw"],
    ["/docs/link", { "/docs": "r" }, "r"],
    ["/docs/link", { "/docs/link": "r" }, "arw"],
    ["/short", {}, "ceflmp"],
    ["/short", { "/incoming/deep": "elr" }, "efl"],
    ["/short", { "/incoming": "ew" }, "cef"],
    ["/short", { "/short": "elm" }, "elm"],
    ["/short", { "/": "l", "/incoming": ALL }, "l"],
    ["/incoming/deep", { "/short": "elm" }, "elm"],
  ];
  for (const [place, overrides, perm] of table) {
    const files = doorTo(home.storage, ALL, overrides);
    assert.equal(await permOf(files, home.storage, place), perm, `${place} ${JSON.stringify(overrides)}`);
  }
});

Deno.test("M6: perm offers what the methods allow, with letters for any directory", async () => {
  const overrides = ["/incoming", "/incoming/deep", "/short", "/docs", "/docs/link", "/docs/file", "/later"];
  const places = ["/incoming", "/incoming/deep", "/incoming/deep/file", "/short", "/docs/link", "/docs/file"];
  for (const overridden of overrides) {
    for (const letters of ["", "elr", "dfw", ALL]) {
      await using home = await Home.make();
      const files = doorTo(home.storage, ALL, { [overridden]: letters });
      for (const place of places) {
        const perm = await permOf(files, home.storage, place);
        const told = `${place} with ${overridden} = ${letters}: ${perm}`;
        const isAllowed = (act: Promise<unknown>) => act.then(() => true, () => false);
        assert.equal(await isAllowed(files.checkRenameFrom(path(place))), perm.includes("f"), told);
        if (/file|link/.test(place)) {
          assert.equal(await isAllowed(read(files, place)), perm.includes("r"), told);
          assert.equal(await isAllowed(write(files, place, { kind: "append" })), perm.includes("a"), told);
          assert.equal(await files.allows("w", path(place)), perm.includes("w"), told);
        } else {
          assert.equal(await isAllowed(files.enter(path(place))), perm.includes("e"), told);
          assert.equal(await isAllowed(files.list(path(place))), perm.includes("l"), told);
          assert.equal(await isAllowed(write(files, `${place}/x`)), perm.includes("c"), told);
          assert.equal(await isAllowed(files.makeDirectory(path(`${place}/y`))), perm.includes("m"), told);
          assert.equal(await isAllowed(files.remove(path(`${place}/x`))), /c.*p/.test(perm), told);
          await Deno.remove(`${home.path}${place}/y`).catch(() => {});
          await Deno.remove(`${home.path}${place}/x`).catch(() => {});
        }
      }
    }
  }
});

Deno.test("M6: a listing looks once where it is, however many entries it has", async () => {
  class Asked extends MemoryStorage {
    ways = 0;
    override async way(place: VirtualPath): Promise<Way> {
      this.ways++;
      return await super.way(place);
    }
  }
  const storage = new Asked();
  await storage.makeDirectory(path("/d"));
  for (let count = 0; count < 300; count++) await upload(storage, `/d/${count}`, "");
  for (let count = 0; count < 100; count++) await storage.makeDirectory(path(`/d/d${count}`));
  const files = doorTo(storage, ALL, { "/a": "", "/b/c": "", "/d": "lrw" });
  const facts = files.permFacts();
  for await (const some of await files.list(path("/d"))) {
    storage.ways = 0;
    for (const entry of some) {
      const expected = entry.type === "file" ? "rw" : "cl";
      assert.equal(await facts.of(path(`/d/${entry.name}`), entry), expected);
    }
    assert.ok(storage.ways < 20, `${storage.ways}`);
  }
});

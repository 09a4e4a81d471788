/** Tests of src/storage/file_system.ts: which letter each method needs, and what no letter allows. */

import assert from "node:assert/strict";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import { FileSystem } from "../../src/storage/file_system.ts";
import { LocalStorage } from "../../src/storage/local_storage.ts";
import { MemoryStorage } from "../../src/storage/memory_storage.ts";
import { type Storage, StorageError, type WriteMode } from "../../src/storage/storage.ts";
import { isPermissionLetter, type PermissionLetter, Permissions } from "../../src/users/permissions.ts";
import { textOf } from "../support/bytes.ts";
import { assertRefused, download, namesIn, path, upload, uploadPart, work } from "./contract.ts";

const ALL = "elradfmwMT";

function letters(text: string): PermissionLetter[] {
  return Array.from(text).filter(isPermissionLetter);
}

/** The door of an account with these letters, and others by directory. */
function doorTo(storage: Storage, everywhere: string, overrides: Record<string, string> = {}): FileSystem {
  const permissions = new Permissions(
    letters(everywhere),
    Object.entries(overrides).map(([directory, own]) => [path(directory), letters(own)] as const),
  );
  return new FileSystem({ name: "ann", password: "x", home: "/", permissions }, storage);
}

/** A file `/file` of five bytes, a directory `/d` with `/d/inner` in it, an empty directory `/empty`. */
async function filled(): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  await upload(storage, "/file", "12345");
  await storage.makeDirectory(path("/d"));
  await upload(storage, "/d/inner", "1");
  await storage.makeDirectory(path("/empty"));
  return storage;
}

async function write(files: FileSystem, place: string, mode: WriteMode): Promise<void> {
  await (await files.openWrite(path(place), mode)).close();
}

async function read(files: FileSystem, place: string, offset = 0): Promise<string> {
  return await textOf((await files.openRead(path(place), { offset })).source);
}

/** Everything that needs a letter: the letter and the act. */
const ACTS:
  readonly (readonly [name: string, letter: string, act: (files: FileSystem) => Promise<unknown>])[] = [
    ["enter", "e", (files) => files.enter(path("/d"))],
    ["stat", "l", (files) => files.stat(path("/file"))],
    ["size", "l", (files) => files.size(path("/file"))],
    ["list", "l", (files) => files.list(path("/d"))],
    ["read", "r", (files) => read(files, "/file")],
    ["append", "a", (files) => write(files, "/file", { kind: "append" })],
    ["replace", "w", (files) => write(files, "/file", { kind: "replace" })],
    ["create", "w", (files) => write(files, "/fresh", { kind: "create" })],
    ["resume", "w", (files) => write(files, "/file", { kind: "resume", offset: 1 })],
    ["remove", "d", (files) => files.remove(path("/file"))],
    ["removeDirectory", "d", (files) => files.removeDirectory(path("/empty"))],
    ["makeDirectory", "m", (files) => files.makeDirectory(path("/fresh"))],
    ["checkRenameFrom", "f", (files) => files.checkRenameFrom(path("/file"))],
    ["rename", "f", (files) => files.rename(path("/file"), path("/fresh"), work())],
    ["setModified", "T", (files) => files.setModified(path("/file"), 0)],
    ["setMode", "M", (files) => files.setMode(path("/file"), 0o600)],
  ];

for (const [name, letter, act] of ACTS) {
  Deno.test(`${name} needs the letter ${letter} and no other`, async () => {
    await act(doorTo(await filled(), letter));
    await assertRefused(act(doorTo(await filled(), ALL.replace(letter, ""))), "denied");
  });
}

Deno.test("Without its letter no act tells whether the path exists", async () => {
  const files = doorTo(await filled(), "");
  const nowhere = path("/nowhere");
  const acts: (() => Promise<unknown>)[] = [
    () => files.enter(nowhere),
    () => files.stat(nowhere),
    () => files.size(nowhere),
    () => files.list(nowhere),
    () => read(files, "/nowhere"),
    () => write(files, "/nowhere", { kind: "create" }),
    () => files.remove(nowhere),
    () => files.removeDirectory(nowhere),
    () => files.makeDirectory(path("/d")),
    () => files.checkRenameFrom(nowhere),
    () => files.rename(nowhere, nowhere, work()),
    () => files.setModified(nowhere, 0),
    () => files.setMode(nowhere, 0),
  ];
  for (const act of acts) await assertRefused(act(), "denied");
});

Deno.test("A refusal names the account, the letter and the place, for the log", async () => {
  const files = doorTo(await filled(), "");
  await assert.rejects(files.stat(path("/file")), {
    name: "StorageError",
    message: "ann has no permission l on memory:/file",
  });
});

Deno.test("What is refused leaves everything as it was", async () => {
  const storage = await filled();
  const files = doorTo(storage, "el");
  for (const [, letter, act] of ACTS) if (!"el".includes(letter)) await assertRefused(act(files), "denied");
  assert.deepEqual(await namesIn(storage, "/"), ["d", "empty", "file"]);
  assert.equal(await download(storage, "/file"), "12345");
});

Deno.test("Letters of a directory hold inside it for every method", async () => {
  const storage = await filled();
  const files = doorTo(storage, "elr", { "/d": "elw" });
  await assertRefused(read(files, "/d/inner"), "denied");
  await write(files, "/d/upload", { kind: "replace" });
  await assertRefused(write(files, "/upload", { kind: "replace" }), "denied");
  assert.equal(await read(files, "/file"), "12345");
});

Deno.test("F8: a rename needs the letter f at both places", async () => {
  const files = doorTo(await filled(), "elf", { "/d": "el" });
  await assertRefused(files.rename(path("/file"), path("/d/file"), work()), "denied");
  await assertRefused(files.rename(path("/d/inner"), path("/inner"), work()), "denied");
  await assertRefused(files.checkRenameFrom(path("/d/inner")), "denied");
});

Deno.test("F8: to replace a file by renaming needs the letter w as well", async () => {
  const storage = await filled();
  await upload(storage, "/other", "old");
  await assertRefused(doorTo(storage, "f").rename(path("/file"), path("/other"), work()), "denied");
  assert.equal(await download(storage, "/other"), "old");
  await doorTo(storage, "fw").rename(path("/file"), path("/other"), work());
  assert.equal(await download(storage, "/other"), "12345");
});

Deno.test("F8: a directory with letters of its own, at it or below it, is neither moved nor removed", async () => {
  const storage = await filled();
  await storage.makeDirectory(path("/empty/own"));
  const files = doorTo(storage, ALL, { "/empty/own": ALL });
  for (const place of ["/empty", "/empty/own"]) {
    await assertRefused(files.checkRenameFrom(path(place)), "denied");
    await assertRefused(files.rename(path(place), path("/x"), work()), "denied");
    await assertRefused(files.removeDirectory(path(place)), "denied");
  }
  await files.rename(path("/d"), path("/x"), work());
});

Deno.test("F8: nothing is moved into itself", async () => {
  const storage = await filled();
  const files = doorTo(storage, ALL);
  await assertRefused(files.rename(path("/d"), path("/d/x"), work()), "invalid-name");
  await assertRefused(files.rename(path("/d"), path("/d/x/y"), work()), "invalid-name");
  await files.rename(path("/d"), path("/d"), work());
  await files.rename(path("/d"), path("/dd"), work());
  assert.equal(await download(storage, "/dd/inner"), "1");
});

Deno.test("F7: a rename of what is not there is refused at once", async () => {
  await assertRefused(doorTo(await filled(), ALL).checkRenameFrom(path("/nowhere")), "not-found");
});

Deno.test("F1: only a directory is entered and listed", async () => {
  const files = doorTo(await filled(), ALL);
  await assertRefused(files.enter(path("/file")), "not-a-directory");
  await assertRefused(files.list(path("/file")), "not-a-directory");
  await assertRefused(files.enter(path("/nowhere")), "not-found");
  await assertRefused(files.list(path("/nowhere")), "not-found");
  const names = (await Array.fromAsync(await files.list(path("/d")))).flat().map(({ name }) => name);
  assert.deepEqual(names, ["inner"]);
});

Deno.test("R1, R3: a size is that of a file", async () => {
  const files = doorTo(await filled(), ALL);
  assert.deepEqual(await files.size(path("/file")), { bytes: 5, isPart: false });
  await assertRefused(files.size(path("/d")), "not-a-file");
  await assertRefused(files.size(path("/nowhere")), "not-found");
});

Deno.test("R16: the size of an upload that was cut off is what is held of it", async () => {
  const storage = await filled();
  await uploadPart(storage, "/part", "123");
  assert.deepEqual(await doorTo(storage, ALL).size(path("/part")), { bytes: 2, isPart: true });
  await uploadPart(storage, "/file", "123");
  const file = { bytes: 5, isPart: false };
  assert.deepEqual(
    await doorTo(storage, ALL).size(path("/file")),
    file,
    "a file that is there counts itself",
  );
});

Deno.test("R8, R10: a download starts at its offset, up to the end and no further", async () => {
  const files = doorTo(await filled(), ALL);
  const { size, source } = await files.openRead(path("/file"), { offset: 2 });
  assert.equal(size, 5);
  assert.equal(await textOf(source), "345");
  assert.equal(await read(files, "/file", 5), "");
  await assertRefused(read(files, "/file", 6), "out-of-range");
});

Deno.test("F13: a directory is not downloaded, the root not overwritten", async () => {
  const files = doorTo(await filled(), ALL);
  await assertRefused(read(files, "/d"), "is-a-directory");
  for (const mode of [{ kind: "replace" }, { kind: "append" }] as const) {
    await assertRefused(write(files, "/", mode), "is-a-directory");
  }
});

Deno.test("F14: a storage without modes refuses to set one", async () => {
  class Modeless extends MemoryStorage {
    override readonly capabilities = { resume: true, atomic: true, modes: false, times: true };
  }
  const storage = new Modeless();
  await upload(storage, "/a", "1");
  await assertRefused(doorTo(storage, ALL).setMode(path("/a"), 0o600), "unsupported");
  await assertRefused(doorTo(storage, "").setMode(path("/a"), 0o600), "denied");
});

Deno.test("M6: perm of a file has a letter for each thing that the account may do", async () => {
  const storage = await filled();
  const entry = await storage.stat(path("/file"));
  const table: [letters: string, perm: string][] = [
    [ALL, "adfrw"],
    ["", ""],
    ["elMT", ""],
    ["r", "r"],
    ["el" + "rw", "rw"],
    ["afd", "adf"],
  ];
  for (const [own, perm] of table) {
    assert.equal(await doorTo(storage, own).permFacts().of(path("/file"), entry), perm, own);
  }
});

Deno.test("M6: perm of a directory has only the letters of directories", async () => {
  const storage = await filled();
  const table: [place: string, letters: string, perm: string][] = [
    ["/empty", ALL, "cdeflmp"],
    ["/empty", "", ""],
    ["/empty", "raMT", ""],
    ["/empty", "el", "el"],
    ["/empty", "w", "c"],
    ["/empty", "m", "m"],
    ["/empty", "d", "dp"],
    ["/empty", "f", "f"],
    ["/d", ALL, "ceflmp"],
    ["/", ALL, "celmp"],
  ];
  for (const [place, own, perm] of table) {
    const entry = await storage.stat(path(place));
    assert.equal(await doorTo(storage, own).permFacts().of(path(place), entry), perm, `${place} ${own}`);
  }
});

Deno.test("M6: perm of a directory goes by the letters inside it and by those around it", async () => {
  const storage = await filled();
  const perm = async (files: FileSystem): Promise<string> =>
    await files.permFacts().of(path("/empty"), await storage.stat(path("/empty")));
  assert.equal(await perm(doorTo(storage, "el", { "/empty": "elwmd" })), "celmp");
  assert.equal(await perm(doorTo(storage, "elwmdf", { "/d": "el" })), "cdeflmp");
});

Deno.test("M6: perm never offers what the methods refuse", async () => {
  const storage = await filled();
  for (
    const files of [doorTo(storage, ALL, { "/empty": ALL }), doorTo(storage, ALL, { "/empty/below": ALL })]
  ) {
    const perm = await files.permFacts().of(path("/empty"), await storage.stat(path("/empty")));
    await assertRefused(files.removeDirectory(path("/empty")), "denied");
    await assertRefused(files.checkRenameFrom(path("/empty")), "denied");
    assert.doesNotMatch(perm, /[df]/);
  }
});

Deno.test("Whoever wants to know may ask whether a letter holds", async () => {
  const files = doorTo(await filled(), "el", { "/d": "elw" });
  assert.equal(await files.allows("w", path("/d/x")), true);
  assert.equal(await files.allows("w", path("/x")), false);
});

/** A real home with a secret beside it and a link to that. */
async function realHome(): Promise<{ files: FileSystem; outside: string } & AsyncDisposable> {
  const top = await Deno.makeTempDir({ prefix: "baseftp-door-" });
  const home = `${top}/home`, outside = `${top}/outside`;
  await Deno.mkdir(home);
  await Deno.mkdir(outside);
  await Deno.writeTextFile(`${outside}/secret`, "secret");
  await Deno.symlink(outside, `${home}/out`);
  await Deno.symlink(`${outside}/secret`, `${home}/link`);
  await Deno.writeTextFile(`${home}/mine`, "mine");
  return {
    files: doorTo(new LocalStorage({ home, atomicUploads: true }), ALL),
    outside,
    [Symbol.asyncDispose]: () => Deno.remove(top, { recursive: true }),
  };
}

Deno.test("P8: with every letter nothing outside the home is seen, read, written, moved or removed", async () => {
  await using home = await realHome();
  const { files, outside } = home;
  const places = ["/out/secret", "/link", "/../outside/secret", "/out/../../outside/secret"];
  for (const place of places.map(path)) {
    const acts: (() => Promise<unknown>)[] = [
      () => files.stat(place),
      () => files.size(place),
      () => read(files, place),
      () => write(files, place, { kind: "append" }),
      () => write(files, place, { kind: "replace" }),
      () => write(files, place, { kind: "resume", offset: 1 }),
      () => files.remove(place),
      () => files.checkRenameFrom(place),
      () => files.setModified(place, 0),
      () => files.setMode(place, 0o777),
      () => files.freeBytes(place),
    ];
    for (const act of acts) {
      await assert.rejects(
        act(),
        (error) => error instanceof StorageError && error.kind === "not-found",
        `${place} ${act}`,
      );
    }
  }
  for (const place of ["/out", "/out/new"].map(path)) {
    await assertRefused(files.enter(place), "not-found");
    await assertRefused(files.list(place), "not-found");
    await assertRefused(files.removeDirectory(place), "not-found", "not-a-directory");
  }
  await assertRefused(files.makeDirectory(path("/out/new")), "not-found");
  await assertRefused(files.rename(path("/mine"), path("/out/mine"), work()), "not-found");
  assert.deepEqual((await Array.fromAsync(await files.list(ROOT))).flat().map(({ name }) => name), ["mine"]);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(outside), ({ name }) => name), ["secret"]);
  assert.equal(await Deno.readTextFile(`${outside}/secret`), "secret");
});

Deno.test("P2: what a client types is resolved before it gets here, from wherever it stands", async () => {
  await using home = await realHome();
  for (const typed of ["mine", "./mine", "../mine", "../../mine", "/../mine", "x/../mine", "//mine"]) {
    assert.equal(await read(home.files, resolvePathname(ROOT, typed)), "mine", typed);
  }
});

/**
 * Tests of src/storage/subtree_files.ts: who has a share link sees one place of the account's tree, on a real
 * disk with links.
 */

import assert from "node:assert/strict";
import { linkUser } from "../../src/links/link_rights.ts";
import type { LinkKind } from "../../src/links/link.ts";
import type { VirtualPath } from "../../src/protocol/pathname.ts";
import { FileSystem } from "../../src/storage/file_system.ts";
import type { Files } from "../../src/storage/files.ts";
import { LocalStorage } from "../../src/storage/local_storage.ts";
import { subtreeAt, SubtreeFiles } from "../../src/storage/subtree_files.ts";
import type { User } from "../../src/users/user.ts";
import { textOf } from "../support/bytes.ts";
import { ALL_LETTERS, permissionsOf } from "../support/server.ts";
import { assertRefused, path, work } from "./contract.ts";

/**
 * A home with `/pub/{file,sub/deep}`, `/secret/key`, and in `/pub` the links `out` to `/secret`, `key` to
 * `/secret/key`, `in` to `sub` and `lost` to nothing.
 */
class Home implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<Home> {
    const home = new Home(await Deno.realPath(await Deno.makeTempDir({ prefix: "baseftp-subtree-" })));
    for (const folder of ["pub/sub", "secret"]) {
      await Deno.mkdir(`${home.path}/${folder}`, { recursive: true });
    }
    for (const file of ["pub/file", "pub/sub/deep", "secret/key"]) {
      await Deno.writeTextFile(`${home.path}/${file}`, file);
    }
    for (
      const [name, to] of [["out", "../secret"], ["key", "../secret/key"], ["in", "sub"], ["lost", "no"]]
    ) {
      await Deno.symlink(to!, `${home.path}/pub/${name}`);
    }
    await Deno.symlink("secret", `${home.path}/alias`);
    return home;
  }

  async open(
    place: string,
    { kind = "download", user = {} }: { kind?: LinkKind; user?: Partial<User> } = {},
  ): Promise<Files> {
    const storage = new LocalStorage({ home: this.path, atomicUploads: true });
    const account = {
      name: "ann",
      password: "x",
      home: this.path,
      permissions: permissionsOf(ALL_LETTERS),
      ...user,
    };
    const restricted = linkUser(account, { path: place as VirtualPath, kind });
    return await subtreeAt(new FileSystem(restricted, storage), place as VirtualPath);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

async function names(files: Files, place = "/"): Promise<string[]> {
  const found: string[] = [];
  for await (const some of await files.list(path(place))) found.push(...some.map(({ name }) => name));
  return found.toSorted();
}

async function read(files: Files, place: string): Promise<string> {
  const { source } = await files.openRead(path(place), { offset: 0 });
  return await textOf(source);
}

async function leave(files: Files, place: string, text: string): Promise<string | undefined> {
  const sink = await files.openWrite(path(place), { kind: "replace" });
  await sink.write(new TextEncoder().encode(text));
  await sink.close();
  return sink.placed;
}

Deno.test("A directory is the root of who came by its link; nothing outside is reached or shown", async () => {
  await using home = await Home.make();
  const files = await home.open("/pub");
  assert.deepEqual(await names(files), ["file", "in", "sub"]);
  assert.deepEqual(await names(files, "/in"), ["deep"]);
  assert.equal(await read(files, "/sub/deep"), "pub/sub/deep");
  assert.equal(await read(files, "/in/deep"), "pub/sub/deep");
  assert.deepEqual(
    [(await files.stat(path("/"))).name, (await files.stat(path("/in"))).link],
    ["", "/sub"],
  );
  assert.ok((await files.stat(path("/file"))).unique.length > 0);
  for (const place of ["/out", "/out/key", "/key"]) {
    await assertRefused(files.stat(path(place)), "denied");
    await assertRefused(files.openRead(path(place), { offset: 0 }), "denied");
  }
  await assertRefused(files.list(path("/out")), "denied");
  await assertRefused(files.stat(path("/pub")), "not-found");
  assert.equal(await files.freeBytes(path("/")), undefined);
});

Deno.test("By a link to download nothing is changed", async () => {
  await using home = await Home.make();
  const files = await home.open("/pub");
  const acts = [
    files.openWrite(path("/new"), { kind: "create" }),
    files.openWrite(path("/file"), { kind: "append" }),
    files.remove(path("/file")),
    files.makeDirectory(path("/new")),
    files.removeDirectory(path("/sub")),
    files.checkRemoveTree(path("/sub")),
    files.checkRenameFrom(path("/file")),
    files.rename(path("/file"), path("/other"), work()),
    files.checkCombine(path("/new"), [path("/file")]),
    files.setModified(path("/file"), 0),
    files.setMode(path("/file"), 0),
  ];
  for (const act of acts) await assertRefused(act, "denied");
  assert.equal(await Deno.readTextFile(`${home.path}/pub/file`), "pub/file");
});

Deno.test("A link to a file shows that one alone", async () => {
  await using home = await Home.make();
  const files = await home.open("/pub/file");
  assert.ok(files instanceof SubtreeFiles);
  assert.deepEqual(await names(files), ["file"]);
  const root = await files.stat(path("/"));
  assert.deepEqual([root.type, root.size], ["directory", 0]);
  await files.enter(path("/"));
  assert.equal(await read(files, "/file"), "pub/file");
  assert.equal((await files.size(path("/file"))).bytes, 8);
  for (const place of ["/sub", "/sub/deep", "/in", "/file/x"]) {
    await assertRefused(files.stat(path(place)), "not-found");
    await assertRefused(files.openRead(path(place), { offset: 0 }), "not-found");
    assert.equal(await files.allows("r", path(place)), false);
  }
  await assertRefused(files.openRead(path("/"), { offset: 0 }), "is-a-directory");
  assert.deepEqual(
    await Promise.all(["r", "l", "w", "d"].map((letter) => files.allows(letter as "r", path("/")))),
    [true, true, false, false],
  );
});

Deno.test("A link to upload takes new files, shows nothing and replaces nothing", async () => {
  await using home = await Home.make();
  const files = await home.open("/pub", { kind: "upload" });
  assert.equal(await leave(files, "/new", "one"), "/new");
  const placed = await leave(files, "/file", "two");
  assert.match(placed!, /^\/file-\d{8}-\d{6}-[\da-f]{4}$/);
  assert.equal(await Deno.readTextFile(`${home.path}/pub${placed}`), "two");
  assert.equal(await Deno.readTextFile(`${home.path}/pub/file`), "pub/file");
  await assertRefused(files.list(path("/")), "denied");
  for (const place of ["/file", "/new", "/none"]) {
    await assertRefused(files.stat(path(place)), "denied");
    await assertRefused(files.openRead(path(place), { offset: 0 }), "denied");
  }
  await assertRefused(files.makeDirectory(path("/sub2")), "denied");
  await assertRefused(files.openWrite(path("/out/x"), { kind: "replace" }), "denied");
});

Deno.test("A link gives no more than the account has, by the path and where that leads", async () => {
  await using home = await Home.make();
  const user = { permissions: permissionsOf(ALL_LETTERS, { "/secret": "e", "/pub/sub": "l" }) };
  const files = await home.open("/pub", { user });
  assert.deepEqual(await names(files, "/sub"), ["deep"]);
  await assertRefused(files.openRead(path("/sub/deep"), { offset: 0 }), "denied");
  await assertRefused(files.openRead(path("/in/deep"), { offset: 0 }), "denied");
  // The same place by another path, of which the account has no letters: its own rule holds.
  await assertRefused(home.open("/alias", { user }), "not-found");
  const hidden = await home.open("/pub", { user: { hide: ["file", "/pub/sub/*"] } });
  assert.deepEqual(await names(hidden), ["in", "sub"]);
  await assertRefused(hidden.openRead(path("/sub/deep"), { offset: 0 }), "not-found");
});

Deno.test("A link to what is gone finds nothing", async () => {
  await using home = await Home.make();
  await assertRefused(home.open("/gone"), "not-found");
  await assertRefused(home.open("/gone", { kind: "upload" }), "not-found");
  await assertRefused(home.open("/pub/file", { kind: "upload" }), "not-found");
});

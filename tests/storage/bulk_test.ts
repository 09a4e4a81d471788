/** Acts on many entries at once, over a storage that fails where the test wants it to. */

import { deepEqual, equal, rejects } from "node:assert/strict";
import { BufferPool } from "../../src/limits/buffer_pool.ts";
import { resolvePathname, ROOT, type VirtualPath } from "../../src/protocol/pathname.ts";
import { combine, removeTree } from "../../src/storage/bulk.ts";
import { MemoryStorage } from "../../src/storage/memory_storage.ts";
import { type LongWork, StorageError } from "../../src/storage/storage.ts";
import { textOf } from "../support/bytes.ts";

const path = (pathname: string): VirtualPath => resolvePathname(ROOT, pathname);

function options(): LongWork & { steps: number; stop: () => void } {
  const ending = new AbortController();
  const made = {
    buffers: new BufferPool({ budgetBytes: 1024 * 1024 }),
    signal: ending.signal,
    steps: 0,
    progress: (steps: number) => void (made.steps += steps),
    stop: () => ending.abort(),
  };
  return made;
}

async function put(storage: MemoryStorage, pathname: string, content: string): Promise<void> {
  const writer = await storage.write(path(pathname), { kind: "replace" });
  await writer.write(new TextEncoder().encode(content));
  await writer.close();
}

async function content(storage: MemoryStorage, pathname: string): Promise<string> {
  return await textOf((await storage.read(path(pathname), { offset: 0 })).source);
}

async function names(storage: MemoryStorage): Promise<string[]> {
  return (await Array.fromAsync(storage.list(ROOT))).flat().map(({ name }) => name).sort();
}

Deno.test("F5: a tree is removed from its leaves up, and every entry is counted", async () => {
  const storage = new MemoryStorage();
  for (const directory of ["tree", "tree/a", "tree/a/b"]) await storage.makeDirectory(path(directory));
  for (const file of ["tree/1", "tree/a/2", "tree/a/b/3"]) await put(storage, file, "x");
  const following = options();
  await removeTree(storage, path("tree"), following);
  equal(following.steps, 6);
  deepEqual(await names(storage), []);
});

Deno.test("F5: a removal that is stopped leaves what it did not come to", async () => {
  const storage = new MemoryStorage();
  await storage.makeDirectory(path("tree"));
  await put(storage, "tree/1", "x");
  const following = options();
  following.stop();
  await rejects(removeTree(storage, path("tree"), following));
  equal(await content(storage, "tree/1"), "x");
});

Deno.test("M20: parts are joined in their order, and every byte is counted", async () => {
  const storage = new MemoryStorage();
  await put(storage, "1", "one ");
  await put(storage, "2", "two");
  const following = options();
  await combine(storage, path("whole"), [path("1"), path("2")], following);
  equal(await content(storage, "whole"), "one two");
  equal(following.steps, 7);
  deepEqual(await names(storage), ["whole"]);
});

Deno.test("M20: when a part cannot be read the target and the parts are as they were", async () => {
  class Broken extends MemoryStorage {
    override async read(...[at, how]: Parameters<MemoryStorage["read"]>): ReturnType<MemoryStorage["read"]> {
      if (at === path("2")) throw new StorageError("unavailable", "The disk is gone");
      return await super.read(at, how);
    }
  }
  const storage = new Broken();
  for (const name of ["whole", "1", "2"]) await put(storage, name, `${name} `);
  await rejects(combine(storage, path("whole"), [path("1"), path("2")], options()), { kind: "unavailable" });
  equal(await content(storage, "whole"), "whole ");
  deepEqual(await names(storage), ["1", "2", "whole"]);
});

Deno.test("M20: a combination that is stopped leaves nothing behind", async () => {
  const storage = new MemoryStorage();
  await put(storage, "1", "one");
  const following = options();
  following.stop();
  await rejects(combine(storage, path("whole"), [path("1")], following));
  deepEqual(await names(storage), ["1"]);
  equal(await storage.partialSize(path("whole")), undefined);
});

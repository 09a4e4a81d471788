/** Tests of src/storage/memory_storage.ts: the contract of all storages. */

import assert from "node:assert/strict";
import { MemoryStorage } from "../../src/storage/memory_storage.ts";
import { download, path, testStorage, upload } from "./contract.ts";

testStorage(
  "MemoryStorage",
  () => Promise.resolve({ storage: new MemoryStorage(), [Symbol.asyncDispose]: () => Promise.resolve() }),
);

Deno.test("MemoryStorage: two storages share nothing", async () => {
  const one = new MemoryStorage(), other = new MemoryStorage();
  await upload(one, "/a", "1");
  await assert.rejects(other.stat(path("/a")));
});

Deno.test("MemoryStorage: a caller that reuses its buffers changes no file", async () => {
  const storage = new MemoryStorage();
  const writer = await storage.write(path("/a"), { kind: "replace" });
  const buffer = new TextEncoder().encode("abc");
  await writer.write(buffer);
  buffer.fill(0x78);
  await writer.write(buffer);
  await writer.close();
  const { source } = await storage.read(path("/a"), { offset: 0 });
  await source.read(buffer);
  buffer.fill(0);
  assert.equal(await download(storage, "/a"), "abcxxx");
});

Deno.test("MemoryStorage: a place is told from a host path", () => {
  assert.equal(new MemoryStorage().locate(path("/d/a")), "memory:/d/a");
});

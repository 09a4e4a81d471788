/** Tests of src/limits/memory_return.ts: when garbage is collected, and when not. */

import assert from "node:assert/strict";
import { MemoryReturn } from "../../src/limits/memory_return.ts";

/**
 * Notes these numbers of sessions one after the other, each when nothing more comes of the one before; the
 * numbers at which garbage was collected.
 */
async function collectionsAt(...counts: readonly number[]): Promise<number[]> {
  const collected: number[] = [];
  let now = 0;
  using memory = new MemoryReturn({ collect: () => void collected.push(now), quietMs: 0 });
  for (const count of counts) {
    now = count;
    memory.note(count);
    await new Promise((resolve) => setTimeout(resolve));
  }
  return collected;
}

Deno.test("after a rush of clients garbage is collected, and when they have left again", async () => {
  assert.deepEqual(await collectionsAt(1, 15, 16, 20, 31, 32, 17, 16), [16, 32, 16]);
});

Deno.test("when the last client leaves garbage is collected", async () => {
  assert.deepEqual(await collectionsAt(1, 0, 1, 2, 0), [0, 0]);
});

Deno.test("while clients come and go nothing is collected", async () => {
  const collected = Promise.withResolvers<void>();
  let count = 0;
  using memory = new MemoryReturn({
    collect: () => {
      count++;
      collected.resolve();
    },
    quietMs: 0,
  });
  for (let sessions = 0; sessions < 1000; sessions++) memory.note(sessions);
  await collected.promise;
  assert.equal(count, 1);
});

Deno.test("without a collector nothing waits", () => {
  // The sanitizer of this test would find a timer.
  const memory = new MemoryReturn();
  memory.note(1000);
  memory.note(0);
});

/** Tests of src/limits/chunk_budget.ts: large pieces for a few, small ones for many. */

import assert from "node:assert/strict";
import { ChunkBudget } from "../../src/limits/chunk_budget.ts";

const KIB = 1024, MIB = 1024 * KIB;

Deno.test("A transfer that is alone moves its file in pieces of 1 MiB", () => {
  assert.equal(new ChunkBudget().chunkBytes, MIB);
});

Deno.test("The pieces of a thousand transfers take less than 150 MiB together", () => {
  const budget = new ChunkBudget();
  let total = 0;
  for (let count = 0; count < 1000; count++) {
    total += budget.chunkBytes;
    budget.enter();
  }
  assert.ok(total < 150 * MIB, String(total));
  assert.equal(budget.chunkBytes, 64 * KIB);
});

Deno.test("A transfer that has ended makes room, once", () => {
  const budget = new ChunkBudget();
  const transfers = Array.from({ length: 100 }, () => budget.enter());
  assert.equal(budget.chunkBytes, 256 * KIB);
  for (const transfer of [...transfers, ...transfers]) transfer[Symbol.dispose]();
  assert.equal(budget.chunkBytes, MIB);
  budget.enter();
  assert.equal(budget.chunkBytes, MIB);
});

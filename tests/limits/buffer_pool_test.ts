/** Tests of src/limits/buffer_pool.ts: large buffers for few, small ones for many, the same memory again. */

import assert from "node:assert/strict";
import { BufferPool } from "../../src/limits/buffer_pool.ts";

const KiB = 1024, MiB = 1024 * KiB;

Deno.test("Who is alone gets a large one, and no more than is asked for", () => {
  const pool = new BufferPool({ budgetBytes: 64 * MiB });
  using large = pool.lend();
  using small = pool.lend(32 * KiB);
  assert.equal(large.bytes.length, 256 * KiB);
  assert.equal(small.bytes.length, 32 * KiB);
});

Deno.test("The more buffers are on loan the smaller are the next ones, down to a least size", () => {
  const pool = new BufferPool({ budgetBytes: MiB });
  const sizes = Array.from({ length: 1000 }, () => pool.lend().bytes.length);
  assert.equal(sizes[0], 256 * KiB);
  assert.equal(sizes[7], 128 * KiB);
  assert.equal(sizes.at(-1), 16 * KiB);
  assert.ok(sizes.every((size, at) => at === 0 || size <= sizes[at - 1]!));
});

Deno.test("A buffer that was given back is lent again, and counts no longer", () => {
  const pool = new BufferPool({ budgetBytes: 2 * MiB });
  const first = pool.lend();
  first[Symbol.dispose]();
  using second = pool.lend();
  assert.equal(second.bytes, first.bytes);
  assert.equal(second.bytes.length, 256 * KiB);
});

Deno.test("Giving a buffer back twice does not lend it to two", () => {
  const pool = new BufferPool({ budgetBytes: 64 * MiB });
  const lent = pool.lend();
  lent[Symbol.dispose]();
  lent[Symbol.dispose]();
  using one = pool.lend();
  using other = pool.lend();
  assert.notEqual(one.bytes, other.bytes);
});

Deno.test("A rush of transfers does not keep all of its memory", () => {
  const pool = new BufferPool({ budgetBytes: 64 * MiB });
  const rush = Array.from({ length: 128 }, () => pool.lend());
  const known = new Set(rush.map(({ bytes }) => bytes));
  for (const lent of rush) lent[Symbol.dispose]();
  const kept = Array.from({ length: 128 }, () => pool.lend()).filter(({ bytes }) => known.has(bytes));
  assert.equal(kept.length, 32);
});

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
  assert.equal(second.bytes.buffer, first.bytes.buffer);
  assert.equal(second.bytes.byteOffset, first.bytes.byteOffset);
  assert.equal(second.bytes.length, 256 * KiB);
});

Deno.test("Giving a buffer back twice does not lend it to two", () => {
  const pool = new BufferPool({ budgetBytes: 64 * MiB });
  const lent = pool.lend();
  lent[Symbol.dispose]();
  lent[Symbol.dispose]();
  using one = pool.lend();
  using other = pool.lend();
  assert.notEqual(one.bytes.byteOffset, other.bytes.byteOffset);
});

Deno.test("A rush of transfers does not keep its memory, a few of them do", () => {
  const pool = new BufferPool({ budgetBytes: 64 * MiB });
  const rush = Array.from({ length: 128 }, () => pool.lend());
  assert.ok(pool.heldBytes > 16 * MiB);
  for (const lent of rush) lent[Symbol.dispose]();
  assert.equal(pool.heldBytes, 0);

  const few = Array.from({ length: 4 }, () => pool.lend());
  for (const lent of few) lent[Symbol.dispose]();
  assert.equal(pool.heldBytes, MiB);
});

Deno.test("Buffers beyond the budget are of the least size, and come back like the others", () => {
  const pool = new BufferPool({ budgetBytes: MiB });
  const many = Array.from({ length: 3000 }, () => pool.lend());
  assert.equal(many.at(-1)?.bytes.length, 16 * KiB);
  for (const lent of many) lent[Symbol.dispose]();
  assert.equal(pool.heldBytes, 0);
});

Deno.test("Buffers that the pool does not make count as lent ones until they are given back", () => {
  const pool = new BufferPool({ budgetBytes: 1024 * 1024 });
  const claim = pool.claim(4);
  assert.equal(claim.bytes, 256 * 1024);
  const more = Array.from({ length: 3 }, () => pool.claim(4));
  assert.equal(claim.bytes, 64 * 1024);
  assert.equal(pool.heldBytes, 0);
  for (const other of more) {
    other[Symbol.dispose]();
    other[Symbol.dispose]();
  }
  assert.equal(claim.bytes, 256 * 1024);
});

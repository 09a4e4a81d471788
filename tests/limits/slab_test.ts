/** Tests of src/limits/slab.ts: blocks do not overlap, and what is given back is whole again. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { Slab, SLAB_BYTES, SMALLEST_BLOCK_BYTES } from "../../src/limits/slab.ts";

const SIZES = [16, 32, 64, 128, 256].map((kib) => kib * 1024);

Deno.test("a slab lends blocks of the size that is asked for until it is used up", () => {
  const slab = new Slab();
  const size = SLAB_BYTES / 4;
  const blocks = [1, 2, 3, 4].map(() => slab.take(size));
  assert.deepEqual(blocks.map((block) => block?.length), [size, size, size, size]);
  assert.equal(new Set(blocks.map((block) => block?.byteOffset)).size, 4);
  assert.equal(slab.take(SMALLEST_BLOCK_BYTES), undefined);
});

Deno.test("memory that was never lent is not touched", () => {
  const slab = new Slab();
  const first = slab.take(SMALLEST_BLOCK_BYTES)!;
  slab.take(SMALLEST_BLOCK_BYTES);
  slab.giveBack(first);
  slab.take(SMALLEST_BLOCK_BYTES);
  assert.equal(slab.touchedBytes, 2 * SMALLEST_BLOCK_BYTES);
});

Deno.test("a block of another slab is not taken back", () => {
  assert.equal(new Slab().giveBack(new Slab().take(SMALLEST_BLOCK_BYTES)!), false);
});

Deno.test("whatever is lent and given back in whatever order, no blocks overlap and all is whole in the end", () => {
  const step = fc.record({ size: fc.constantFrom(...SIZES), giveBack: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const slab = new Slab();
      const lent: Uint8Array[] = [];
      for (const { size, giveBack } of steps) {
        if (giveBack % 3 === 0 && lent.length > 0) {
          slab.giveBack(lent.splice(giveBack % lent.length, 1)[0]!);
          continue;
        }
        const block = slab.take(size)!;
        assert.ok(lent.every((other) =>
          block.byteOffset >= other.byteOffset + other.length ||
          other.byteOffset >= block.byteOffset + block.length
        ));
        lent.push(block);
      }
      for (const block of lent) slab.giveBack(block);
      assert.equal(slab.isWhole, true);
      assert.equal(slab.take(SLAB_BYTES)?.length, SLAB_BYTES);
    }),
    { numRuns: 50 },
  );
});

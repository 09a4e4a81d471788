/** Tests of src/limits/processor.ts: a thread that runs sees a clock without jumps. */

import assert from "node:assert/strict";
import { lacksProcessor } from "../../src/limits/processor.ts";

/** A clock that goes on by these steps, milliseconds, and then by the last of them. */
function clockOf(...steps: number[]): () => number {
  let nowMs = 1000;
  return () => nowMs += steps.length > 1 ? steps.shift()! : steps[0]!;
}

Deno.test("a clock that goes on evenly is that of a thread that runs", () => {
  assert.equal(lacksProcessor(clockOf(0.001)), false);
});

Deno.test("a clock that jumps is that of a thread that did not run", () => {
  assert.equal(lacksProcessor(clockOf(...Array<number>(3000).fill(0.001), 4, 0.001)), true);
});

Deno.test("it is not looked for longer than others have their turns", () => {
  assert.equal(lacksProcessor(clockOf(...Array<number>(9000).fill(0.001), 4, 0.001)), false);
});

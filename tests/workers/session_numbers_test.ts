/** Tests of src/workers/session_numbers.ts: each session has a number of its own, in whichever worker. */

import assert from "node:assert/strict";
import { type NumberBlock, NumberBlocks, SessionNumbers } from "../../src/workers/session_numbers.ts";

Deno.test("Numbers begin with 1, and none comes twice, in whichever worker", async () => {
  const blocks = new NumberBlocks();
  const ask = (): Promise<NumberBlock> => Promise.resolve(blocks.give());
  const workers = [1, 2, 3].map(() => new SessionNumbers(blocks.give(), ask));
  const taken: number[] = [];
  for (let time = 0; time < 1000; time++) {
    for (const numbers of workers) taken.push(await numbers.next());
  }
  assert.equal(taken[0], 1);
  assert.equal(new Set(taken).size, 3000);
});

Deno.test("More numbers are asked for before the last is taken, and who comes too early waits", async () => {
  const blocks = new NumberBlocks();
  const asked: PromiseWithResolvers<NumberBlock>[] = [];
  const numbers = new SessionNumbers(blocks.give(), () => {
    asked.push(Promise.withResolvers());
    return asked.at(-1)!.promise;
  });
  const taken = Array.from({ length: 300 }, () => numbers.next());
  assert.equal(await Promise.race([...taken.slice(0, 256), Promise.resolve(0)]), 1);
  assert.equal(asked.length, 1);
  asked[0]!.resolve(blocks.give());
  const all = await Promise.all(taken);
  assert.deepEqual(all.toSorted((a, b) => a - b), Array.from(all, (_, index) => index + 1));
});

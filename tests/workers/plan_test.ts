/** Tests of src/workers/plan.ts: how many workers, and what each gets. */

import assert from "node:assert/strict";
import { countForPorts, passiveSlice, workerCount } from "../../src/workers/plan.ts";

Deno.test("One worker serves one or two cores, more cores have one less, eight are the most", () => {
  const counts = [1, 2, 3, 4, 9, 64].map((cores) => workerCount("auto", { cores, balances: true }));
  assert.deepEqual(counts, [1, 1, 2, 3, 8, 8]);
});

Deno.test("A number holds as it is, where the system shares connections out", () => {
  assert.equal(workerCount(12, { cores: 2, balances: true }), 12);
  assert.equal(workerCount(12, { cores: 16, balances: false }), 1);
  assert.equal(workerCount("auto", { cores: 16, balances: false }), 1);
  assert.equal(workerCount(0, { cores: 16, balances: false }), 0);
});

Deno.test("The slices of the passive ports are all of them, each once", () => {
  for (const [last, count] of [[50_099, 8], [50_099, 1], [50_004, 5], [50_006, 4]] as const) {
    const range = { first: 50_000, last };
    const slices = Array.from({ length: count }, (_, index) => passiveSlice(range, { index, count }));
    const ports = slices.flatMap(({ first, last }) =>
      Array.from({ length: last - first + 1 }, (_, at) => first + at)
    );
    assert.deepEqual(ports, Array.from({ length: last - 50_000 + 1 }, (_, at) => 50_000 + at));
    assert.ok(slices.every(({ first, last }) => last >= first));
  }
  assert.equal(passiveSlice("any", { index: 1, count: 2 }), "any");
});

Deno.test("No worker is without a passive port", () => {
  assert.equal(countForPorts(8, { first: 50_000, last: 50_002 }), 3);
  assert.equal(countForPorts(2, { first: 50_000, last: 50_002 }), 2);
  assert.equal(countForPorts(8, "any"), 8);
});

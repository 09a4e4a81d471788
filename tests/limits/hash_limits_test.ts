/** Hash limits: how many at once, and how fast. */

import { equal, ok } from "node:assert/strict";
import { HashLimits } from "../../src/limits/hash_limits.ts";

Deno.test("Z5: no more hashes than the limit, and a place that is given back twice is one place", () => {
  const limits = new HashLimits({ maxHashes: 2, maxHashRate: 0 });
  const first = limits.take()!;
  ok(limits.take());
  equal(limits.take(), undefined);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  ok(limits.take());
  equal(limits.take(), undefined);
});

Deno.test("Z5: 0 is no limit, of number or of speed", () => {
  const limits = new HashLimits({ maxHashes: 0, maxHashRate: 0 });
  for (let count = 0; count < 100; count++) equal(limits.take()!.buckets.length, 0);
});

Deno.test("Z5: all hashes share one bucket, and a new rate holds for those under way", () => {
  const limits = new HashLimits({ maxHashes: 0, maxHashRate: 1000 });
  const [bucket] = limits.take()!.buckets;
  equal(limits.take()!.buckets[0], bucket);
  limits.options = { maxHashes: 1, maxHashRate: 5000 };
  equal(bucket!.bytesPerSecond, 5000);
  equal(limits.take(), undefined);
  limits.options = { maxHashes: 0, maxHashRate: 0 };
  equal(bucket!.bytesPerSecond, Infinity);
});

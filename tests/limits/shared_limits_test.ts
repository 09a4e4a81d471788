/** Tests of limits that threads share: nothing is lost and nothing is given twice, however they collide. */

import assert from "node:assert/strict";
import { Counter } from "../../src/limits/counter.ts";
import { HashLimits } from "../../src/limits/hash_limits.ts";
import { RateLimits } from "../../src/limits/rate_limits.ts";
import { sharedBucket, TokenBucket } from "../../src/limits/token_bucket.ts";
import type { BucketTask } from "../support/bucket_worker.ts";

const now = (): number => 0;

Deno.test("Threads that reserve at once wait for each other's bytes, to the byte, and count to the limit, to the one", async () => {
  const task: BucketTask = {
    bucket: sharedBucket(0),
    counter: Counter.shared(),
    most: 40_000,
    times: 20_000,
  };
  const taken = await Promise.all(Array.from({ length: 3 }, async () => {
    const worker = new Worker(new URL("../support/bucket_worker.ts", import.meta.url), { type: "module" });
    const told = Promise.withResolvers<number>();
    worker.onmessage = ({ data }) => told.resolve(data);
    worker.postMessage(task);
    const count = await told.promise;
    worker.terminate();
    return count;
  }));
  const bucket = new TokenBucket({ bytesPerSecond: 1000, now, memory: task.bucket });
  // Three threads, 20 000 times 10 bytes each, at one byte a millisecond.
  assert.equal(bucket.reserve(0), 600_000);
  assert.equal(taken.reduce((sum, count) => sum + count), 40_000);
  assert.equal(new Counter(task.counter).value, 40_000);
});

Deno.test("A bucket in shared memory is one for all who take from it, with one rate", () => {
  const memory = sharedBucket(0);
  const first = new TokenBucket({ bytesPerSecond: 1000, now, memory });
  const second = new TokenBucket({ bytesPerSecond: 1000, now, memory });
  assert.equal(first.reserve(100), 100);
  assert.equal(second.reserve(100), 200);
  second.bytesPerSecond = 100;
  assert.equal(first.bytesPerSecond, 100);
  assert.equal(first.reserve(10), 300);
  second.bytesPerSecond = Infinity;
  assert.equal(first.reserve(1_000_000), 300);
});

Deno.test("The limits of server and account are one for all threads, those of a transfer are its own", () => {
  const buckets = () => ({ upload: sharedBucket(0), download: sharedBucket(0) });
  const [server, account] = [buckets(), buckets()];
  const rates = { upload: 1000, download: 1000 };
  const limited = { maxUpload: 1000, maxDownload: 1000, maxServerUpload: 1000, maxServerDownload: 1000 };
  const [first, second] = [0, 1].map(() => {
    const limits = new RateLimits(limited, { server, now });
    limits.shareAccount("ann", account);
    return limits;
  }) as [RateLimits, RateLimits];
  const ann = { name: "ann", rates };
  const [own, forAnn, forAll] = first.bucketsFor("upload", ann);
  for (const bucket of [own, forAnn, forAll]) bucket!.reserve(100);
  const waits = second.bucketsFor("upload", ann).map((bucket) => bucket.reserve(0));
  assert.deepEqual(waits.slice(1), [100, 100]);
  const down = second.bucketsFor("download", ann).map((bucket) => bucket.reserve(0));
  assert.deepEqual(down.slice(1), [0, 0]);
  // Lifted in one thread, it holds nobody in another.
  second.bucketsFor("upload", { name: "ann", rates: {} });
  assert.equal(forAnn!.bytesPerSecond, Infinity);
});

Deno.test("Hashes count over all threads, and each thread knows its own", () => {
  const [running, bucket] = [Counter.shared(), sharedBucket(0)];
  const owns = [new Counter(), new Counter()] as const;
  const [first, second] = owns.map((own) =>
    new HashLimits({ maxHashes: 2, maxHashRate: 1000 }, {
      running: new Counter(running),
      own,
      bucket,
      now,
    })
  ) as [HashLimits, HashLimits];
  const seat = first.take()!;
  const other = second.take()!;
  assert.equal(first.take(), undefined);
  assert.equal(second.take(), undefined);
  assert.deepEqual(owns.map(({ value }) => value), [1, 1]);
  seat.buckets[0]!.reserve(100);
  assert.equal(other.buckets[0]!.reserve(100), 200);
  seat[Symbol.dispose]();
  seat[Symbol.dispose]();
  assert.deepEqual(owns.map(({ value }) => value), [0, 1]);
  assert.ok(second.take());
  assert.equal(first.take(), undefined);
});

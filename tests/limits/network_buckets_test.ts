/** Tests of limits by network: exact over threads, and bounded however many networks there are. */

import assert from "node:assert/strict";
import { NetworkBuckets } from "../../src/limits/network_buckets.ts";
import { RateLimits } from "../../src/limits/rate_limits.ts";
import { Tags } from "../../src/limits/tags.ts";
import { sharedBucket } from "../../src/limits/token_bucket.ts";

/** Two threads' tables over one memory, and their clock. */
function shared(): { tables: [NetworkBuckets, NetworkBuckets]; clock: { ms: number } } {
  const clock = { ms: 1_000_000 };
  const options = { memory: NetworkBuckets.shared(), tags: new Tags(), now: () => clock.ms };
  return { tables: [new NetworkBuckets(options), new NetworkBuckets(options)], clock };
}

const slow = (): number => 1000;

Deno.test("All transfers of a network wait for each other, in whichever thread, and no other network does", () => {
  const { tables: [first, second], clock } = shared();
  const one = first.of("192.0.2.1", slow);
  assert.equal(one.reserve(200), 100);
  assert.equal(first.of("192.0.2.1", slow).reserve(100), 200);
  assert.equal(second.of("192.0.2.1", slow).reserve(100), 300);
  assert.equal(second.of("192.0.2.2", slow).reserve(200), 100);
  clock.ms += 250;
  assert.equal(one.reserve(0), 50);
});

Deno.test("No burst is longer than a tenth of a second, however long a network was quiet", () => {
  const { tables: [table], clock } = shared();
  const bucket = table.of("192.0.2.1", slow);
  bucket.reserve(1);
  clock.ms += 3_600_000;
  assert.equal(bucket.reserve(100), 0);
  assert.equal(bucket.reserve(100), 100);
});

Deno.test("A new limit holds for transfers that run, and one that is lifted holds nobody", () => {
  const { tables: [table] } = shared();
  let rate = 1000;
  const bucket = table.of("192.0.2.1", () => rate);
  assert.equal(bucket.reserve(200), 100);
  rate = 100;
  assert.equal(bucket.sliceBytes, 5);
  assert.equal(bucket.reserve(10), 200);
  rate = Infinity;
  assert.equal(bucket.reserve(1_000_000), 0);
});

Deno.test("However many networks come, each has its limit, and those that are through make room", () => {
  const { tables: [first, second], clock } = shared();
  for (let round = 0; round < 20; round++) {
    for (let number = 0; number < 1000; number++) {
      const network = `2001:db8:${round.toString(16)}:${number.toString(16)}::/64`;
      const table = number % 2 ? first : second;
      assert.equal(table.of(network, slow).reserve(200), 100, network);
      assert.equal(first.of(network, slow).reserve(100), 200, network);
    }
    clock.ms += 1000;
  }
});

Deno.test("With more networks at once than there is room for, a transfer has its limit for itself", () => {
  const { tables: [table] } = shared();
  for (let number = 0; number < 10_000; number++) {
    const bucket = table.of(`network ${number}`, slow);
    const firstMs = bucket.reserve(200);
    assert.ok(firstMs === 100 || firstMs === 200, `${firstMs}`);
    assert.equal(bucket.reserve(100), firstMs + 100);
  }
});

Deno.test("Threads that reserve for one network at once lose no byte", async () => {
  const memory = NetworkBuckets.shared();
  const tagKey = Tags.newKey();
  const run = async (): Promise<void> => {
    const worker = new Worker(new URL("../support/network_worker.ts", import.meta.url), { type: "module" });
    const told = Promise.withResolvers<void>();
    worker.onmessage = () => told.resolve();
    worker.postMessage({ memory, tagKey, times: 20_000 });
    await told.promise;
    worker.terminate();
  };
  await Promise.all([run(), run(), run()]);
  const table = new NetworkBuckets({ memory, tags: new Tags(tagKey), now: () => 0 });
  // Three threads, 20 000 times 10 bytes each, at one byte a millisecond, and what was remembered.
  assert.equal(table.of("192.0.2.1", slow).reserve(0), 600_000);
});

Deno.test("RateLimits adds the bucket of the network where one is limited, in its direction alone", () => {
  const networks = {
    memory: { upload: NetworkBuckets.shared(), download: NetworkBuckets.shared() },
    tags: new Tags(),
  };
  const server = { upload: sharedBucket(0), download: sharedBucket(0) };
  const options = { maxUploadPerIp: 1000 };
  const [first, second] = [0, 1].map(() => new RateLimits(options, { server, networks, now: () => 0 }));
  const ann = { name: "ann", rates: {}, network: "192.0.2.1" };
  const [bucket, ...others] = first!.bucketsFor("upload", ann);
  assert.deepEqual(others, []);
  assert.equal(bucket!.reserve(100), 100);
  const bob = { ...ann, name: "bob" };
  assert.equal(second!.bucketsFor("upload", bob)[0]!.reserve(100), 200);
  assert.deepEqual(first!.bucketsFor("download", ann), []);
  assert.deepEqual(first!.bucketsFor("upload", { name: "ann", rates: {} }), []);
  first!.options = { maxUploadPerIp: 0 };
  assert.equal(bucket!.reserve(1_000_000), 0);
});

/** Tests of src/limits/throttle_stream.ts: slices, waits and aborts, with scripted buckets. */

import assert from "node:assert/strict";
import { ThrottleStream } from "../../src/limits/throttle_stream.ts";
import { TokenBucket } from "../../src/limits/token_bucket.ts";

/** A bucket that says what it is told to say and keeps the sizes that were asked for. */
class ScriptedBucket extends TokenBucket {
  readonly reserved: number[] = [];
  readonly #waitMs: number;

  constructor(bytesPerSecond: number, { waitMs = 0 } = {}) {
    super({ bytesPerSecond, now: () => 0 });
    this.#waitMs = waitMs;
  }

  override reserve(bytes: number): number {
    this.reserved.push(bytes);
    return this.#waitMs;
  }
}

const never = new AbortController().signal;

function numbered(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, at) => at);
}

/** The chunks that come out for those that go in. */
async function through(stream: ThrottleStream, ...chunks: Uint8Array<ArrayBuffer>[]): Promise<Uint8Array[]> {
  return await Array.fromAsync(ReadableStream.from(chunks).pipeThrough(stream));
}

Deno.test("A chunk passes in slices of a twentieth of a second, in order and complete", async () => {
  const bucket = new ScriptedBucket(200);
  const chunk = numbered(35);
  const slices = await through(new ThrottleStream({ buckets: [bucket], signal: never }), chunk);
  assert.deepEqual(slices.map(({ length }) => length), [10, 10, 10, 5]);
  assert.deepEqual(slices.flatMap((slice) => [...slice]), [...chunk]);
  assert.deepEqual(bucket.reserved, [10, 10, 10, 5]);
});

Deno.test("Slices do not span chunks, and an empty chunk reserves nothing", async () => {
  const bucket = new ScriptedBucket(200);
  const stream = new ThrottleStream({ buckets: [bucket], signal: never });
  const slices = await through(stream, numbered(12), new Uint8Array(), numbered(3));
  assert.deepEqual(slices.map(({ length }) => length), [10, 2, 3]);
});

Deno.test("Of several buckets the smallest slice counts, and every one is asked for every slice", async () => {
  const buckets = [new ScriptedBucket(20_000), new ScriptedBucket(100), new ScriptedBucket(400)];
  await through(new ThrottleStream({ buckets, signal: never }), numbered(12));
  for (const { reserved } of buckets) assert.deepEqual(reserved, [5, 5, 2]);
});

Deno.test("A limit that changes while a chunk passes changes the next slice", async () => {
  const bucket = new ScriptedBucket(200);
  const stream = new ThrottleStream({ buckets: [bucket], signal: never });
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  const first = writer.write(numbered(10));
  assert.equal((await reader.read()).value?.length, 10);
  bucket.bytesPerSecond = 40;
  const second = writer.write(numbered(4));
  assert.equal((await reader.read()).value?.length, 2);
  assert.equal((await reader.read()).value?.length, 2);
  await Promise.all([first, second, writer.close(), reader.read()]);
});

Deno.test("Without buckets, and with limits lifted, chunks pass whole", async () => {
  for (const buckets of [[], [new ScriptedBucket(Infinity)]]) {
    const slices = await through(new ThrottleStream({ buckets, signal: never }), numbered(100));
    assert.deepEqual(slices.map(({ length }) => length), [100]);
  }
});

Deno.test("A slice waits for the bucket that asks for the longest wait", async () => {
  const buckets = [
    new ScriptedBucket(1000),
    new ScriptedBucket(1000, { waitMs: 20 }),
    new ScriptedBucket(1000),
  ];
  const startedMs = performance.now();
  const slices = await through(new ThrottleStream({ buckets, signal: never }), numbered(100));
  assert.equal(slices.length, 2);
  // Timers cut fractions of a millisecond off.
  assert.ok(performance.now() - startedMs >= 38);
});

Deno.test("An abort ends a wait at once and with it the stream", async () => {
  const aborting = new AbortController();
  const bucket = new ScriptedBucket(1000, { waitMs: 2 ** 30 });
  const stream = new ThrottleStream({ buckets: [bucket], signal: aborting.signal });
  const writer = stream.writable.getWriter();
  const reading = stream.readable.getReader().read();
  const writing = writer.write(numbered(100));
  aborting.abort();
  for (const promise of [writing, reading, writer.closed]) {
    await assert.rejects(promise, { name: "AbortError" });
  }
  assert.deepEqual(bucket.reserved, [50], "no slice is reserved behind the one that waited");
});

Deno.test("An abort before the wait lets nothing through", async () => {
  const bucket = new ScriptedBucket(1000, { waitMs: 2 ** 30 });
  const stream = new ThrottleStream({ buckets: [bucket], signal: AbortSignal.abort() });
  await assert.rejects(through(stream, numbered(10)), { name: "AbortError" });
});

Deno.test("An abort reaches the source of the pipe, which is cancelled", async () => {
  const aborting = new AbortController();
  let isCancelled = false;
  const source = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(numbered(10)),
    cancel: () => void (isCancelled = true),
  });
  const bucket = new ScriptedBucket(1000, { waitMs: 2 ** 30 });
  const piping = source.pipeThrough(new ThrottleStream({ buckets: [bucket], signal: aborting.signal }))
    .pipeTo(new WritableStream());
  aborting.abort();
  await assert.rejects(piping, { name: "AbortError" });
  assert.ok(isCancelled);
});

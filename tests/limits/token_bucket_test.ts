/** Tests of src/limits/token_bucket.ts: exact rates on a clock that only the test moves. */

import assert from "node:assert/strict";
import { TokenBucket } from "../../src/limits/token_bucket.ts";

/** Somebody who sends all the time: slice after slice, each after the wait that the bucket asks for. */
interface Taker {
  readonly sliceBytes: number;
  /** How much later than asked for the taker's timer goes off, milliseconds. */
  readonly lateMs?: number;
}

/** Lets the takers share buckets for a while and returns how many bytes each has sent by then. */
function simulate(
  { bytesPerSecond, untilMs, takers }: { bytesPerSecond: number; untilMs: number; takers: Taker[] },
): number[] {
  let nowMs = 0;
  const bucket = new TokenBucket({ bytesPerSecond, now: () => nowMs });
  const sent = takers.map(() => 0);
  const wakes = takers.map(({ sliceBytes, lateMs = 0 }, at) => ({
    at,
    lateMs,
    sliceBytes,
    dueMs: bucket.reserve(sliceBytes) + lateMs,
  }));
  while (true) {
    const next = wakes.reduce((first, wake) => wake.dueMs < first.dueMs ? wake : first);
    if (next.dueMs > untilMs) return sent;
    nowMs = next.dueMs;
    sent[next.at]! += next.sliceBytes;
    next.dueMs = nowMs + bucket.reserve(next.sliceBytes) + next.lateMs;
  }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

Deno.test("A reservation waits for as long as its bytes take", () => {
  const bucket = new TokenBucket({ bytesPerSecond: 1000, now: () => 5000 });
  assert.equal(bucket.reserve(50), 50);
  assert.equal(bucket.reserve(50), 100);
  assert.equal(bucket.reserve(1000), 1100);
  assert.equal(bucket.reserve(0), 1100);
});

Deno.test("A wait shrinks as the clock moves", () => {
  let nowMs = 0;
  const bucket = new TokenBucket({ bytesPerSecond: 1000, now: () => nowMs });
  bucket.reserve(100);
  nowMs = 60;
  assert.equal(bucket.reserve(100), 140);
  nowMs = 200;
  assert.equal(bucket.reserve(0), 0);
});

Deno.test("One taker gets the rate exactly, whatever its slices", () => {
  for (const sliceBytes of [1, 7, 50, 500]) {
    const [sent] = simulate({ bytesPerSecond: 10_000, untilMs: 60_000, takers: [{ sliceBytes }] });
    assert.ok(sent! <= 600_000, `${sliceBytes}: ${sent}`);
    assert.ok(sent! > 600_000 - 2 * sliceBytes, `${sliceBytes}: ${sent}`);
  }
});

Deno.test("A fresh bucket allows no burst", () => {
  const bucket = new TokenBucket({ bytesPerSecond: 1000, now: () => 1e9 });
  assert.equal(bucket.reserve(1), 1);
});

Deno.test("However long nobody sent, a burst is a tenth of a second's worth at most", () => {
  let nowMs = 0;
  const bucket = new TokenBucket({ bytesPerSecond: 1000, now: () => nowMs });
  for (const idleMs of [100, 1000, 3_600_000]) {
    nowMs += idleMs;
    let burst = 0;
    while (bucket.reserve(1) === 0) burst++;
    assert.equal(burst, 100, `after ${idleMs} ms`);
    nowMs += 1;
  }
});

Deno.test("A short pause gives a short burst", () => {
  let nowMs = 0;
  const bucket = new TokenBucket({ bytesPerSecond: 1000, now: () => nowMs });
  nowMs = 30;
  assert.equal(bucket.reserve(30), 0);
  assert.equal(bucket.reserve(1), 1);
});

Deno.test("In no stretch of time do more bytes pass than the rate and one burst", () => {
  let nowMs = 0;
  const bucket = new TokenBucket({ bytesPerSecond: 1000, now: () => nowMs });
  const passed: { timeMs: number; bytes: number }[] = [];
  // Sends, pauses for longer and longer, and sends again.
  for (let round = 0; round < 40; round++) {
    for (let slice = 0; slice < 10; slice++) {
      nowMs += bucket.reserve(50);
      passed.push({ timeMs: nowMs, bytes: 50 });
    }
    nowMs += round * 10;
  }
  for (const [first, { timeMs: startMs }] of passed.entries()) {
    let bytes = 0;
    for (const { timeMs, bytes: slice } of passed.slice(first)) {
      bytes += slice;
      assert.ok(bytes <= (timeMs - startMs) + 100 + 50, `${bytes} bytes in ${timeMs - startMs} ms`);
    }
  }
});

Deno.test("Timers that go off late cost no speed while the delay is below a tenth of a second", () => {
  for (const lateMs of [1, 15, 49]) {
    const [sent] = simulate({
      bytesPerSecond: 10_000,
      untilMs: 60_000,
      takers: [{ sliceBytes: 500, lateMs }],
    });
    assert.ok(sent! > 600_000 - 1500 && sent! <= 600_000, `${lateMs} ms late: ${sent}`);
  }
});

Deno.test("Five takers share one limit evenly and together get all of it", () => {
  const takers = Array.from({ length: 5 }, () => ({ sliceBytes: 500 }));
  const sent = simulate({ bytesPerSecond: 10_000, untilMs: 60_000, takers });
  assert.ok(Math.max(...sent) - Math.min(...sent) <= 500, String(sent));
  assert.ok(sum(sent) <= 600_000 && sum(sent) > 600_000 - 6 * 500, String(sent));
});

Deno.test("A taker that comes late gets its share from then on", () => {
  let nowMs = 0;
  const bucket = new TokenBucket({ bytesPerSecond: 1000, now: () => nowMs });
  for (let taker = 0; taker < 4; taker++) bucket.reserve(50);
  nowMs = 10;
  // Its turn is behind those who reserved before it, and no further back.
  assert.equal(bucket.reserve(50), 240);
});

Deno.test("Takers with late timers do not starve those with exact ones, nor the other way round", () => {
  const sent = simulate({
    bytesPerSecond: 10_000,
    untilMs: 60_000,
    takers: [{ sliceBytes: 500 }, { sliceBytes: 500, lateMs: 20 }, { sliceBytes: 500, lateMs: 40 }],
  });
  assert.ok(sum(sent) > 600_000 - 4 * 500 && sum(sent) <= 600_000, String(sent));
  assert.ok(Math.min(...sent) > 150_000, String(sent));
});

Deno.test("A new limit holds from the next reservation on", () => {
  const bucket = new TokenBucket({ bytesPerSecond: 1000, now: () => 0 });
  assert.equal(bucket.reserve(100), 100);
  bucket.bytesPerSecond = 100;
  assert.equal(bucket.bytesPerSecond, 100);
  assert.equal(bucket.reserve(100), 1100);
  bucket.bytesPerSecond = 10_000;
  assert.equal(bucket.reserve(100), 1110);
});

Deno.test("A limit that is lifted asks for no more waiting than is owed already", () => {
  let nowMs = 0;
  const bucket = new TokenBucket({ bytesPerSecond: 1000, now: () => nowMs });
  bucket.reserve(50);
  bucket.bytesPerSecond = Infinity;
  assert.equal(bucket.reserve(2 ** 30), 50);
  nowMs = 50;
  assert.equal(bucket.reserve(2 ** 30), 0);
});

Deno.test("A slice is a twentieth of a second's worth, and a byte at least", () => {
  const sliceOf = (bytesPerSecond: number): number => new TokenBucket({ bytesPerSecond }).sliceBytes;
  assert.equal(sliceOf(1_000_000), 50_000);
  assert.equal(sliceOf(39), 1);
  assert.equal(sliceOf(1), 1);
});

Deno.test("Rates beyond what 32 bits hold stay exact", () => {
  const bucket = new TokenBucket({ bytesPerSecond: 10 * 2 ** 30, now: () => 0 });
  assert.equal(bucket.reserve(2 ** 40), 102_400);
});

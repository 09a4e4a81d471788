/** Tests of src/limits/failed_logins.ts: what wrong passwords cost, for how long, and who is forgiven. */

import assert from "node:assert/strict";
import { type FailedLoginLimits, FailedLogins } from "../../src/limits/failed_logins.ts";
import { FailureMarks } from "../../src/limits/failure_marks.ts";
import { LimitError } from "../../src/limits/limit_error.ts";
import { Tags } from "../../src/limits/tags.ts";

const PEER = "192.0.2.1", OTHER = "192.0.2.2";
const MINUTE_MS = 60_000;
const LIMITS: FailedLoginLimits = { maxLoginFailures: 10, loginFailureDelayMs: 3000 };

/** Counts on a clock that only the test moves. */
function onClock(limits: Partial<FailedLoginLimits> = {}): {
  logins: FailedLogins;
  clock: { ms: number };
  /** Wrong passwords that were not tried before; the delay of the last. */
  guess: (options?: { peer?: string; account?: string; count?: number }) => number;
} {
  const clock = { ms: 1000 };
  const logins = new FailedLogins({ ...LIMITS, ...limits }, { now: () => clock.ms });
  let marks = 0;
  return {
    logins,
    clock,
    guess({ peer = PEER, account, count = 1 } = {}) {
      let delayMs = 0;
      for (let at = 0; at < count; at++) delayMs = logins.failed(peer, { account, mark: String(++marks) });
      return delayMs;
    },
  };
}

Deno.test("L4: the first wrong passwords cost the plain delay, each one more twice as long, up to eight times", () => {
  const { guess } = onClock({ maxLoginFailures: 0 });
  const seconds = Array.from({ length: 9 }, () => guess() / 1000);
  assert.deepEqual(seconds, [3, 3, 3, 6, 12, 24, 24, 24, 24]);
});

Deno.test("L4: without a delay there is none, however many wrong passwords come", () => {
  const { guess } = onClock({ loginFailureDelayMs: 0 });
  assert.equal(guess({ count: 20 }), 0);
});

Deno.test("L5: so many wrong passwords in a quarter of an hour refuse an address for the rest of it", () => {
  const { logins, clock, guess } = onClock();
  guess({ count: 1 });
  clock.ms += 5 * MINUTE_MS;
  guess({ count: 8 });
  logins.admit(PEER);
  guess();
  assert.throws(() => logins.admit(PEER), (error) => {
    assert.ok(error instanceof LimitError);
    assert.deepEqual(error.limit, { kind: "failed-logins", most: 10, waitMs: 10 * MINUTE_MS });
    return true;
  });
  logins.admit(OTHER);
  clock.ms += 10 * MINUTE_MS - 1;
  assert.equal(logins.refusedForMs(PEER), 1);
  clock.ms += 1;
  logins.admit(PEER);
  // Nine are remembered still, so that one more is one too many again.
  guess();
  assert.equal(logins.refusedForMs(PEER), 5 * MINUTE_MS);
});

Deno.test("L5: a quarter of an hour later a wrong password is forgotten", () => {
  const { logins, clock, guess } = onClock();
  guess({ count: 10 });
  clock.ms += 15 * MINUTE_MS;
  logins.admit(PEER);
  assert.equal(guess(), 3000);
});

Deno.test("L5: the addresses of one IPv6 network of 64 bits count as one", () => {
  const { logins, guess } = onClock();
  for (let host = 1; host <= 10; host++) guess({ peer: `2001:db8::${host}` });
  assert.throws(() => logins.admit("2001:db8::ffff:1"), LimitError);
  logins.admit("2001:db8:0:1::1");
});

Deno.test("L5: the same wrong password again counts once, and is answered late all the same", () => {
  const { logins } = onClock();
  const delays = Array.from(
    { length: 50 },
    () => logins.failed(PEER, { account: "alice", mark: "outdated" }),
  );
  logins.admit(PEER);
  assert.ok(delays.every((delayMs) => delayMs === 3000));
});

Deno.test("L5: a right password forgives what was mistyped for its account, and no guess at another", () => {
  const { logins, guess } = onClock();
  guess({ account: "alice", count: 5 });
  guess({ account: "bob", count: 4 });
  logins.succeeded(PEER, "alice");
  guess({ account: "bob", count: 5 });
  logins.admit(PEER);
  // An account of the guesser's own resets nothing.
  logins.succeeded(PEER, "alice");
  guess({ account: "bob" });
  assert.throws(() => logins.admit(PEER), LimitError);
  logins.succeeded(PEER, "alice");
  assert.throws(() => logins.admit(PEER), LimitError);
});

Deno.test("L5: a right password forgives no guess at a name that has no account, and nothing of another address", () => {
  const { logins, guess } = onClock();
  guess({ account: undefined, count: 10 });
  guess({ peer: OTHER, account: "alice", count: 10 });
  logins.succeeded(PEER, "alice");
  for (const peer of [PEER, OTHER]) assert.throws(() => logins.admit(peer), LimitError);
});

Deno.test("L5: an address whose failures are all forgiven is not remembered", () => {
  const { logins, guess } = onClock();
  guess({ account: "alice", count: 3 });
  logins.succeeded(PEER, "alice");
  assert.equal(logins.size, 0);
});

Deno.test("L5: zero means no limit", () => {
  const { logins, guess } = onClock({ maxLoginFailures: 0 });
  guess({ count: 1000 });
  logins.admit(PEER);
});

Deno.test("L5: new limits hold at once, in both directions", () => {
  const { logins, guess } = onClock();
  guess({ count: 5 });
  logins.limits = { ...LIMITS, maxLoginFailures: 5 };
  assert.throws(() => logins.admit(PEER), LimitError);
  logins.limits = { ...LIMITS, maxLoginFailures: 6 };
  logins.admit(PEER);
});

Deno.test("Z1: a flood of addresses takes no more memory than a few thousand of them", () => {
  const { logins, clock, guess } = onClock();
  for (let count = 0; count < 20_000; count++) {
    clock.ms += 1;
    guess({ peer: `10.${count >> 16}.${(count >> 8) & 255}.${count & 255}` });
  }
  assert.equal(logins.size, 4096);
  // Those that have not been pushed out go when their time is over.
  clock.ms += 15 * MINUTE_MS;
  guess();
  assert.equal(logins.size, 1);
});

Deno.test("Z1: an address that goes on guessing is not pushed out before others", () => {
  const { logins, guess } = onClock();
  for (let round = 0; round < 9; round++) {
    for (let count = 0; count < 1000; count++) guess({ peer: `10.${round}.${count >> 8}.${count & 255}` });
    guess();
  }
  guess();
  assert.throws(() => logins.admit(PEER), LimitError);
});

Deno.test("L4: a network is marked for as long as a wrong password of it is remembered, and no other is", () => {
  const clock = { ms: 1000 };
  const marks = new FailureMarks(new Tags());
  const logins = new FailedLogins(LIMITS, { now: () => clock.ms, marks });
  const isMarked = (): boolean[] => [PEER, OTHER].map((peer) => marks.has(peer));
  assert.deepEqual(isMarked(), [false, false]);
  logins.failed(PEER, { account: "alice", mark: "1" });
  logins.failed(PEER, { account: "alice", mark: "2" });
  logins.failed(PEER, { account: "bob", mark: "3" });
  assert.deepEqual(isMarked(), [true, false]);
  logins.succeeded(PEER, "alice");
  assert.deepEqual(isMarked(), [true, false]);
  logins.succeeded(PEER, "bob");
  assert.deepEqual(isMarked(), [false, false]);
  logins.failed(OTHER, { account: undefined, mark: "1" });
  clock.ms += 15 * MINUTE_MS;
  // Until somebody asks.
  assert.equal(logins.refusedForMs(OTHER), 0);
  assert.deepEqual(isMarked(), [false, false]);
});

Deno.test("L4: marks come and go with the networks that are pushed out", () => {
  const marks = new FailureMarks(new Tags());
  const logins = new FailedLogins(LIMITS, { now: () => 0, marks });
  const peers = Array.from({ length: 5000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
  for (const peer of peers) logins.failed(peer, { account: undefined, mark: "1" });
  for (const peer of peers) logins.succeeded(peer, "nobody");
  // The last ones are remembered still: their password was not for that account.
  assert.ok(logins.size > 4000 && marks.has(peers.at(-1)!));
  assert.ok(peers.some((peer) => !marks.has(peer)));
});

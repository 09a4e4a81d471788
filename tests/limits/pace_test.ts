/** Tests of src/limits/pace.ts: limits that come, change and go in the middle of a transfer. */

import assert from "node:assert/strict";
import { Pace } from "../../src/limits/pace.ts";
import { RateLimits } from "../../src/limits/rate_limits.ts";
import { sharedBucket, TokenBucket } from "../../src/limits/token_bucket.ts";
import { within } from "../support/raw_socket.ts";

const never = new AbortController().signal;
const ANN = { name: "ann", rates: {}, session: 7 };

/** The rates of what a pace has to keep to are told by its slices: a twentieth each. */
function rateOf({ sliceBytes }: Pace): number {
  return sliceBytes * 20;
}

Deno.test("Without a limit everything passes at once, in one piece", () => {
  const pace = new RateLimits({}).paceFor("download", ANN);
  assert.equal(pace.isLimited, false);
  assert.equal(pace.limited.aborted, false);
  assert.equal(pace.sliceBytes, Infinity);
  assert.equal(pace.pass(1e12, never), undefined);
});

Deno.test("A limit that is set by hand holds for a running transfer once it looks, until it is taken back", () => {
  const limits = new RateLimits({});
  const pace = limits.paceFor("download", ANN);
  for (const target of [{ account: "ann" }, { session: 7 }]) {
    limits.setByHand(target, { download: 2000 });
    pace.refresh();
    assert.equal(rateOf(pace), 2000);
    assert.equal(limits.paceFor("upload", ANN).isLimited, false);
    limits.setByHand(target, undefined);
    pace.refresh();
    assert.equal(pace.isLimited, false);
  }
  assert.equal(pace.limited.aborted, true);
});

Deno.test("A limit by hand takes the place of the account's own, and 0 lifts that", () => {
  const limits = new RateLimits({});
  const party = { name: "ann", rates: { download: 1000 } };
  const pace = limits.paceFor("download", party);
  limits.setByHand({ account: "ann" }, { download: 4000 });
  assert.equal(rateOf(limits.paceFor("download", party)), 4000);
  pace.refresh();
  assert.equal(rateOf(pace), 4000);
  limits.setByHand({ account: "ann" }, { download: 0 });
  pace.refresh();
  assert.equal(pace.isLimited, false);
  limits.setByHand({ account: "ann" }, undefined);
  pace.refresh();
  assert.equal(rateOf(pace), 1000);
});

Deno.test("A limit of a session holds besides that of its account, and ends with it", () => {
  const limits = new RateLimits({});
  const party = { name: "ann", rates: { download: 1000 }, session: 7 };
  limits.setByHand({ session: 7 }, { download: 4000 });
  assert.equal(rateOf(limits.paceFor("download", party)), 1000);
  limits.setByHand({ session: 7 }, { download: 400 });
  assert.equal(rateOf(limits.paceFor("download", party)), 400);
  assert.equal(rateOf(limits.paceFor("download", { ...party, session: 8 })), 1000);
  limits.forgetSession(7);
  assert.equal(rateOf(limits.paceFor("download", party)), 1000);
});

Deno.test("What a transfer was given for itself stays its own when limits are looked at again", () => {
  const limits = new RateLimits({ maxDownload: 1000 });
  const pace = limits.paceFor("download", ANN);
  limits.options = { maxDownload: 50 };
  pace.refresh();
  assert.equal(rateOf(pace), 1000);
});

Deno.test("Who waits for his turn at a slow limit waits no longer when it has gone", async () => {
  let buckets = [new TokenBucket({ bytesPerSecond: 1 })];
  const pace = new Pace(() => buckets);
  const waiting = pace.pass(3600, never);
  buckets = [];
  pace.refresh();
  await within(waiting!, "the wait to end");
});

Deno.test("A wait ends when its transfer is given up", async () => {
  const ending = new AbortController();
  const waiting = new Pace(() => [new TokenBucket({ bytesPerSecond: 1 })]).pass(3600, ending.signal);
  ending.abort();
  await assert.rejects(waiting!, { name: "AbortError" });
});

Deno.test("A thread that has not heard of a limit by hand yet cannot undo it for those that have", async () => {
  const now = (): number => 1000;
  const server = { upload: sharedBucket(0), download: sharedBucket(0) };
  const buckets = { upload: sharedBucket(0), download: sharedBucket(0) };
  const [one, other] = [1, 2].map(() => new RateLimits({}, { server, now }));
  one!.setByHand({ account: "ann" }, { download: 1000 }, buckets);
  const pace = one!.paceFor("download", ANN);
  other!.paceFor("download", ANN);
  assert.equal(rateOf(pace), 1000);
  other!.setByHand({ account: "ann" }, { download: 1000 }, buckets);
  // Both take from one bucket.
  assert.equal(pace.pass(100, never), undefined);
  const waiting = other!.paceFor("download", ANN).pass(100, never);
  assert.notEqual(waiting, undefined);
  await waiting;
  one!.setByHand({ account: "ann" }, undefined);
  pace.refresh();
  other!.paceFor("download", ANN);
  assert.equal(pace.isLimited, false);
});

/** Tests of src/limits/login_guard.ts: how many wrong passwords, and the wait for each answer. */

import assert from "node:assert/strict";
import { type LateAnswer, LoginGuard } from "../../src/limits/login_guard.ts";

const never = new AbortController().signal;

/** A wrong password that is answered at once. */
const atOnce = (): LateAnswer => ({ startedMs: performance.now(), delayMs: 0 });
/** One whose answer has to wait for a minute. */
const late = (): LateAnswer => ({ startedMs: performance.now(), delayMs: 60_000 });
/** One that came in longer ago than its delay: were that time not counted, it would wait for a minute. */
const due = (): LateAnswer => ({ startedMs: performance.now() - 60_001, delayMs: 60_000 });

Deno.test("L5: the session is over with the last attempt, not before it", async () => {
  const guard = new LoginGuard({ attempts: 3 });
  const answers: boolean[] = [];
  for (let count = 0; count < 4; count++) answers.push(await guard.failed(atOnce(), never));
  assert.deepEqual(answers, [false, false, true, true]);
});

Deno.test("L5: with one attempt the first wrong password is the last", async () => {
  const guard = new LoginGuard({ attempts: 1 });
  assert.equal(await guard.failed(atOnce(), never), true);
});

Deno.test("L4: a wrong password is answered no sooner than the delay after it came in", async () => {
  const guard = new LoginGuard({ attempts: 3 });
  const startedMs = performance.now();
  await guard.failed({ startedMs, delayMs: 30 }, never);
  // Timers cut fractions of a millisecond off.
  assert.ok(performance.now() - startedMs >= 29);
});

Deno.test("L4, L12: the time that the check took counts as part of the delay", async () => {
  const guard = new LoginGuard({ attempts: 3 });
  assert.equal(await guard.failed(due(), AbortSignal.timeout(10_000)), false);
});

Deno.test("L4: a session that ends does not wait for its delay", async () => {
  const guard = new LoginGuard({ attempts: 3 });
  const ending = new AbortController();
  const waiting = guard.failed(late(), ending.signal);
  ending.abort();
  await assert.rejects(waiting, { name: "AbortError" });
});

Deno.test("L4: sessions that wait do not hold each other up", async () => {
  const slow = new LoginGuard({ attempts: 3 });
  const quick = new LoginGuard({ attempts: 1 });
  const ending = new AbortController();
  const waiting = slow.failed(late(), ending.signal);
  assert.equal(await quick.failed(atOnce(), never), true);
  ending.abort();
  await assert.rejects(waiting);
});

Deno.test("L5: an attempt counts although its wait was cut short", async () => {
  const guard = new LoginGuard({ attempts: 2 });
  await assert.rejects(guard.failed(late(), AbortSignal.abort()));
  assert.equal(await guard.failed(due(), never), true);
});

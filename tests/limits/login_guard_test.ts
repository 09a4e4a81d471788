/** Tests of src/limits/login_guard.ts: how many wrong passwords, and what each costs. */

import assert from "node:assert/strict";
import { LoginGuard } from "../../src/limits/login_guard.ts";

const never = new AbortController().signal;

Deno.test("L5: the session is over with the last attempt, not before it", async () => {
  const guard = new LoginGuard({ attempts: 3, failureDelayMs: 0 });
  const answers: boolean[] = [];
  for (let count = 0; count < 4; count++) answers.push(await guard.failed(performance.now(), never));
  assert.deepEqual(answers, [false, false, true, true]);
});

Deno.test("L5: with one attempt the first wrong password is the last", async () => {
  const guard = new LoginGuard({ attempts: 1, failureDelayMs: 0 });
  assert.equal(await guard.failed(performance.now(), never), true);
});

Deno.test("L4: a wrong password is answered no sooner than the delay after it came in", async () => {
  const guard = new LoginGuard({ attempts: 3, failureDelayMs: 30 });
  const startedMs = performance.now();
  await guard.failed(startedMs, never);
  // Timers cut fractions of a millisecond off.
  assert.ok(performance.now() - startedMs >= 29);
});

Deno.test("L4, L12: the time that the check took counts as part of the delay", async () => {
  const guard = new LoginGuard({ attempts: 3, failureDelayMs: 60_000 });
  // It came in longer ago than the delay: were the check's time not counted, this would wait for a minute.
  assert.equal(await guard.failed(performance.now() - 60_001, AbortSignal.timeout(10_000)), false);
});

Deno.test("L4: a session that ends does not wait for its delay", async () => {
  const guard = new LoginGuard({ attempts: 3, failureDelayMs: 60_000 });
  const ending = new AbortController();
  const waiting = guard.failed(performance.now(), ending.signal);
  ending.abort();
  await assert.rejects(waiting, { name: "AbortError" });
});

Deno.test("L4: sessions that wait do not hold each other up", async () => {
  const slow = new LoginGuard({ attempts: 3, failureDelayMs: 60_000 });
  const quick = new LoginGuard({ attempts: 1, failureDelayMs: 0 });
  const ending = new AbortController();
  const waiting = slow.failed(performance.now(), ending.signal);
  assert.equal(await quick.failed(performance.now(), never), true);
  ending.abort();
  await assert.rejects(waiting);
});

Deno.test("L5: an attempt counts although its wait was cut short", async () => {
  const guard = new LoginGuard({ attempts: 2, failureDelayMs: 60_000 });
  await assert.rejects(guard.failed(performance.now(), AbortSignal.abort()));
  assert.equal(await guard.failed(performance.now() - 60_001, never), true);
});

/** Tests of src/guard/scores.ts and account_scores.ts: what counts, how it fades, and how much is held. */

import assert from "node:assert/strict";
import { AccountScores } from "../../src/guard/account_scores.ts";
import { Scores } from "../../src/guard/scores.ts";

const MINUTE_MS = 60_000;

Deno.test("Z1: points fade by half in half an hour", () => {
  const clock = { ms: 0 };
  const scores = new Scores(() => clock.ms);
  for (let count = 0; count < 8; count++) scores.add("a", "wrong-password");
  assert.equal(scores.pointsOf("a"), 8);
  clock.ms += 30 * MINUTE_MS;
  assert.equal(scores.pointsOf("a"), 4);
  assert.equal(scores.add("a", "wrong-password"), 5);
  assert.equal(scores.pointsOf("b"), 0);
});

Deno.test("Z1: a flood of networks takes no more memory than a few thousand, and those that go on stay", () => {
  const scores = new Scores(() => 0);
  for (let count = 0; count < 20_000; count++) {
    scores.add(`network ${count}`, "came-and-went");
    if (count % 1000 === 0) scores.add("guesser", "wrong-password");
  }
  assert.equal(scores.size, 4096);
  assert.equal(scores.pointsOf("guesser"), 20);
});

Deno.test("Z1: networks that did next to nothing are forgotten after some hours", () => {
  const clock = { ms: 0 };
  const scores = new Scores(() => clock.ms);
  for (let count = 0; count < 100; count++) scores.add(`network ${count}`, "came-and-went");
  clock.ms += 300 * MINUTE_MS;
  scores.add("another", "came-and-went");
  assert.equal(scores.size, 1);
});

Deno.test("L5: what is remembered of wrong passwords is bounded, and they are new again when it was pushed out", () => {
  const scores = new Scores(() => 0);
  scores.add("a", "http");
  const isNew = (mark: string): boolean => scores.isNewGuess("a", { account: "alice", mark });
  assert.ok(isNew("first"));
  assert.ok(!isNew("first"));
  for (let count = 0; count < 40; count++) assert.ok(isNew(`mark ${count}`));
  assert.ok(isNew("first"));
  assert.ok(!isNew("mark 39"));
});

Deno.test("L5: a right password forgives what was mistyped for its account, and no scan", () => {
  const scores = new Scores(() => 0);
  scores.add("a", "http");
  for (const [mark, account] of [["1", "alice"], ["2", "alice"], ["3", "bob"]] as const) {
    if (scores.isNewGuess("a", { account, mark })) scores.add("a", "wrong-password");
  }
  assert.equal(scores.pointsOf("a"), 5);
  scores.forgive("a", "alice");
  assert.equal(scores.pointsOf("a"), 3);
  scores.forgive("a", "alice");
  assert.equal(scores.pointsOf("a"), 3);
});

Deno.test("L4: an account that is guessed at from many addresses makes strangers wait, and never who was in it", () => {
  const clock = { ms: 0 };
  const accounts = new AccountScores(() => clock.ms);
  accounts.right("alice", "home");
  for (let count = 1; count <= 9; count++) assert.ok(!accounts.wrong("alice", `network ${count}`));
  assert.equal(accounts.timesFor("alice", "stranger"), 0);
  assert.ok(accounts.wrong("alice", "network 10"));
  assert.deepEqual([accounts.timesFor("alice", "stranger"), accounts.timesFor("alice", "home")], [1, 0]);
  for (let count = 0; count < 1000; count++) assert.ok(!accounts.wrong("alice", `more ${count}`));
  assert.deepEqual([accounts.timesFor("alice", "stranger"), accounts.timesFor("alice", "home")], [4, 0]);
  assert.equal(accounts.timesFor("bob", "stranger"), 0);
  clock.ms += 30 * MINUTE_MS * 10;
  assert.equal(accounts.timesFor("alice", "stranger"), 0);
});

Deno.test("L4: who was in an account makes nobody wait for it with what he mistypes", () => {
  const accounts = new AccountScores(() => 0);
  accounts.right("alice", "home");
  for (let count = 0; count < 100; count++) accounts.wrong("alice", "home");
  assert.equal(accounts.timesFor("alice", "stranger"), 0);
});

Deno.test("L4: a name without an account is guessed at as one with an account is", () => {
  const accounts = new AccountScores(() => 0);
  for (let count = 0; count < 10; count++) accounts.wrong("nobody", `network ${count}`);
  assert.equal(accounts.timesFor("nobody", "stranger"), 1);
});

Deno.test("Z1: a flood of names is held to some thousands, each of them short", () => {
  const accounts = new AccountScores(() => 0);
  for (let count = 0; count < 10_000; count++) accounts.wrong(`${count} ${"x".repeat(8000)}`, "network");
  assert.equal(accounts.size, 4096);
});

/** Sign-ins of browsers: how long they hold, and how many there may be. */

import assert from "node:assert/strict";
import { SignIns } from "../../src/front_office/sign_ins.ts";

Deno.test("A sign-in holds for its time from its last use on", () => {
  let nowMs = 0;
  const signIns = new SignIns(() => nowMs);
  signIns.keep({ digest: "a", account: "alice", forMs: 1000 });
  nowMs = 999;
  assert.equal(signIns.use("a"), "alice");
  nowMs = 1998;
  assert.equal(signIns.use("a"), "alice");
  nowMs = 2998;
  assert.equal(signIns.use("a"), undefined);
  assert.equal(signIns.size, 0);
});

Deno.test("A sign-in without a time holds until it is dropped, or its account changes", () => {
  let nowMs = 0;
  const signIns = new SignIns(() => nowMs);
  signIns.keep({ digest: "a", account: "alice", forMs: 0 });
  signIns.keep({ digest: "b", account: "bob", forMs: 0 });
  nowMs = 1e12;
  signIns.dropAccounts(new Set(["alice"]));
  assert.equal(signIns.use("a"), undefined);
  assert.equal(signIns.use("b"), "bob");
  signIns.drop("b");
  assert.equal(signIns.use("b"), undefined);
});

Deno.test("An account has so many sign-ins and no more: the one that was used the longest ago goes", () => {
  const signIns = new SignIns(() => 0);
  signIns.keep({ digest: "bob", account: "bob", forMs: 0 });
  for (let at = 0; at < 100; at++) signIns.keep({ digest: `alice ${at}`, account: "alice", forMs: 0 });
  assert.equal(signIns.use("alice 0"), "alice");
  signIns.keep({ digest: "alice 100", account: "alice", forMs: 0 });
  assert.equal(signIns.size, 101);
  assert.equal(signIns.use("alice 1"), undefined);
  assert.equal(signIns.use("alice 0"), "alice");
  assert.equal(signIns.use("bob"), "bob");
});

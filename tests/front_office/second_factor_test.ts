/** Tests of src/front_office/second_factor.ts: codes of RFC 6238, each for one client, and few wrong ones. */

import assert from "node:assert/strict";
import { Secret, TOTP } from "otpauth";
import { LocalFrontOffice } from "../../src/front_office/local_front_office.ts";
import { isCodeOf, newTotpKey, otpauthUri, SecondFactor } from "../../src/front_office/second_factor.ts";
import { hashPassword } from "../../src/users/password.ts";
import type { User } from "../../src/users/user.ts";
import { MemoryUserStore } from "../../src/users/user_store.ts";
import { ALL_LETTERS, permissionsOf } from "../support/server.ts";

/** The key of the test vectors: "12345678901234567890". RFC 6238 Appendix B. */
const KEY = new Secret({ buffer: new TextEncoder().encode("12345678901234567890").buffer }).base32;
const CLIENT = "192.0.2.1", OTHER = "198.51.100.1";
const never = new AbortController().signal;

function account(more: Partial<User> = {}): User {
  return {
    name: "alice",
    password: "x",
    home: "/",
    permissions: permissionsOf(ALL_LETTERS),
    totp: KEY,
    ...more,
  };
}

function codeAt(timestamp: number, key = KEY): string {
  return new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp });
}

/** A second factor whose clock stands still. */
function standing(seconds: number): { clock: { nowMs: number }; second: SecondFactor } {
  const clock = { nowMs: seconds * 1000 };
  return { clock, second: new SecondFactor(() => clock.nowMs) };
}

Deno.test("Codes are those of RFC 6238, their last six digits", () => {
  for (
    const [seconds, code] of [
      [59, "287082"],
      [1111111109, "081804"],
      [1111111111, "050471"],
      [1234567890, "005924"],
      [2000000000, "279037"],
    ] as const
  ) {
    const { second } = standing(seconds);
    assert.ok(second.isRight(account(), { code, peer: CLIENT }), code);
  }
});

Deno.test("A code holds half a minute before and behind its own, and no longer", () => {
  for (const [away, holds] of [[-60, false], [-30, true], [0, true], [30, true], [60, false]] as const) {
    const { second } = standing(1_700_000_010);
    const code = codeAt((1_700_000_010 + away) * 1000);
    assert.equal(second.isRight(account(), { code, peer: CLIENT }), holds, String(away));
  }
});

Deno.test("A code that was used opens nothing for another client; the same one may come again for five minutes", () => {
  const { second, clock } = standing(1_700_000_000);
  const code = codeAt(clock.nowMs);
  assert.ok(second.isRight(account(), { code, peer: CLIENT }));
  assert.ok(!second.isRight(account(), { code, peer: OTHER }));
  clock.nowMs += 4 * 60_000;
  assert.ok(second.isRight(account(), { code, peer: CLIENT }));
  assert.ok(!second.isRight(account(), { code, peer: OTHER }));
  clock.nowMs += 60_000;
  assert.ok(!second.isRight(account(), { code, peer: CLIENT }));
  // Codes of one account are nothing to another's.
  const bob = account({ name: "bob" });
  assert.ok(second.isRight(bob, { code: codeAt(clock.nowMs), peer: OTHER }));
  assert.ok(second.isRight(account(), { code: codeAt(clock.nowMs), peer: OTHER }));
});

Deno.test("After ten wrong codes none is taken for a quarter of an hour, but from who is in already", () => {
  const { second, clock } = standing(1_700_000_000);
  const first = codeAt(clock.nowMs);
  assert.ok(second.isRight(account(), { code: first, peer: CLIENT }));
  // No code, and the same one again, are no guesses.
  for (let again = 0; again < 20; again++) {
    for (const code of ["", "000000"]) assert.ok(!second.isRight(account(), { code, peer: OTHER }));
  }
  clock.nowMs += 60_000;
  assert.ok(second.isRight(account({ name: "bob" }), { code: codeAt(clock.nowMs), peer: OTHER }));
  for (let wrong = 1; wrong < 10; wrong++) {
    assert.ok(!second.isRight(account(), { code: `00000${wrong}`, peer: OTHER }));
  }
  clock.nowMs += 60_000;
  assert.ok(!second.isRight(account(), { code: codeAt(clock.nowMs), peer: OTHER }));
  assert.ok(second.isRight(account(), { code: first, peer: CLIENT }));
  clock.nowMs += 15 * 60_000;
  assert.ok(second.isRight(account(), { code: codeAt(clock.nowMs), peer: OTHER }));
});

Deno.test("A new key knows nothing of the old one's codes", () => {
  const { second, clock } = standing(1_700_000_000);
  assert.ok(second.isRight(account(), { code: codeAt(clock.nowMs), peer: CLIENT }));
  const totp = newTotpKey();
  assert.match(totp, /^[A-Z2-7]{32}$/);
  assert.ok(!second.isRight(account({ totp }), { code: codeAt(clock.nowMs), peer: CLIENT }));
  assert.ok(second.isRight(account({ totp }), { code: codeAt(clock.nowMs, totp), peer: OTHER }));
});

Deno.test("Without a field of its own the code is the end of the password", () => {
  const { second } = standing(0);
  const parted = (password: string, code?: string): [string, string | undefined] => {
    const given = second.parted({
      name: "alice",
      password,
      peer: CLIENT,
      session: 1,
      ...code !== undefined && { code },
    });
    return [given.password, given.code];
  };
  assert.deepEqual(parted("secret123456"), ["secret", "123456"]);
  assert.deepEqual(parted("123456123456"), ["123456", "123456"]);
  assert.deepEqual(parted("secret"), ["secret", ""]);
  assert.deepEqual(parted("secret 123456", "654 321"), ["secret 123456", "654321"]);
  assert.deepEqual(parted("secret123456", ""), ["secret", "123456"]);
});

Deno.test("What a telephone takes the key from names the account and the server", () => {
  const uri = new URL(otpauthUri(KEY, "al ice"));
  assert.equal(uri.protocol, "otpauth:");
  assert.equal(uri.searchParams.get("secret"), KEY);
  assert.match(decodeURIComponent(uri.pathname), /baseftp .*:al ice$/);
  assert.ok(isCodeOf(KEY, codeAt(Date.now())));
  assert.ok(!isCodeOf(KEY, "12345"));
});

Deno.test("An account with a second factor is let in by password and code, and by neither alone", async () => {
  const stored = await hashPassword("secret");
  const renewed: string[] = [];
  const store = new MemoryUserStore([
    account({ password: stored }),
    account({ name: "bob", password: "plain1234567" }),
    { ...account({ name: "carol", password: stored }), totp: undefined },
  ]);
  const users = Object.assign(store, { renew: (_: User, password: string) => void renewed.push(password) });
  using office = new LocalFrontOffice({
    users,
    limits: {
      ...{ maxConnections: 0, maxConnectionsPerIp: 0, maxLoginFailures: 0, loginFailureDelayMs: 0 },
      ...{ banAfter: 0, banTimeMs: 0, neverBan: [] },
    },
    record: () => {},
  });
  const enter = async (name: string, password: string, code?: string, peer = CLIENT): Promise<boolean> => {
    const credentials = { name, password, peer, session: 1, ...code !== undefined && { code } };
    const answer = office.recall(credentials) ?? await office.login(credentials, never);
    if ("seat" in answer) answer.seat[Symbol.dispose]();
    return "seat" in answer;
  };
  const now = codeAt(Date.now());
  assert.equal(await enter("alice", "secret"), false);
  assert.equal(await enter("alice", `wrong${now}`), false);
  assert.equal(await enter("alice", "secret000000"), false);
  assert.equal(await enter("alice", now), false);
  assert.equal(await enter("alice", `secret${now}`), true);
  assert.equal(await enter("alice", "secret", now), true);
  // Neither the thread of the session nor what is remembered of passwords lets another client in with it.
  assert.equal(await enter("alice", `secret${now}`, undefined, OTHER), false);
  assert.equal(await enter("alice", "secret", now, OTHER), false);
  // Digits at the end of a password that are its own.
  assert.equal(await enter("bob", "plain1234567"), false);
  assert.equal(await enter("bob", `plain1234567${now}`), true);
  // A code for an account that has none is not looked at.
  assert.equal(await enter("carol", "secret", "123456"), true);
  // What is stored is made of the password alone.
  assert.deepEqual([...new Set(renewed)], ["secret", "plain1234567"]);
});

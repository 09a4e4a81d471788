/** Passwords: stored, checked, made. */

import { match, ok, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { scryptSync } from "node:crypto";
import {
  generatePassword,
  hashPassword,
  isRemembered,
  rememberPassword,
  verifyNobody,
  verifyPassword,
} from "../../src/users/password.ts";

/** A cheap sound hash, so that tests need not wait. */
function cheapHash(password: string, { N = 16, r = 1, p = 1 } = {}): string {
  const salt = Buffer.from("0123456789abcdef");
  const key = scryptSync(password, salt, 32, { N, r, p });
  return `scrypt$${N}$${r}$${p}$${salt.toString("base64url")}$${key.toString("base64url")}`;
}

/** Counts the hashes that the runtime's own cryptography computes. */
function countHashes(): Disposable & { readonly calls: number } {
  const { subtle } = crypto;
  const derive = subtle.deriveBits.bind(subtle);
  let calls = 0;
  subtle.deriveBits = (algorithm, key, length) => {
    calls++;
    return derive(algorithm, key, length!);
  };
  return {
    get calls() {
      return calls;
    },
    [Symbol.dispose]() {
      Reflect.deleteProperty(subtle, "deriveBits");
    },
  };
}

Deno.test("verifyPassword lets in with the password that was hashed and with no other", async () => {
  const stored = await hashPassword("contraseña 密码");
  ok(await verifyPassword(stored, "contraseña 密码"));
  ok(!await verifyPassword(stored, "contraseña 密碼"));
  ok(!await verifyPassword(stored, ""));
  ok(!await verifyPassword(stored, stored));
});

Deno.test("verifyPassword compares plain text as text", async () => {
  for (const password of ["007", "null", "a=b", "true", "0x1F", "ключ", "with blank", "1e3"]) {
    ok(await verifyPassword(password, password), password);
  }
  ok(!await verifyPassword("007", "7"));
  ok(!await verifyPassword("null", ""));
  ok(!await verifyPassword("1e3", "1000"));
});

Deno.test("verifyPassword knows a right plain text at once, and waits with a hash's time for a wrong one", async () => {
  const ended: string[] = [];
  const asked = [["a hash", hashPassword("secret")], ["wrong", verifyPassword("plain", "wrong")], [
    "right",
    verifyPassword("plain", "plain"),
  ]] as const;
  await Promise.all(asked.map(([name, answer]) => answer.then(() => ended.push(name))));
  strictEqual(ended[0], "right");
});

Deno.test("verifyPassword reads the parameters from what is stored", async () => {
  ok(await verifyPassword(cheapHash("x", { N: 1024, r: 4, p: 2 }), "x"));
  ok(await verifyPassword(cheapHash("x", { N: 2, r: 1, p: 100 }), "x"));
});

Deno.test("verifyPassword remembers a right password only for what was stored then", async () => {
  const first = cheapHash("x");
  ok(await verifyPassword(first, "x"));
  ok(await verifyPassword(first, "x"));
  ok(!await verifyPassword(cheapHash("y"), "x"));
  ok(!await verifyPassword(first, "y"));
});

Deno.test("verifyPassword answers a flood of questions at once, each rightly", async () => {
  const stored = cheapHash("50");
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, number) => verifyPassword(stored, String(number))),
  );
  answers.forEach((isRight, number) => strictEqual(isRight, number === 50));
});

Deno.test("verifyPassword lets nobody in with a hash that cannot be used", async () => {
  const sound = cheapHash("x");
  const unusable = [
    "scrypt$",
    sound.slice(0, -30),
    `${sound}$more`,
    "$1$4/BEfsP2$k2D.Eanda6wO.NpAXp32A.",
    "!",
  ];
  for (const stored of unusable) {
    ok(!await verifyPassword(stored, "x"), stored);
    ok(!await verifyPassword(stored, stored), stored);
  }
});

Deno.test("rememberPassword spares the hash for what was made of a password that is known", async () => {
  const stored = cheapHash("known");
  ok(!await isRemembered(stored, "known"));
  await rememberPassword(stored, "known");
  ok(await isRemembered(stored, "known"));
  ok(!await isRemembered(stored, "other"));
});

Deno.test("verifyNobody is never true, also with the password of the decoy", async () => {
  strictEqual(await verifyNobody({ name: "bob" }, "anything"), false);
  strictEqual(await verifyNobody({ name: "bob", decoy: cheapHash("x") }, "x"), false);
});

Deno.test("Two names that have no account cost two checks, also when both try one password at once", async () => {
  // Loads what is loaded with the first one.
  await verifyNobody({ name: "bob" }, "guess");
  using count = countHashes();
  await Promise.all([
    verifyNobody({ name: "bob" }, "guess"),
    verifyNobody({ name: "carol" }, "guess"),
    // The same question twice, as for an account, is one.
    verifyNobody({ name: "carol" }, "guess"),
  ]);
  strictEqual(count.calls, 2);
});

Deno.test("generatePassword makes three groups of four that are easy to tell apart", () => {
  const made = new Set(Array.from({ length: 200 }, generatePassword));
  strictEqual(made.size, 200);
  for (const password of made) match(password, /^([a-hjkmnp-z2-9]{4}-){2}[a-hjkmnp-z2-9]{4}$/);
});

/** Tests of src/protocol/hmac_sha256.ts: the digests of the RFC, and those of another implementation. */

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { type DigestWords, HmacSha256, isSameDigest } from "../../src/protocol/hmac_sha256.ts";

function hexOf(digest: DigestWords): string {
  return Array.from(digest, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

function repeated(byte: number, count: number): Uint8Array {
  return new Uint8Array(count).fill(byte);
}

/** RFC 4231 §4; those with a key of more than a block are left out, for none is taken. */
const VECTORS: readonly [string, Uint8Array, string | Uint8Array, string][] = [
  ["1", repeated(0x0b, 20), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"],
  [
    "2",
    new TextEncoder().encode("Jefe"),
    "what do ya want for nothing?",
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  ],
  [
    "3",
    repeated(0xaa, 20),
    repeated(0xdd, 50),
    "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
  ],
  [
    "4",
    Uint8Array.from({ length: 25 }, (_, index) => index + 1),
    repeated(0xcd, 50),
    "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
  ],
];

for (const [name, key, text, digest] of VECTORS) {
  Deno.test(`The digest is that of test case ${name} of RFC 4231`, () => {
    assert.equal(hexOf(new HmacSha256(key).digest(text)), digest);
  });
}

Deno.test("The digest is the one that OpenSSL computes, whatever the lengths of key and text", () => {
  fc.assert(fc.property(
    fc.uint8Array({ maxLength: 64 }),
    fc.uint8Array({ maxLength: 300 }),
    (key, text) => {
      const expected = createHmac("sha256", key).update(text).digest("hex");
      assert.equal(hexOf(new HmacSha256(key).digest(text)), expected);
    },
  ));
  for (let length = 0; length < 200; length++) {
    const text = repeated(length, length);
    const expected = createHmac("sha256", repeated(1, 32)).update(text).digest("hex");
    assert.equal(hexOf(new HmacSha256(repeated(1, 32)).digest(text)), expected);
  }
});

Deno.test("A text is taken as UTF-8, and one digest does not disturb another", () => {
  const hmac = new HmacSha256(repeated(7, 32));
  const first = hmac.digest("grün");
  const kept = hexOf(first);
  hmac.digest("another");
  assert.equal(hexOf(first), kept);
  assert.ok(isSameDigest(first, hmac.digest(new TextEncoder().encode("grün"))));
  assert.ok(!isSameDigest(first, hmac.digest("grun")));
});

Deno.test("A key that is longer than a block is not taken", () => {
  assert.throws(() => new HmacSha256(new Uint8Array(65)), /longer than a block/);
});

/**
 * The computation of SHA crypt: "Unix crypt using SHA-256 and SHA-512" by Ulrich Drepper, version 0.6. By
 * hand, since unixcrypt 3.0.4 refuses every right password of 32, 64, 96… bytes, where it takes no block of
 * the intermediate digest in step 9 and 10.
 */

import { createHash, timingSafeEqual } from "node:crypto";

/** The letters that stand for six bits. */
const LETTERS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Longer passwords no system's crypt() takes, so none is right; hashing them would cost in proportion. */
const MOST_PASSWORD_BYTES = 511;

interface Variant {
  readonly digest: "sha256" | "sha512";
  readonly bytes: number;
  /** The bytes of the digest, in the order of step 22, three for each four letters. */
  readonly order: readonly number[];
}

const VARIANTS: Readonly<Record<string, Variant>> = {
  5: { digest: "sha256", bytes: 32, order: orderOf({ groups: 10, step: 10, next: 21, bytes: 32 }) },
  6: { digest: "sha512", bytes: 64, order: orderOf({ groups: 21, step: 21, next: 22, bytes: 64 }) },
};

/** Whether the password is the one of this hash, which is of sound form. */
export function matchesShaCrypt(stored: string, password: string): boolean {
  const [, id, rounds, salt, key] = /^\$([56])\$(?:rounds=(\d+)\$)?([^$]*)\$(.*)$/.exec(stored)!;
  const given = new TextEncoder().encode(password);
  const isTooLong = given.length > MOST_PASSWORD_BYTES;
  const derived = derive(isTooLong ? given.subarray(0, 16) : given, {
    variant: VARIANTS[id!]!,
    salt: new TextEncoder().encode(salt),
    rounds: rounds === undefined ? 5000 : Math.max(1000, Number(rounds)),
  });
  const encoder = new TextEncoder();
  return timingSafeEqual(encoder.encode(derived), encoder.encode(key)) && !isTooLong;
}

function derive(
  password: Uint8Array,
  { variant, salt, rounds }: { variant: Variant; salt: Uint8Array; rounds: number },
): string {
  const { digest, bytes, order } = variant;
  const hash = (...parts: readonly Uint8Array[]): Uint8Array => {
    const state = createHash(digest);
    for (const part of parts) state.update(part);
    return state.digest();
  };
  const b = hash(password, salt, password);
  const bits: Uint8Array[] = [];
  for (let left = password.length; left > 0; left >>>= 1) bits.push((left & 1) === 1 ? b : password);
  let a = hash(password, salt, repeated(b, password.length), ...bits);
  const p = repeated(hash(...Array.from(password, () => password)), password.length);
  const s = repeated(hash(...Array.from({ length: 16 + a[0]! }, () => salt)), salt.length);
  for (let round = 0; round < rounds; round++) {
    const parts: Uint8Array[] = [(round & 1) === 1 ? p : a];
    if (round % 3 !== 0) parts.push(s);
    if (round % 7 !== 0) parts.push(p);
    parts.push((round & 1) === 1 ? a : p);
    a = hash(...parts);
  }
  return lettersOf(a, { order, bytes });
}

/** As many bytes as asked for, of the digest over and over. */
function repeated(digest: Uint8Array, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => digest[index % digest.length]!);
}

function lettersOf(
  digest: Uint8Array,
  { order, bytes }: { order: readonly number[]; bytes: number },
): string {
  let text = "";
  for (let at = 0; at < order.length; at += 3) {
    text += four(digest[order[at]!]! << 16 | digest[order[at + 1]!]! << 8 | digest[order[at + 2]!]!);
  }
  // What is left over: two bytes of 32, one of 64.
  return text +
    (bytes === 32 ? four(digest[31]! << 8 | digest[30]!).slice(0, 3) : four(digest[63]!).slice(0, 2));
}

function four(value: number): string {
  return [0, 6, 12, 18].map((shift) => LETTERS[value >>> shift & 63]).join("");
}

/** Begins with the bytes 0, step and two steps, and goes on to those that lie `next` further each time. */
function orderOf(
  { groups, step, next, bytes }: { groups: number; step: number; next: number; bytes: number },
): number[] {
  const most = bytes - bytes % 3;
  const order: number[] = [];
  for (let group = 0, at = [0, step, 2 * step]; group < groups; group++) {
    order.push(...at);
    at = at.map((byte) => (byte + next) % most);
  }
  return order;
}

/** Argon2id (RFC 9106) in PHC text: `$argon2id$v=19$m=19456,t=2,p=1$SALT$KEY`. The form of new hashes. */

import { fromBase64, toBase64 } from "./base64.ts";
import { isSameBytes, randomBytes } from "./node_crypto.ts";
import type { HashForm, StoredHash } from "./stored_hash.ts";

/** Argon2's parameters. The time it takes is in proportion to memory times passes. */
interface Cost {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/** What OWASP asks for at least: 19 MiB, and about 40 ms of one processor. */
const COST: Cost = { memoryKiB: 19_456, passes: 2, lanes: 1 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;

/** A hash may ask for this much at most: what RFC 9106 and other programs choose for small machines fits. */
const MOST_MEMORY_KIB = 128 * 1024;
const MOST_WORK = 16 * COST.memoryKiB * COST.passes;
const MOST_LANES = 16;

const STORED =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,4}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** The form, for hashes in files. */
export const ARGON2ID: HashForm = {
  name: "Argon2id",
  begins: /^\$argon2id\$/,
  expected: `$argon2id$v=19$m=…,t=…,p=…$SALT$KEY with m up to ${MOST_MEMORY_KIB} and m·t up to ${MOST_WORK}`,
  parse,
};

let detection: Promise<boolean> | undefined;

/** Whether this runtime knows Argon2id: Deno has it since 2.9. */
export function hasArgon2id(): Promise<boolean> {
  return detection ??= importKey("").then(() => true, () => false);
}

/** The text to store for a password. */
export async function hashWithArgon2id(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return textOf(salt, await derive(password, { cost: COST, salt, keyBytes: KEY_BYTES }));
}

/** A sound hash that no password has. */
export function argon2idOfNobody(): string {
  return textOf(randomBytes(SALT_BYTES), randomBytes(KEY_BYTES));
}

function textOf(salt: Uint8Array, key: Uint8Array): string {
  const { memoryKiB, passes, lanes } = COST;
  const cost = `m=${memoryKiB},t=${passes},p=${lanes}`;
  return `$argon2id$v=19$${cost}$${toBase64(salt, "standard")}$${toBase64(key, "standard")}`;
}

function parse(stored: string): StoredHash | undefined {
  const [, m, t, p, writtenSalt, writtenKey] = STORED.exec(stored) ?? [];
  if (writtenSalt === undefined || writtenKey === undefined) return undefined;
  const cost: Cost = { memoryKiB: Number(m), passes: Number(t), lanes: Number(p) };
  const [salt, key] = [fromBase64(writtenSalt, "standard"), fromBase64(writtenKey, "standard")];
  if (!isSound(cost) || !salt || !key) return undefined;
  return {
    cost: `Argon2id m=${m},t=${t},p=${p}`,
    isPresent: workOf(cost) >= workOf(COST) && cost.memoryKiB >= COST.memoryKiB,
    lane: "runtime",
    matches: async (password) =>
      await isSameBytes(await derive(password, { cost, salt, keyBytes: key.length }), key),
  };
}

function isSound(cost: Cost): boolean {
  const { memoryKiB, passes, lanes } = cost;
  // RFC 9106 §3.1: at least eight blocks a lane.
  return lanes >= 1 && lanes <= MOST_LANES && passes >= 1 && memoryKiB >= 8 * lanes &&
    memoryKiB <= MOST_MEMORY_KIB && workOf(cost) <= MOST_WORK;
}

function workOf({ memoryKiB, passes }: Cost): number {
  return memoryKiB * passes;
}

/** The types of the runtime do not know what it does: the draft "Modern Algorithms in WebCrypto". */
interface Argon2Crypto {
  importKey(
    format: "raw-secret",
    key: Uint8Array<ArrayBuffer>,
    algorithm: "Argon2id",
    extractable: false,
    usages: readonly ["deriveBits"],
  ): Promise<CryptoKey>;
  deriveBits(
    algorithm: {
      readonly name: "Argon2id";
      readonly nonce: Uint8Array<ArrayBuffer>;
      readonly parallelism: number;
      readonly memory: number;
      readonly passes: number;
    },
    key: CryptoKey,
    bits: number,
  ): Promise<ArrayBuffer>;
}

const subtle = crypto.subtle as unknown as Argon2Crypto;

async function importKey(password: string): Promise<CryptoKey> {
  return await subtle.importKey("raw-secret", new TextEncoder().encode(password), "Argon2id", false, [
    "deriveBits",
  ]);
}

async function derive(
  password: string,
  { cost, salt, keyBytes }: { cost: Cost; salt: Uint8Array<ArrayBuffer>; keyBytes: number },
): Promise<Uint8Array> {
  const { memoryKiB: memory, passes, lanes: parallelism } = cost;
  const algorithm = { name: "Argon2id", nonce: salt, parallelism, memory, passes } as const;
  return new Uint8Array(await subtle.deriveBits(algorithm, await importKey(password), 8 * keyBytes));
}

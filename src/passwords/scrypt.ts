/** scrypt (RFC 7914) as `scrypt$N$r$p$SALT$KEY`: the form of new hashes where the runtime has no Argon2id. */

import { fromBase64, toBase64 } from "./base64.ts";
import { isSameBytes, nodeCrypto, randomBytes } from "./node_crypto.ts";
import type { HashForm, StoredHash } from "./stored_hash.ts";

/** scrypt's parameters; the time it takes is in proportion to N·r·p. */
interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MiB and about 85 ms: noticeable to who guesses, not to who logs in. */
const COST: Cost = { N: 32768, r: 8, p: 1 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;

/**
 * A hash in the accounts file may ask for this much at most: four times the memory and sixteen times the work
 * of ours.
 */
const MOST_MEMORY = 4 * memoryFor(COST);
const MOST_WORK = 16 * workOf(COST);

const STORED = /^scrypt\$(\d{1,9})\$(\d{1,3})\$(\d{1,3})\$([A-Za-z0-9_-]{11,86})\$([A-Za-z0-9_-]{22,86})$/;

/** The form, for hashes in files. */
export const SCRYPT: HashForm = {
  name: "scrypt",
  begins: /^scrypt\$/,
  expected: "scrypt$N$r$p$SALT$KEY with N a power of two, and N, r and p not much above 32768, 8 and 1",
  parse,
};

/** The text to store for a password; salt and key in base64url. */
export async function hashWithScrypt(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return textOf(salt, await derive(password, { cost: COST, salt, keyBytes: KEY_BYTES }));
}

/** A sound hash that no password has. */
export function scryptOfNobody(): string {
  return textOf(randomBytes(SALT_BYTES), randomBytes(KEY_BYTES));
}

function textOf(salt: Uint8Array, key: Uint8Array): string {
  const { N, r, p } = COST;
  return `scrypt$${N}$${r}$${p}$${toBase64(salt, "url")}$${toBase64(key, "url")}`;
}

function parse(stored: string): StoredHash | undefined {
  const [, N, r, p, writtenSalt, writtenKey] = STORED.exec(stored) ?? [];
  if (writtenSalt === undefined || writtenKey === undefined) return undefined;
  const cost: Cost = { N: Number(N), r: Number(r), p: Number(p) };
  const isPowerOfTwo = cost.N > 1 && Number.isInteger(Math.log2(cost.N));
  const work = workOf(cost);
  if (!isPowerOfTwo || work < 1 || memoryFor(cost) > MOST_MEMORY || work > MOST_WORK) return undefined;
  const [salt, key] = [fromBase64(writtenSalt, "url"), fromBase64(writtenKey, "url")];
  if (!salt || !key) return undefined;
  return {
    cost: `scrypt ${N},${r},${p}`,
    isPresent: false,
    lane: "runtime",
    matches: async (password) =>
      await isSameBytes(await derive(password, { cost, salt, keyBytes: key.length }), key),
  };
}

async function derive(
  password: string,
  { cost, salt, keyBytes }: { cost: Cost; salt: Uint8Array; keyBytes: number },
): Promise<Uint8Array> {
  const { scrypt } = await nodeCrypto();
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  scrypt(password, salt, keyBytes, { ...cost, maxmem: 2 * memoryFor(cost) }, (error, key) => {
    if (error) reject(error);
    else resolve(key);
  });
  return await promise;
}

/** Bytes that scrypt works in, RFC 7914 §5 and §6, with a little to spare. */
function memoryFor({ N, r, p }: Cost): number {
  return 128 * r * (N + p + 2);
}

function workOf({ N, r, p }: Cost): number {
  return N * r * p;
}

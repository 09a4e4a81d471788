/** Passwords: how they are stored, checked and made. Hashes are scrypt (RFC 7914). */

let loaded: Promise<typeof import("node:crypto")> | undefined;

/** Loaded for the first login: a server that waits for clients need not hold it in memory. */
function nodeCrypto(): Promise<typeof import("node:crypto")> {
  return loaded ??= import("node:crypto");
}

/** What a stored hash says about itself. */
interface StoredHash {
  readonly cost: Cost;
  readonly salt: Uint8Array;
  readonly key: Uint8Array;
}

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
const MOST_WORK = 16 * COST.N * COST.r * COST.p;

const PREFIX = "scrypt$";
const STORED = /^scrypt\$(\d{1,9})\$(\d{1,3})\$(\d{1,3})\$([A-Za-z0-9_-]{11,86})\$([A-Za-z0-9_-]{22,86})$/;

/**
 * Logins with a password that was right this recently skip the hash, so that a client that opens ten sessions
 * waits once.
 */
const REMEMBER_MS = 5 * 60 * 1000;
const MOST_REMEMBERED = 1000;

/** Known to this process only: what it keys is worth nothing outside. */
const processKey = randomBytes(32);

/** What unknown names are checked against. No password has this key. */
const nobody: StoredHash = { cost: COST, salt: randomBytes(SALT_BYTES), key: randomBytes(KEY_BYTES) };

/**
 * Digests of stored and given passwords that matched, with the time (performance.now) at which each is
 * forgotten.
 */
const remembered = new Map<string, number>();
/** Checks under way by the same digests: the same question asked twice at once costs one answer. */
const checking = new Map<string, Promise<boolean>>();

/**
 * The text to store for a password: `scrypt$N$r$p$salt$key`, salt and key in base64url. Takes about 85 ms in
 * a thread of its own.
 */
export async function hashPassword(plain: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await deriveKey(plain, { cost: COST, salt, key: new Uint8Array(KEY_BYTES) });
  const { N, r, p } = COST;
  return `${PREFIX}${N}$${r}$${p}$${toBase64Url(salt)}$${toBase64Url(key)}`;
}

/**
 * Whether the given password is the stored one. A wrong one takes as long for stored plain text as for a
 * hash, so that the time does not tell which accounts exist; a right answer is remembered for five minutes,
 * for as long as what is stored stays the same. A malformed hash lets nobody in.
 */
export async function verifyPassword(stored: string, given: string): Promise<boolean> {
  const digest = await digestOf("pair", stored, given);
  if (recalls(digest)) return true;
  let check = checking.get(digest);
  if (!check) {
    check = checkPassword(stored, given).then((right) => {
      if (right) remember(digest);
      return right;
    }).finally(() => checking.delete(digest));
    checking.set(digest, check);
  }
  return await check;
}

/** Whether {@linkcode verifyPassword} would say yes at once, without any work. */
export async function isRemembered(stored: string, given: string): Promise<boolean> {
  return recalls(await digestOf("pair", stored, given));
}

/** What tells one guess from others, without telling the guess: worth nothing outside this process. */
export function guessMark(name: string, given: string): Promise<string> {
  return digestOf("guess", name, given);
}

/** Does the work of {@linkcode verifyPassword} for a name that has no account. Always false. */
export async function verifyNobody(given: string): Promise<false> {
  await matches(nobody, given);
  return false;
}

/** Whether the stored password is a hash, well-formed or not, rather than plain text. */
export function isHashed(stored: string): boolean {
  return stored.startsWith(PREFIX);
}

/**
 * Whether the stored password begins as a hash but cannot be one that {@linkcode hashPassword} or a sound
 * relative of it made.
 */
export function isMalformedHash(stored: string): boolean {
  return isHashed(stored) && parseStoredHash(stored) === undefined;
}

/** Letters and digits that nobody confuses on screen, on paper or on the phone. */
const READABLE = "abcdefghjkmnpqrstuvwxyz23456789";

/** A new password that is easy to read aloud and to type: three groups such as `k7mw-p3xz-hd9t`, 59 bits. */
export function generatePassword(): string {
  const group = (): string => Array.from({ length: 4 }, () => randomLetter()).join("");
  return [group(), group(), group()].join("-");
}

function randomLetter(): string {
  // Bytes above the last multiple would make some letters more likely than others.
  const most = 256 - 256 % READABLE.length;
  let byte: number;
  do [byte] = randomBytes(1) as unknown as [number]; while (byte >= most);
  return READABLE[byte % READABLE.length]!;
}

function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}

async function checkPassword(stored: string, given: string): Promise<boolean> {
  const hash = parseStoredHash(stored);
  if (hash) return await matches(hash, given);
  // Who knows the password may learn from the time how it is stored.
  if (!isHashed(stored) && await isSameText(stored, given)) return true;
  return await verifyNobody(given);
}

async function matches(hash: StoredHash, given: string): Promise<boolean> {
  const { timingSafeEqual } = await nodeCrypto();
  return timingSafeEqual(await deriveKey(given, hash), hash.key);
}

async function isSameText(one: string, other: string): Promise<boolean> {
  const { createHmac, timingSafeEqual } = await nodeCrypto();
  const [first, second] = [one, other].map((text) => createHmac("sha256", processKey).update(text).digest());
  return timingSafeEqual(first!, second!);
}

async function digestOf(...texts: string[]): Promise<string> {
  const { createHmac } = await nodeCrypto();
  return createHmac("sha256", processKey).update(JSON.stringify(texts)).digest("base64url");
}

function recalls(digest: string): boolean {
  const forgetAt = remembered.get(digest);
  if (forgetAt !== undefined && performance.now() < forgetAt) return true;
  remembered.delete(digest);
  return false;
}

function remember(digest: string): void {
  // A Map keeps the order of insertion, so the first key is the oldest.
  const [oldest] = remembered.keys();
  if (remembered.size >= MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  remembered.set(digest, performance.now() + REMEMBER_MS);
}

function parseStoredHash(stored: string): StoredHash | undefined {
  const [, N, r, p, salt, key] = STORED.exec(stored) ?? [];
  if (salt === undefined || key === undefined) return undefined;
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const isPowerOfTwo = cost.N > 1 && Number.isInteger(Math.log2(cost.N));
  const work = cost.N * cost.r * cost.p;
  if (!isPowerOfTwo || work < 1 || memoryFor(cost) > MOST_MEMORY || work > MOST_WORK) return undefined;
  // No bytes are written so.
  if (salt.length % 4 === 1 || key.length % 4 === 1) return undefined;
  return { cost, salt: fromBase64Url(salt), key: fromBase64Url(key) };
}

/** RFC 4648 §5, without padding. */
function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64Url(text: string): Uint8Array {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Bytes that scrypt works in, RFC 7914 §5 and §6, with a little to spare. */
function memoryFor({ N, r, p }: Cost): number {
  return 128 * r * (N + p + 2);
}

/**
 * Hashes that run at once: a flood of wrong passwords takes half of the processors at most, and never more
 * than two threads of the pool.
 */
const MOST_AT_ONCE = navigator.hardwareConcurrency < 4 ? 1 : 2;
let running = 0;
const waiting: (() => void)[] = [];

async function deriveKey(password: string, { cost, salt, key }: StoredHash): Promise<Uint8Array> {
  // A place that is given up goes straight to who waits longest, so `running` is right whenever somebody
  // looks.
  if (running < MOST_AT_ONCE) running++;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    const { scrypt } = await nodeCrypto();
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    scrypt(password, salt, key.length, { ...cost, maxmem: 2 * memoryFor(cost) }, (error, derived) => {
      if (error) reject(error);
      else resolve(derived);
    });
    return await promise;
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

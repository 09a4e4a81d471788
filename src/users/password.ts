/** Passwords: checked against what is stored, and remembered for a while; new ones made. */

import { hashOfNobody, isCheckable, isHashed, parseHash } from "../passwords/forms.ts";
import { inLane } from "../passwords/hash_lanes.ts";
import { nodeCrypto, randomBytes } from "../passwords/node_crypto.ts";
import type { StoredHash } from "../passwords/stored_hash.ts";

export { hashPassword, isHashed } from "../passwords/forms.ts";

/**
 * Logins with a password that was right this recently skip the hash, so that a client that opens ten sessions
 * waits once.
 */
const REMEMBER_MS = 5 * 60 * 1000;
const MOST_REMEMBERED = 1000;

/** Known to this process only: what it keys is worth nothing outside. */
const processKey = randomBytes(32);

/** What is checked where there is no hash to check. */
let nobody: Promise<StoredHash> | undefined;

/**
 * Digests of stored and given passwords that matched, with the time (performance.now) at which each is
 * forgotten.
 */
const remembered = new Map<string, number>();
/** Checks under way by the same digests: the same question asked twice at once costs one answer. */
const checking = new Map<string, Promise<boolean>>();

/**
 * Whether the given password is the stored one. A wrong one takes as long for stored plain text as for a hash
 * in our own form, so that the time does not tell which accounts exist; a right answer is remembered for five
 * minutes, for as long as what is stored stays the same. A hash that cannot be used, or that this runtime
 * cannot check, lets nobody in.
 */
export async function verifyPassword(stored: string, given: string): Promise<boolean> {
  const digest = await digestOf("pair", stored, given);
  if (recalls(digest)) return true;
  return await once(digest, async () => {
    const isRight = await checkPassword(stored, given);
    if (isRight) remember(digest);
    return isRight;
  });
}

/** Whether {@linkcode verifyPassword} would say yes at once, without any work. */
export async function isRemembered(stored: string, given: string): Promise<boolean> {
  return recalls(await digestOf("pair", stored, given));
}

/** Lets {@linkcode verifyPassword} say yes at once: what is stored was made of this password. */
export async function rememberPassword(stored: string, given: string): Promise<void> {
  remember(await digestOf("pair", stored, given));
}

/** What tells one guess from others, without telling the guess: worth nothing outside this process. */
export function guessMark(name: string, given: string): Promise<string> {
  return digestOf("guess", name, given);
}

/** A name that has no account. */
export interface Nobody {
  readonly name: string;
  /** The stored password to take the work of; without one it is that of a hash in our own form. */
  readonly decoy?: string;
}

/**
 * Does the work of {@linkcode verifyPassword} for a name that has no account. Always false. As with accounts,
 * two names share no check: else two clients that try one password at once would tell both from an account.
 */
export async function verifyNobody({ name, decoy }: Nobody, given: string): Promise<false> {
  const digest = await digestOf("nobody", name, decoy ?? "", given);
  await once(digest, () => decoy === undefined ? checkNobody(given) : work(decoy, given));
  return false;
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

async function once(digest: string, check: () => Promise<boolean>): Promise<boolean> {
  let running = checking.get(digest);
  if (!running) {
    running = check().finally(() => checking.delete(digest));
    checking.set(digest, running);
  }
  return await running;
}

async function checkPassword(stored: string, given: string): Promise<boolean> {
  // Who knows the password may learn from the time how it is stored.
  if (!isHashed(stored) && await isSameText(stored, given)) return true;
  return await work(stored, given);
}

/** The work of a check: true where a hash matches. */
async function work(stored: string, given: string): Promise<boolean> {
  const hash = parseHash(stored);
  if (!hash || !await isCheckable(stored)) return await checkNobody(given);
  return await inLane(hash.lane, () => hash.matches(given));
}

async function checkNobody(given: string): Promise<false> {
  const hash = await (nobody ??= hashOfNobody());
  await inLane(hash.lane, () => hash.matches(given));
  return false;
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

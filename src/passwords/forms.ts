/** The table of the forms in which passwords are stored, and what can be said of a stored one. */

import { ARGON2ID, argon2idOfNobody, hasArgon2id, hashWithArgon2id } from "./argon2id.ts";
import { BCRYPT } from "./bcrypt.ts";
import { inLane } from "./hash_lanes.ts";
import { PBKDF2 } from "./pbkdf2.ts";
import { whyRefused } from "./refused.ts";
import { hashWithScrypt, SCRYPT, scryptOfNobody } from "./scrypt.ts";
import { SHA_CRYPT } from "./sha_crypt.ts";
import type { HashForm, StoredHash } from "./stored_hash.ts";

/** The forms that are checked. */
export const HASH_FORMS: readonly HashForm[] = [ARGON2ID, SCRYPT, BCRYPT, SHA_CRYPT, PBKDF2];

/** The text to store for a password, in the best form that this runtime has. */
export async function hashPassword(password: string): Promise<string> {
  const hash = await hasArgon2id() ? hashWithArgon2id : hashWithScrypt;
  return await inLane("runtime", () => hash(password));
}

/** A hash in that form which no password has: to do the work of a check for nothing. */
export async function hashOfNobody(): Promise<StoredHash> {
  return parseHash(await hasArgon2id() ? argon2idOfNobody() : scryptOfNobody())!;
}

/** The form that the stored text has, or claims to have; undefined for plain text and for refused ones. */
export function formOf(stored: string): HashForm | undefined {
  return HASH_FORMS.find(({ begins }) => begins.test(stored));
}

/** The hash; undefined for plain text and for what cannot be used. */
export function parseHash(stored: string): StoredHash | undefined {
  return formOf(stored)?.parse(stored);
}

/** Whether the stored password is a hash of any form, well-formed or not, rather than plain text. */
export function isHashed(stored: string): boolean {
  return formOf(stored) !== undefined || whyRefused(stored) !== undefined;
}

/** What is wrong with a stored password, as a reason; undefined for plain text and for sound hashes. */
export function storedProblem(stored: string): string | undefined {
  const form = formOf(stored);
  if (!form) return whyRefused(stored);
  if (form.parse(stored)) return undefined;
  return `it begins like ${form.name} but is not one that is checked here (expected ${form.expected})`;
}

/** What the stored password is, for people: a form's name or `plain text`. */
export function nameOfForm(stored: string): string {
  return formOf(stored)?.name ?? (whyRefused(stored) === undefined ? "plain text" : "unusable");
}

/** Whether this runtime can check it. Deno before 2.9 knows no Argon2id. */
export async function isCheckable(stored: string): Promise<boolean> {
  return formOf(stored) !== ARGON2ID || await hasArgon2id();
}

/** Whether a new hash would be better than what is stored: plain text, another form, or a cheaper one. */
export async function isRenewable(stored: string): Promise<boolean> {
  if (!isHashed(stored)) return true;
  const hash = parseHash(stored);
  if (!hash || hash.isPresent) return false;
  return await hasArgon2id() || formOf(stored) !== SCRYPT;
}

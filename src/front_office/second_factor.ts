/** The second factor of accounts: codes by time. RFC 6238. Loaded for the first account that has one. */

import { Secret, TOTP } from "otpauth";
import type { User } from "../users/user.ts";
import type { Credentials } from "./front_office.ts";

const PERIOD_MS = 30_000;
const DIGITS = 6;
/** Codes before and behind the one of this moment that are taken: clocks differ. RFC 6238 §5.2. */
const WINDOW = 1;
/** The same client may come again with its code: programs open several connections with one password. */
const SAME_CLIENT_MS = 5 * 60_000;
/** Behind a right password: so many wrong codes in that time, and none is taken for the rest of it. */
const MOST_WRONG = 10, WRONG_MS = 15 * 60_000;
/** Codes of an account that are remembered. */
const MOST_USED = 32;

/** A code that was taken. */
interface UsedCode {
  /** Which code of all it is, counted since 1970. */
  readonly step: number;
  readonly code: string;
  readonly peer: string;
  readonly atMs: number;
}

/** What is known of the codes of an account. */
interface Known {
  readonly key: string;
  used: readonly UsedCode[];
  wrong: readonly { readonly code: string; readonly atMs: number }[];
}

/** A password, and the code behind it. */
export type PartedCredentials = Credentials & { readonly code: string };

/** Checks codes. */
export class SecondFactor {
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();

  /** @param now The clock, milliseconds since 1970. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** The password without its code, which is its end where the client has sent none by itself. */
  parted(credentials: Credentials): PartedCredentials {
    const { password, code } = credentials;
    if (code !== undefined && code !== "") return { ...credentials, code: code.replace(/\s/g, "") };
    const [, first, last] = new RegExp(`^(.*)(\\d{${DIGITS}})$`, "s").exec(password) ?? [];
    return { ...credentials, password: first ?? password, code: last ?? "" };
  }

  /**
   * Whether the code is right, of this moment, and nobody else's before: then it is this client's. Only for
   * who has shown the password.
   */
  isRight({ name, totp }: User, { code = "", peer }: Pick<Credentials, "code" | "peer">): boolean {
    const known = this.#knownOf(name, totp!);
    const now = this.#now();
    known.wrong = known.wrong.filter(({ atMs }) => atMs > now - WRONG_MS);
    known.used = known.used.filter(({ atMs }) => atMs > now - SAME_CLIENT_MS);
    if (known.used.some((used) => used.peer === peer && isSameText(used.code, code))) return true;
    if (code === "" || known.wrong.length >= MOST_WRONG) return false;
    const step = stepOf(totp!, { code, now });
    if (step === undefined || known.used.some((used) => used.step === step)) {
      // A program that comes with the same old one again and again guesses nothing.
      if (!known.wrong.some((wrong) => wrong.code === code)) {
        known.wrong = [...known.wrong, { code, atMs: now }];
      }
      return false;
    }
    known.used = [...known.used, { step, code, peer, atMs: now }].slice(-MOST_USED);
    return true;
  }

  #knownOf(name: string, key: string): Known {
    const there = this.#known.get(name);
    if (there?.key === key) return there;
    const known = { key, used: [], wrong: [] };
    this.#known.set(name, known);
    return known;
  }
}

/** Which code it is, counted since 1970; undefined for none that is taken now. */
function stepOf(key: string, { code, now }: { code: string; now: number }): number | undefined {
  if (!new RegExp(`^\\d{${DIGITS}}$`).test(code)) return undefined;
  const delta = totpOf(key).validate({ token: code, timestamp: now, window: WINDOW });
  return delta === null ? undefined : Math.floor(now / PERIOD_MS) + delta;
}

function totpOf(key: string, { account = "" }: { account?: string } = {}): TOTP {
  const secret = Secret.fromBase32(key);
  return new TOTP({
    secret,
    digits: DIGITS,
    period: PERIOD_MS / 1000,
    ...account !== "" && { label: account, issuer: `baseftp ${Deno.hostname()}` },
  });
}

/** A new key, 160 bits in base32. RFC 4226 §4. */
export function newTotpKey(): string {
  return new Secret({ size: 20 }).base32;
}

/** What programs on telephones take a key from, as text or as a QR code. */
export function otpauthUri(key: string, account: string): string {
  return totpOf(key, { account }).toString();
}

/** Whether a code belongs to the key at this moment. */
export function isCodeOf(key: string, code: string): boolean {
  return stepOf(key, { code: code.replace(/\s/g, ""), now: Date.now() }) !== undefined;
}

function isSameText(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let at = 0; at < one.length; at++) difference |= one.charCodeAt(at) ^ other.charCodeAt(at);
  return difference === 0;
}

/**
 * Known accounts: what the thread of a session remembers of logins that were let in, so that the next ones
 * need not ask. It keeps a digest of the password under a key that this thread alone has, never the password.
 */

import type { Counter } from "../limits/counter.ts";
import { type DigestWords, HmacSha256, isSameDigest } from "../protocol/hmac_sha256.ts";
import type { User } from "../users/user.ts";

/** What tells that a login may be remembered. */
export interface Keeping {
  /** The accounts it was judged by; see {@linkcode KnownAccountsOptions.generation}. */
  readonly generation: number;
  /** Whether any password would have done: anonymous access. */
  readonly takesAnyPassword: boolean;
}

/** How {@linkcode KnownAccounts} works. */
export interface KnownAccountsOptions {
  /** Counts up whenever an account may have changed, before anything is said of the change. */
  readonly generation: Counter;
  /** The clock, milliseconds; only differences count. */
  readonly now?: () => number;
}

interface Known {
  readonly user: User;
  readonly generation: number;
  /** Undefined where any password does. */
  readonly digest: DigestWords | undefined;
  readonly untilMs: number;
}

/**
 * Then it is asked for once more: should the system fail to tell that the accounts file has changed, that
 * finds out.
 */
const KEEP_MS = 10_000;
const MOST_KNOWN = 1000;
const KEY_BYTES = 32;

/** Remembers right passwords until the accounts may have changed. */
export class KnownAccounts {
  readonly #generation: Counter;
  readonly #now: () => number;
  readonly #hmac = new HmacSha256(crypto.getRandomValues(new Uint8Array(KEY_BYTES)));
  /** By the name that was logged in with, the one that was remembered last at the end. */
  readonly #known = new Map<string, Known>();

  constructor({ generation, now = () => performance.now() }: KnownAccountsOptions) {
    this.#generation = generation;
    this.#now = now;
  }

  /** Names that are remembered. */
  get size(): number {
    return this.#known.size;
  }

  /** The account, where this name has shown this password; undefined when that is to be asked for. */
  recall(name: string, password: string): User | undefined {
    const known = this.#known.get(name);
    if (!known) return undefined;
    if (known.generation !== this.#generation.value || this.#now() >= known.untilMs) {
      this.#known.delete(name);
      return undefined;
    }
    const isRight = known.digest === undefined || isSameDigest(known.digest, this.#digest(name, password));
    return isRight ? known.user : undefined;
  }

  /** Remembers that the name has shown the right password. */
  keep(credentials: { name: string; password: string }, user: User, keeping: Keeping): void {
    const { name, password } = credentials;
    const { generation, takesAnyPassword } = keeping;
    this.#known.delete(name);
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MOST_KNOWN) this.#known.delete(oldest!);
    const digest = takesAnyPassword ? undefined : this.#digest(name, password);
    this.#known.set(name, { user, generation, digest, untilMs: this.#now() + KEEP_MS });
  }

  #digest(name: string, password: string): DigestWords {
    // As JSON, name and password cannot run into each other.
    return this.#hmac.digest(JSON.stringify([name, password]));
  }
}

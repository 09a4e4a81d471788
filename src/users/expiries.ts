/** When accounts end by themselves. */

import type { User } from "./user.ts";

/** The longest that one timer waits: those of the runtime end at 24 days, and clocks are set. */
const MOST_WAIT_MS = 3_600_000;

/** Watches for the end of accounts. */
export class Expiries implements Disposable {
  readonly #onEnd: (names: ReadonlySet<string>) => void;
  /** The ends that are still to come, by account, milliseconds since 1970. */
  readonly #ends = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Tells of accounts whose end has come. */
  constructor(onEnd: (names: ReadonlySet<string>) => void) {
    this.#onEnd = onEnd;
  }

  /** Takes the accounts as they are now. */
  update(users: readonly User[]): void {
    this.#ends.clear();
    const now = Date.now();
    for (const { name, expiresAtMs } of users) {
      // Who has ended already finds that out at the login.
      if (expiresAtMs !== undefined && expiresAtMs > now) this.#ends.set(name, expiresAtMs);
    }
    this.#schedule();
  }

  /** Watches no more. */
  [Symbol.dispose](): void {
    this.#ends.clear();
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#ends.size === 0) return;
    const leftMs = Math.min(...this.#ends.values()) - Date.now();
    this.#timer = setTimeout(() => this.#look(), Math.min(Math.max(0, leftMs), MOST_WAIT_MS));
  }

  #look(): void {
    const now = Date.now();
    const ended = new Set([...this.#ends].filter(([, endMs]) => endMs <= now).map(([name]) => name));
    for (const name of ended) this.#ends.delete(name);
    if (ended.size > 0) this.#onEnd(ended);
    this.#schedule();
  }
}

/**
 * Which accounts have ended: gone, or with another password, second factor, home or mount, and still so a
 * moment later.
 */

import type { User } from "./user.ts";

/** How {@linkcode EndedAccounts} works. */
export interface EndedAccountsOptions {
  /** How long an account has to be gone until that is believed, milliseconds. */
  readonly believeAfterMs: number;
  /** Brings {@linkcode EndedAccounts.update} up to date, when that time is over. */
  readonly confirm: () => Promise<void>;
  /** Whether both passwords, as stored, are the same one; by default when they are the same text. */
  readonly isSamePassword?: (before: string | undefined, after: string | undefined) => boolean;
  /** Told of accounts whose end is believed. */
  readonly onEnd: (names: ReadonlySet<string>) => void;
}

interface Doubt {
  readonly sinceMs: number;
  readonly settled: PromiseWithResolvers<void>;
}

/**
 * An editor that saves leaves the file empty or half written for a moment, and a session cannot be called
 * back once it has ended.
 */
export class EndedAccounts implements Disposable {
  readonly #options: EndedAccountsOptions;
  /** The accounts as sessions were let in with. */
  readonly #known = new Map<string, User>();
  readonly #doubts = new Map<string, Doubt>();
  #now: ReadonlyMap<string, User> = new Map();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(options: EndedAccountsOptions) {
    this.#options = options;
  }

  /** Whether an account seems to have ended, and that is not believed yet. */
  get hasDoubts(): boolean {
    return this.#doubts.size > 0;
  }

  /** What to wait for until it is known whether the account has ended; undefined when it is. */
  doubtOf(name: string): Promise<void> | undefined {
    return this.#doubts.get(name)?.settled.promise;
  }

  /** Takes the accounts as they are now; gives those whose end is believed. */
  update(users: readonly User[]): ReadonlySet<string> {
    this.#now = new Map(users.map((user) => [user.name, user]));
    for (const [name, known] of this.#known) {
      const user = this.#now.get(name);
      const isSame = user && this.#isSamePassword(known, user) && isSamePlace(user, known);
      if (isSame && known.totp === user.totp) this.#settle(name);
      else this.#doubt(name);
    }
    for (const [name, user] of this.#now) if (!this.#doubts.has(name)) this.#known.set(name, user);
    const ended = this.#takeBelieved();
    this.#schedule();
    return ended;
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    for (const name of [...this.#doubts.keys()]) this.#settle(name);
  }

  #isSamePassword({ password: before }: User, { password: after }: User): boolean {
    return before === after || (this.#options.isSamePassword?.(before, after) ?? false);
  }

  #doubt(name: string): void {
    if (this.#isOver || this.#doubts.has(name)) return;
    this.#doubts.set(name, { sinceMs: performance.now(), settled: Promise.withResolvers() });
  }

  #settle(name: string): void {
    this.#doubts.get(name)?.settled.resolve();
    this.#doubts.delete(name);
  }

  #takeBelieved(): ReadonlySet<string> {
    const untilMs = performance.now() - this.#options.believeAfterMs;
    const ended = new Set<string>();
    for (const [name, { sinceMs }] of [...this.#doubts]) {
      if (sinceMs > untilMs) continue;
      ended.add(name);
      const user = this.#now.get(name);
      if (user) this.#known.set(name, user);
      else this.#known.delete(name);
      this.#settle(name);
    }
    return ended;
  }

  #schedule(): void {
    const [oldest] = this.#doubts.values();
    if (!oldest || this.#timer !== undefined) return;
    const leftMs = oldest.sinceMs + this.#options.believeAfterMs - performance.now();
    this.#timer = setTimeout(() => void this.#confirm(), Math.max(0, leftMs));
  }

  async #confirm(): Promise<void> {
    // Should it fail, the next login meets the same error and reports it.
    await this.#options.confirm().catch(() => {});
    this.#timer = undefined;
    if (this.#isOver) return;
    const ended = this.#takeBelieved();
    if (ended.size > 0) this.#options.onEnd(ended);
    this.#schedule();
  }
}

/** Whether both have the same files. Letters are those that a session has begun with. */
function isSamePlace(one: User, other: User): boolean {
  return one.home === other.home && placesOf(one) === placesOf(other);
}

/** Where what is mounted. */
function placesOf({ mounts = [] }: User): string {
  return JSON.stringify(mounts.map(({ at, home }) => [at, home]).toSorted());
}

/**
 * Sign-ins: which cookies of browsers stand for which accounts. The part that knows the accounts keeps them,
 * so that they outlast the thread of their sessions.
 */

/** A sign-in as it is kept. */
interface SignIn {
  readonly account: string;
  readonly forMs: number;
  /** Undefined for never. */
  readonly untilMs: number | undefined;
}

/** What is kept of a browser that has shown a password. */
export interface NewSignIn {
  /** What the cookie's token is known by: a digest, which nobody can make a token of. */
  readonly digest: string;
  readonly account: string;
  /** For how long, from its last use on, milliseconds; 0 for ever. */
  readonly forMs: number;
}

/** More browsers than any server of this kind has. */
const MOST = 10_000;
const MOST_OF_ACCOUNT = 100;

/** Keeps them, those that were used last at the end. */
export class SignIns {
  readonly #now: () => number;
  readonly #all = new Map<string, SignIn>();
  readonly #counts = new Map<string, number>();

  /** @param now The clock, milliseconds; only differences count. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** How many there are. */
  get size(): number {
    return this.#all.size;
  }

  /** Keeps one, or keeps it anew; the oldest goes where there are too many. */
  keep({ digest, account, forMs }: NewSignIn): void {
    this.drop(digest);
    if (this.#all.size >= MOST) this.#dropOldest(() => true);
    if ((this.#counts.get(account) ?? 0) >= MOST_OF_ACCOUNT) this.#dropOldest((it) => it.account === account);
    const untilMs = forMs === 0 ? undefined : this.#now() + forMs;
    this.#all.set(digest, { account, forMs, untilMs });
    this.#counts.set(account, (this.#counts.get(account) ?? 0) + 1);
  }

  /** The account of one that holds, which is thereby used. */
  use(digest: string): string | undefined {
    const found = this.#all.get(digest);
    if (!found) return undefined;
    const { account, forMs, untilMs } = found;
    if (untilMs !== undefined && this.#now() >= untilMs) return void this.drop(digest);
    this.keep({ digest, account, forMs });
    return account;
  }

  /** Whether it is kept. */
  has(digest: string): boolean {
    return this.#all.has(digest);
  }

  /** Forgets one. */
  drop(digest: string): void {
    const found = this.#all.get(digest);
    if (!found) return;
    this.#all.delete(digest);
    const left = this.#counts.get(found.account)! - 1;
    if (left > 0) this.#counts.set(found.account, left);
    else this.#counts.delete(found.account);
  }

  /** Forgets those of accounts that have changed. */
  dropAccounts(names: ReadonlySet<string>): void {
    for (const [digest, { account }] of this.#all) if (names.has(account)) this.drop(digest);
  }

  #dropOldest(fits: (signIn: SignIn) => boolean): void {
    for (const [digest, signIn] of this.#all) if (fits(signIn)) return this.drop(digest);
  }
}

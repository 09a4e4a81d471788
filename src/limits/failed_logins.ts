/**
 * Failed logins, counted by the client's network over all connections: each costs more than the one before,
 * and above a number no more are heard for a while. RFC 2577 §5.
 */

import { networkOf } from "../protocol/ip_address.ts";
import type { FailureMarks } from "./failure_marks.ts";
import { LimitError } from "./limit_error.ts";

/**
 * For how long a wrong password counts. With ten of them that makes 960 guesses a day; and who has locked
 * himself out gets in again after a coffee.
 */
const REMEMBER_MS = 15 * 60_000;
/** So many cost the plain delay: as often as people mistype. Each one more doubles it. */
const PLAIN_FAILURES = 3;
/** How many times the plain delay a wrong password costs at most: clients do not wait for ever either. */
const MOST_TIMES = 8;
/** So many count for the delay, also where there is no limit. */
const DELAYING_FAILURES = PLAIN_FAILURES + Math.log2(MOST_TIMES);
/** A flood from more networks than this pushes the oldest out; all together take a few MiB. */
const MOST_NETWORKS = 4096;

/** What wrong passwords cost. */
export interface FailedLoginLimits {
  /** Wrong passwords from one network in a quarter of an hour until it is refused; 0 for any number. */
  readonly maxLoginFailures: number;
  /** The least time before the first ones are answered, milliseconds; 0 takes all delays away. */
  readonly loginFailureDelayMs: number;
}

/** A wrong password. */
export interface WrongPassword {
  /** The account that it was wrong for; undefined when there is none of that name. */
  readonly account: string | undefined;
  /** What tells it from other wrong passwords and other names. */
  readonly mark: string;
}

/** The same with its time. */
interface Failure extends WrongPassword {
  readonly atMs: number;
}

/** What {@linkcode FailedLogins} needs beside the limits. */
export interface FailedLoginsOptions {
  /** The clock, milliseconds; only differences count. */
  readonly now?: () => number;
  /** Told of each network that is remembered or forgotten. */
  readonly marks?: FailureMarks;
}

/** Counts wrong passwords. Addresses that one client may choose from are one: {@linkcode networkOf}. */
export class FailedLogins {
  /** The limits; new ones hold at once. */
  limits: FailedLoginLimits;
  readonly #now: () => number;
  readonly #marks: FailureMarks | undefined;
  /** By network, the one that failed last at the end. */
  readonly #failures = new Map<string, readonly Failure[]>();

  constructor(limits: FailedLoginLimits, options: FailedLoginsOptions = {}) {
    const { now = () => performance.now(), marks } = options;
    this.limits = limits;
    this.#now = now;
    this.#marks = marks;
  }

  /** Networks that are remembered. */
  get size(): number {
    return this.#failures.size;
  }

  /**
   * Makes sure that this address may try a password.
   *
   * @throws {LimitError} `failed-logins` when it has to wait.
   */
  admit(peer: string): void {
    const waitMs = this.refusedForMs(peer);
    if (waitMs > 0) {
      throw new LimitError({ kind: "failed-logins", most: this.limits.maxLoginFailures, waitMs });
    }
  }

  /** How long this address has to wait until it may try again, milliseconds; 0 when it need not. */
  refusedForMs(peer: string): number {
    const { maxLoginFailures } = this.limits;
    if (maxLoginFailures === 0) return 0;
    // It may try again as soon as one less than the limit is remembered.
    const deciding = this.#recent(networkOf(peer)).at(-maxLoginFailures);
    return deciding ? deciding.atMs + REMEMBER_MS - this.#now() : 0;
  }

  /**
   * Counts a wrong password. The same one again counts once: a program with an outdated password learns
   * nothing from it, and must not lock out everybody behind its address.
   *
   * @returns How long after it came in it may be answered, milliseconds.
   */
  failed(peer: string, wrong: WrongPassword): number {
    const network = networkOf(peer);
    const former = this.#recent(network);
    const isRepeated = former.some(({ mark }) => mark === wrong.mark);
    const failures = isRepeated ? former : [...former, { ...wrong, atMs: this.#now() }];
    const kept = failures.slice(-Math.max(this.limits.maxLoginFailures, DELAYING_FAILURES));
    const isNews = !this.#failures.delete(network);
    this.#forgetOld();
    this.#failures.set(network, kept);
    if (isNews) this.#marks?.add(network);
    const times = Math.min(2 ** Math.max(0, kept.length - PLAIN_FAILURES), MOST_TIMES);
    return this.limits.loginFailureDelayMs * times;
  }

  /**
   * A right password: what was mistyped for this account is forgiven, and nothing else. Else one account of
   * an attacker's own would buy any number of guesses at the others.
   */
  succeeded(peer: string, account: string): void {
    const network = networkOf(peer);
    const left = this.#recent(network).filter((failure) => failure.account !== account);
    if (left.length === 0) this.#forget(network);
    else this.#failures.set(network, left);
  }

  /** Forgives networks all that they have failed; tells whether there was anything. */
  forgive(holds: (network: string) => boolean): boolean {
    const forgiven = [...this.#failures.keys()].filter(holds);
    for (const network of forgiven) this.#forget(network);
    return forgiven.length > 0;
  }

  #recent(network: string): readonly Failure[] {
    const since = this.#now() - REMEMBER_MS;
    const recent = this.#failures.get(network)?.filter(({ atMs }) => atMs > since) ?? [];
    if (recent.length === 0) this.#forget(network);
    return recent;
  }

  #forget(network: string): void {
    if (this.#failures.delete(network)) this.#marks?.remove(network);
  }

  /** Makes room for one. */
  #forgetOld(): void {
    const since = this.#now() - REMEMBER_MS;
    for (const [network, failures] of this.#failures) {
      if (this.#failures.size < MOST_NETWORKS && failures.at(-1)!.atMs > since) return;
      this.#forget(network);
    }
  }
}

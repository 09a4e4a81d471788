/** The guard: scores what clients do, makes who scores wait, and bans who goes on. RFC 2577 §5. */

import { delay } from "../limits/delay.ts";
import { networkOf } from "../protocol/ip_address.ts";
import type { EventSink } from "../telemetry/events.ts";
import { AccountScores } from "./account_scores.ts";
import { type BanChange, BanError, type BanList, type Forgiver } from "./ban_list.ts";
import { NetworkSet } from "./network_set.ts";
import { type Offence, OFFENCES, protocolOf } from "./offences.ts";
import { Scores } from "./scores.ts";

/** So many points double the wait for the answer to a wrong password, up to so many times. */
const DOUBLING_POINTS = 5, MOST_TIMES = 8;

/** What the guard goes by. */
export interface GuardLimits {
  /** Points until a network is banned, one for each wrong password; 0 for never. */
  readonly banAfter: number;
  /** For how long, milliseconds. */
  readonly banTimeMs: number;
  /** Networks that the guard leaves alone. */
  readonly neverBan: readonly string[];
  /** The least time before a wrong password is answered, milliseconds; what delays are multiples of. */
  readonly loginFailureDelayMs: number;
}

/** What {@linkcode Guard} needs. */
export interface GuardOptions {
  readonly limits: GuardLimits;
  readonly bans: BanList;
  /** Told of bans and of clients that speak other protocols. */
  readonly record: EventSink;
  /** Told when what is remembered of logins may be used no more: an account is guessed at. */
  readonly onGuessedAt?: () => void;
  /** The clock, milliseconds; only differences count. */
  readonly now?: () => number;
}

/** A wrong password. */
export interface WrongLogin {
  readonly peer: string;
  /** As the client typed it. */
  readonly name: string;
  /** The account; undefined when there is none of that name. */
  readonly account: string | undefined;
  /** What tells it from other wrong passwords and other names. */
  readonly mark: string;
}

/** Judges clients. It lives where the accounts are, and hears of every thread's clients. */
export class Guard implements Disposable {
  #limits: GuardLimits;
  #neverBan: NetworkSet;
  readonly #bans: BanList;
  readonly #record: EventSink;
  readonly #onGuessedAt: () => void;
  readonly #scores: Scores;
  readonly #accounts: AccountScores;
  readonly #unsubscribe: readonly (() => void)[];

  constructor({ limits, bans, record, onGuessedAt = () => {}, now }: GuardOptions) {
    this.#limits = limits;
    this.#neverBan = new NetworkSet(limits.neverBan);
    this.#bans = bans;
    this.#record = record;
    this.#onGuessedAt = onGuessedAt;
    this.#scores = new Scores(now);
    this.#accounts = new AccountScores(now);
    this.#unsubscribe = [
      bans.subscribe((change) => this.#banChanged(change)),
      bans.subscribeToForgiveness((holds) => this.#scores.forgiveAll(holds)),
    ];
  }

  /** New limits; they hold at once. Bans that are there stay. */
  set limits(limits: GuardLimits) {
    this.#limits = limits;
    this.#neverBan = new NetworkSet(limits.neverBan);
  }

  /** Networks whose scores are remembered. */
  get size(): number {
    return this.#scores.size;
  }

  /** Counts what a client did; it may be banned for it. */
  note(peer: string, offence: Offence): void {
    const protocol = protocolOf(offence);
    if (protocol !== undefined) this.#record({ kind: "scanner", peer, protocol });
    if (this.#neverBan.has(peer)) return;
    const network = networkOf(peer);
    // Any page on the web can make a visitor's browser ask here, and would have banned the visitor's house.
    if (protocol !== undefined && this.#accounts.isGuest(network)) return;
    const points = this.#scores.add(network, offence);
    const { banAfter } = this.#limits;
    // They fade a little between the first and the last.
    if (banAfter > 0 && Math.round(points) >= banAfter) this.#ban(network);
  }

  /**
   * Counts a wrong password. The same one again counts once: a device with an outdated password learns
   * nothing from it, and must not lock out everybody behind its address.
   *
   * @returns How long after it came in it may be answered, milliseconds.
   */
  wrongPassword({ peer, name, account, mark }: WrongLogin): number {
    if (this.#neverBan.has(peer)) return this.#limits.loginFailureDelayMs;
    const network = networkOf(peer);
    if (this.#scores.isNewGuess(network, { account, mark })) {
      if (this.#accounts.wrong(name, network)) this.#onGuessedAt();
      this.note(peer, "wrong-password");
    }
    const doublings = Math.floor(this.#scores.pointsOf(network) / DOUBLING_POINTS);
    return this.#limits.loginFailureDelayMs * Math.min(2 ** doublings, MOST_TIMES);
  }

  /** A right password: what was mistyped for this account is forgiven, and its network is known to it. */
  rightPassword(peer: string, account: string): void {
    const network = networkOf(peer);
    this.#scores.forgive(network, account);
    this.#accounts.right(account, network);
  }

  /**
   * Waits before a password is looked at, where the name is guessed at from many addresses and this one was
   * never in. Right or wrong, so that the wait tells nothing.
   *
   * @throws {Error} named AbortError when the signal fires first.
   */
  async hesitate({ name, peer }: { name: string; peer: string }, signal: AbortSignal): Promise<void> {
    const times = this.#neverBan.has(peer) ? 0 : this.#accounts.timesFor(name, networkOf(peer));
    if (times > 0) await delay(this.#limits.loginFailureDelayMs * times, signal);
  }

  /** Whether a login to this account may be remembered by the thread of its session. */
  maySkip(account: string): boolean {
    return !this.#accounts.isGuessedAt(account);
  }

  /** Calls the listener when networks are forgiven; see {@linkcode BanList.subscribeToForgiveness}. */
  subscribeToForgiveness(listener: Forgiver): () => void {
    return this.#bans.subscribeToForgiveness(listener);
  }

  /** Hears of the bans no more. */
  [Symbol.dispose](): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  #ban(network: string): void {
    const { banAfter, banTimeMs } = this.#limits;
    const offence = this.#scores.worstOf(network) ?? "wrong-password";
    // Who goes on afterwards is banned again after half as much.
    this.#scores.lower(network, banAfter / 2);
    const terms = {
      untilMs: Date.now() + banTimeMs,
      reason: `too many ${OFFENCES[offence].what}`,
      by: "guard",
    } as const;
    try {
      // One that the operator has banned already stays banned for as long as he said.
      if (!this.#bans.holds(network.replace(/\/.*/, ""))) this.#bans.ban(network, terms);
    } catch (error) {
      if (!(error instanceof BanError)) throw error;
      this.#record({ kind: "warning", message: error.message });
    }
  }

  #banChanged(change: BanChange): void {
    const { network, untilMs, by, reason, sinceMs } = change.ban;
    if (change.kind === "banned") {
      const seconds = untilMs === undefined ? undefined : Math.ceil((untilMs - sinceMs) / 1000);
      return this.#record({ kind: "banned", network, by, reason, seconds });
    }
    const { isOver, refused } = change;
    this.#record({ kind: "unbanned", network, isOver, refused });
  }
}

/** What an operator may do to the sessions of a running server: look at them, end them, slow them down. */

import type { Counter } from "./limits/counter.ts";
import type { LimitTarget, RateLimits, Rates } from "./limits/rate_limits.ts";
import type { Traffic, TrafficSums } from "./limits/traffic.ts";
import type { Look, LookWish, SessionView } from "./telemetry/session_view.ts";

/** Sessions are told of in pieces of so many, however many there are. */
export const SESSIONS_IN_PIECE = 200;

/** Some sessions of one thread. */
export interface SessionPiece {
  /** In the order of their numbers. */
  readonly views: readonly SessionView[];
  /** Whether the thread does not tell of its sessions, or not of the rest. */
  readonly isSilent: boolean;
}

/** A limit of speed that was set while the server runs. */
export interface SpeedLimit {
  /** Whom it is for. */
  readonly target: LimitTarget;
  /** Bytes per second. */
  readonly rates: Rates;
}

/** The sessions of a server, in however many threads. */
export interface SessionControl {
  /** Sessions at this moment. Costs nothing to ask; nor do the next two. */
  readonly sessionCount: number;
  /** Transfers that run at this moment. */
  readonly transferCount: number;
  /** What has passed since the start. */
  readonly traffic: TrafficSums;
  /** Limits of accounts that were set by hand and hold. */
  readonly limits: readonly SpeedLimit[];
  /** Tells of all sessions. */
  sessions(): AsyncIterable<SessionPiece>;
  /** Tells of some of the sessions that move something, and how many more there are. */
  moving(most: number): Promise<Look>;
  /** Ends these sessions at once with a 421, by their numbers. */
  kick(ids: ReadonlySet<number>): void;
  /**
   * Sets a limit of speed for an account, in the place of its own, or for a session; without rates takes back
   * what was set. It holds at once, for running transfers too.
   */
  limit(limit: { readonly target: LimitTarget; readonly rates: Rates | undefined }): void;
}

/** The limits of accounts that were set by hand. Those of a session end with it. */
export class LimitsByHand {
  readonly #byAccount = new Map<string, Rates>();

  /** Those that hold. */
  get all(): SpeedLimit[] {
    return Array.from(this.#byAccount, ([account, rates]) => ({ target: { account }, rates }));
  }

  /** Takes one over. */
  set({ target, rates }: { readonly target: LimitTarget; readonly rates: Rates | undefined }): void {
    if (!("account" in target)) return;
    if (rates) this.#byAccount.set(target.account, rates);
    else this.#byAccount.delete(target.account);
  }
}

/** What has sessions in this thread: FTP, or the web page. */
export interface SessionHost {
  /** What they do at this moment. */
  look(wish: LookWish): Look;
  /** Ends these at once, by their numbers. */
  kick(ids: ReadonlySet<number>): void;
  /** Lets running transfers keep to the limits as they are now. */
  limitsChanged(): void;
}

/** What counts the sessions of this thread, and slows them down. */
export interface LocalControlParts {
  readonly office: { readonly connections: number; readonly traffic: Traffic };
  readonly rateLimits: RateLimits;
  readonly transfers: Counter;
}

/** Sessions in this thread. */
export class LocalControl implements SessionControl {
  readonly #hosts: readonly SessionHost[];
  readonly #transfers: Counter;
  readonly #rateLimits: RateLimits;
  readonly #office: LocalControlParts["office"];
  readonly #byHand = new LimitsByHand();

  /** Of these hosts, whose sessions and transfers are counted together. */
  constructor(
    hosts: readonly SessionHost[],
    { office, rateLimits, transfers }: LocalControlParts,
  ) {
    this.#hosts = hosts;
    this.#office = office;
    this.#rateLimits = rateLimits;
    this.#transfers = transfers;
  }

  get sessionCount(): number {
    return this.#office.connections;
  }

  get traffic(): TrafficSums {
    return this.#office.traffic.sums;
  }

  get transferCount(): number {
    return this.#transfers.value;
  }

  get limits(): readonly SpeedLimit[] {
    return this.#byHand.all;
  }

  async *sessions(): AsyncGenerator<SessionPiece> {
    for (let after = 0, more = 1; more > 0;) {
      const look = this.#look({ after, most: SESSIONS_IN_PIECE, moving: false });
      yield { views: look.views, isSilent: false };
      after = look.views.at(-1)?.session.id ?? after;
      more = look.more;
    }
  }

  moving(most: number): Promise<Look> {
    return Promise.resolve(this.#look({ after: 0, most, moving: true }));
  }

  kick(ids: ReadonlySet<number>): void {
    for (const host of this.#hosts) host.kick(ids);
  }

  limit(limit: { readonly target: LimitTarget; readonly rates: Rates | undefined }): void {
    this.#byHand.set(limit);
    this.#rateLimits.setByHand(limit.target, limit.rates);
    for (const host of this.#hosts) host.limitsChanged();
  }

  #look(wish: LookWish): Look {
    return joinedLooks(this.#hosts.map((host) => host.look(wish)), wish.most);
  }
}

/** What several have told of their sessions, as if one had: in the order of their numbers. */
export function joinedLooks(looks: readonly Look[], most: number): Look {
  const all = looks.flatMap(({ views }) => views).sort((a, b) => a.session.id - b.session.id);
  const left = looks.reduce((sum, { more }) => sum + more, 0);
  const views = all.slice(0, most);
  return { views, more: left + all.length - views.length };
}

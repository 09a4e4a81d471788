/** What an operator may do to the sessions of a running server: look at them, end them, slow them down. */

import type { LimitTarget, RateLimits, Rates } from "./limits/rate_limits.ts";
import type { Traffic, TrafficSums } from "./limits/traffic.ts";
import type { SessionServer } from "./session_server.ts";
import type { Look, SessionView } from "./telemetry/session_view.ts";

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

/** Sessions in this thread. */
export class LocalControl implements SessionControl {
  readonly #sessions: SessionServer;
  readonly #rateLimits: RateLimits;
  readonly #traffic: Traffic;
  readonly #byHand = new LimitsByHand();

  /** Of this server. */
  constructor(
    sessions: SessionServer,
    { rateLimits, traffic }: { readonly rateLimits: RateLimits; readonly traffic: Traffic },
  ) {
    this.#sessions = sessions;
    this.#rateLimits = rateLimits;
    this.#traffic = traffic;
  }

  get sessionCount(): number {
    return this.#sessions.sessionCount;
  }

  get traffic(): TrafficSums {
    return this.#traffic.sums;
  }

  get transferCount(): number {
    return this.#sessions.transferCount;
  }

  get limits(): readonly SpeedLimit[] {
    return this.#byHand.all;
  }

  async *sessions(): AsyncGenerator<SessionPiece> {
    for (let after = 0, more = 1; more > 0;) {
      const look: Look = this.#sessions.look({ after, most: SESSIONS_IN_PIECE, moving: false });
      yield { views: look.views, isSilent: false };
      after = look.views.at(-1)?.session.id ?? after;
      more = look.more;
    }
  }

  moving(most: number): Promise<Look> {
    return Promise.resolve(this.#sessions.look({ after: 0, most, moving: true }));
  }

  kick(ids: ReadonlySet<number>): void {
    this.#sessions.kick(ids);
  }

  limit(limit: { readonly target: LimitTarget; readonly rates: Rates | undefined }): void {
    this.#byHand.set(limit);
    this.#rateLimits.setByHand(limit.target, limit.rates);
    this.#sessions.limitsChanged();
  }
}

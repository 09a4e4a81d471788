/** Sessions that several requests share: of those that come at once with the same, one logs in for all. */

import type { WebSession } from "./web_session.ts";

/** Where a request comes from, and how long it waits. */
export interface Visitor {
  readonly peer: string;
  readonly isSecure: boolean;
  readonly signal: AbortSignal;
}

/** A session that several requests have, or wait for. */
interface SharedSession {
  readonly session: Promise<WebSession>;
  /** Requests that wait for it. */
  waiting: number;
  /** Fires when nobody waits: while it begins, for nobody any more. */
  readonly leaving: AbortController;
  /** Whether it has begun. */
  isBegun: boolean;
}

/** The sessions, by keys. */
export class SharedSessions {
  readonly #onBegun: (session: WebSession, forget: () => void) => void;
  readonly #all = new Map<string, SharedSession>();

  /** @param onBegun Told of each, and how it is forgotten. */
  constructor(onBegun: (session: WebSession, forget: () => void) => void) {
    this.#onBegun = onBegun;
  }

  /**
   * The one of this key, which `begin` begins where there is none; when all who wait for it have left, it is
   * given up.
   */
  async get(
    key: string,
    { signal }: Visitor,
    begin: (signal: AbortSignal) => Promise<WebSession>,
  ): Promise<WebSession> {
    signal.throwIfAborted();
    const shared = this.#all.get(key) ?? this.#begin(key, begin);
    const gone = Promise.withResolvers<never>();
    gone.promise.catch(() => {});
    const leave = (): void => gone.reject(signal.reason);
    signal.addEventListener("abort", leave);
    shared.waiting++;
    try {
      return await Promise.race([shared.session, gone.promise]);
    } finally {
      signal.removeEventListener("abort", leave);
      if (--shared.waiting === 0) shared.leaving.abort();
    }
  }

  #begin(key: string, begin: (signal: AbortSignal) => Promise<WebSession>): SharedSession {
    const leaving = new AbortController();
    const shared: SharedSession = { session: begin(leaving.signal), waiting: 0, leaving, isBegun: false };
    this.#all.set(key, shared);
    const forget = (): void => {
      if (this.#all.get(key) === shared) this.#all.delete(key);
    };
    // Who comes behind the last that has left logs in anew.
    leaving.signal.addEventListener("abort", () => shared.isBegun || forget());
    shared.session.then((session) => {
      shared.isBegun = true;
      this.#onBegun(session, forget);
    }, forget);
    return shared;
  }
}

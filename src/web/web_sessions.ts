/** Everybody who is signed in over HTTP, in one thread: found by cookie, by credentials or by address. */

import type { EndedSessions } from "../guard/ban.ts";
import { LoginRefusal } from "../front_office/login_refusal.ts";
import { HmacSha256 } from "../protocol/hmac_sha256.ts";
import { isInNetworks, parseIpNetwork } from "../protocol/ip_network.ts";
import type { Look, LookWish } from "../telemetry/session_view.ts";
import type { BasicCredentials } from "./basic_credentials.ts";
import { HttpError } from "./http_error.ts";
import { logIn, type LoginWish } from "./log_in.ts";
import type { WebBasis } from "./web_basis.ts";
import type { WebSession } from "./web_session.ts";

/** Where a request comes from, and how long it waits. */
export interface Visitor {
  readonly peer: string;
  readonly isSecure: boolean;
  readonly signal: AbortSignal;
}

/** How long a program's session stays when it asks for nothing: the next file of a script comes sooner. */
const PROGRAM_IDLE_MS = 30_000;
/** How long it is taken for granted whether there is anonymous access. */
const ANONYMOUS_KNOWN_MS = 5000;
/** Sessions that wait are looked through so often. */
const SWEEP_MS = 5000;
const ACCOUNT_CHANGED = "the account has changed";
const TOKEN_BYTES = 32;
const KEY_BYTES = 32;

/** The sessions. Disposing ends them all. */
export class WebSessions {
  readonly #services: () => WebBasis;
  readonly #hmac = new HmacSha256(crypto.getRandomValues(new Uint8Array(KEY_BYTES)));
  readonly #all = new Set<WebSession>();
  /** Of browsers, by the digests of their tokens. */
  readonly #byToken = new Map<string, WebSession>();
  /** Of programs and of anonymous visitors, by what they showed; those that are about to log in too. */
  readonly #shared = new Map<string, Promise<WebSession>>();
  /** While logins are checked: for each the accounts that have changed meanwhile. */
  readonly #logins = new Set<Set<string>>();
  #anonymous = { isThere: false, untilMs: -Infinity };
  #sweep: ReturnType<typeof setTimeout> | undefined;

  /** @param services Those in force when a session begins. */
  constructor(services: () => WebBasis) {
    this.#services = services;
  }

  /** Sessions at this moment. */
  get size(): number {
    return this.#all.size;
  }

  /** The session of a cookie; undefined where there is none any more. */
  byToken(token: string): WebSession | undefined {
    return this.#byToken.get(this.#digest(["token", token]));
  }

  /**
   * Signs a browser in.
   *
   * @returns The session, and the token for its cookie: 256 random bits.
   * @throws {HttpError} and what else `logIn` throws.
   */
  async signIn(
    { name, password }: BasicCredentials,
    visitor: Visitor,
  ): Promise<{ readonly session: WebSession; readonly token: string }> {
    const session = await this.#logIn({ ...{ name, password, credential: "cookie" }, ...visitor });
    const token = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)).toHex();
    const digest = this.#digest(["token", token]);
    this.#byToken.set(digest, session);
    this.#keep(session, () => this.#byToken.delete(digest));
    return { session, token };
  }

  /** The session of a program: one for all that shows the same credentials from the same address. */
  byCredentials({ name, password }: BasicCredentials, visitor: Visitor): Promise<WebSession> {
    const key = this.#digest(["basic", name, password, visitor.peer, String(visitor.isSecure)]);
    return this.#sharedSession(
      key,
      visitor,
      (signal) => this.#logIn({ ...visitor, signal, name, password, credential: "basic" }),
    );
  }

  /** The session of all at an address who do not say who they are; undefined where nobody may come so. */
  async anonymous(visitor: Visitor): Promise<WebSession | undefined> {
    if (!await this.#hasAnonymous()) return undefined;
    const key = this.#digest(["anonymous", visitor.peer, String(visitor.isSecure)]);
    const wish = { name: "anonymous", password: "", credential: "anonymous" } as const;
    return await this.#sharedSession(key, visitor, (signal) => this.#logIn({ ...visitor, signal, ...wish }));
  }

  /**
   * The session of everybody at an address who came by the same thing, such as a link: the one that runs, or
   * the one that `begin` begins.
   *
   * @param parts What tells it from others; nothing of it is kept.
   */
  shared(
    parts: readonly string[],
    visitor: Visitor,
    begin: (signal: AbortSignal) => Promise<WebSession>,
  ): Promise<WebSession> {
    return this.#sharedSession(this.#digest(["shared", visitor.peer, ...parts]), visitor, begin);
  }

  /** Ends the sessions of these accounts, also those that are about to be theirs. */
  dismissUsers(names: ReadonlySet<string>): void {
    this.#anonymous.untilMs = -Infinity;
    for (const changed of this.#logins) for (const name of names) changed.add(name);
    for (const session of [...this.#all]) {
      if (names.has(session.user.name)) session.end(ACCOUNT_CHANGED);
    }
  }

  /** Ends the sessions of a network that was banned; everybody here has logged in. */
  dismissNetwork({ network, whose }: EndedSessions): void {
    const banned = parseIpNetwork(network);
    if (whose === "strangers" || !banned) return;
    for (const session of [...this.#all]) {
      if (isInNetworks(session.label.peer, [banned])) session.end("the address is banned");
    }
  }

  /** Ends these sessions, by their numbers. */
  kick(ids: ReadonlySet<number>): void {
    for (const session of [...this.#all]) if (ids.has(session.id)) session.end("ended by the operator");
  }

  /** Ends all. */
  endAll(reason: string): void {
    for (const session of [...this.#all]) session.end(reason);
  }

  /** Ends those that do nothing. */
  endIdle(reason: string): void {
    for (const session of [...this.#all]) if (session.requestCount === 0) session.end(reason);
  }

  /** Lets running transfers keep to the limits as they are now. */
  limitsChanged(): void {
    for (const session of this.#all) session.limitsChanged();
  }

  /** What sessions do at this moment. */
  look({ after, most, moving }: LookWish): Look {
    const nowMs = performance.now();
    const wanted = [...this.#all]
      .filter((session) => session.id > after && (!moving || session.isMoving))
      .sort((a, b) => a.id - b.id);
    const views = wanted.slice(0, most).map((session) => session.view(nowMs));
    return { views, more: wanted.length - views.length };
  }

  async #logIn(wish: Omit<LoginWish, "services">): Promise<WebSession> {
    const changed = new Set<string>();
    this.#logins.add(changed);
    const session = await logIn({ ...wish, services: this.#services() })
      .finally(() => this.#logins.delete(changed));
    if (!changed.has(session.user.name)) return session;
    session.end(ACCOUNT_CHANGED);
    throw new LoginRefusal("not-open-yet");
  }

  /** Of several that come at once with the same, one logs in. */
  async #sharedSession(
    key: string,
    { signal }: Visitor,
    begin: (signal: AbortSignal) => Promise<WebSession>,
  ): Promise<WebSession> {
    const known = this.#shared.get(key);
    const session = known ?? this.#begin(key, begin);
    const gone = Promise.withResolvers<never>();
    const leave = (): void => gone.reject(signal.reason);
    gone.promise.catch(() => {});
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave);
    try {
      return await Promise.race([session, gone.promise]);
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  #begin(key: string, begin: (signal: AbortSignal) => Promise<WebSession>): Promise<WebSession> {
    // It belongs to all who wait for it, so none of them takes it back.
    const session = begin(new AbortController().signal);
    this.#shared.set(key, session);
    const forget = (): void => {
      if (this.#shared.get(key) === session) this.#shared.delete(key);
    };
    session.then((session) => this.#keep(session, forget), forget);
    return session;
  }

  #keep(session: WebSession, forget: () => void): void {
    this.#all.add(session);
    session.onEnd = () => {
      this.#all.delete(session);
      forget();
    };
    this.#sweep ??= setTimeout(() => this.#endTimedOut(), SWEEP_MS);
  }

  #endTimedOut(): void {
    this.#sweep = undefined;
    const { webSessionTimeoutMs } = this.#services().options;
    for (const session of [...this.#all]) {
      const mostMs = session.credential === "cookie" ? webSessionTimeoutMs : PROGRAM_IDLE_MS;
      if (mostMs > 0 && session.idleMs >= mostMs) session.end("idle for too long");
    }
    if (this.#all.size > 0) this.#sweep = setTimeout(() => this.#endTimedOut(), SWEEP_MS);
  }

  async #hasAnonymous(): Promise<boolean> {
    const nowMs = performance.now();
    if (nowMs >= this.#anonymous.untilMs) {
      const isThere = await this.#services().office.hasAnonymous();
      this.#anonymous = { isThere, untilMs: nowMs + ANONYMOUS_KNOWN_MS };
    }
    return this.#anonymous.isThere;
  }

  /** Nothing that opens a session is kept, so nothing of it can get out. */
  #digest(parts: readonly string[]): string {
    return Array.from(this.#hmac.digest(JSON.stringify(parts)), (word) => word.toString(16)).join("-");
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#sweep);
    this.#sweep = undefined;
    this.endAll("the server stops");
  }
}

/** What a request without credentials is told; browsers that show a page are sent to the form instead. */
export function signInNeeded(headers: Readonly<Record<string, string>> = {}): HttpError {
  return new HttpError({ status: 401, code: "sign-in", message: "Sign in first", headers });
}

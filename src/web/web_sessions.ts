/** Everybody who is signed in over HTTP, in one thread: found by cookie, by credentials or by address. */

import { isExpired, mayComeFrom } from "../front_office/login_rules.ts";
import { LoginRefusal } from "../front_office/login_refusal.ts";
import { HmacSha256 } from "../protocol/hmac_sha256.ts";
import { type IpNetwork, isInNetworks } from "../protocol/ip_network.ts";
import type { Look, LookWish } from "../telemetry/session_view.ts";
import type { BasicCredentials } from "./basic_credentials.ts";
import { HttpError } from "./http_error.ts";
import { logIn, type LoginWish, resume } from "./log_in.ts";
import { SharedSessions, type Visitor } from "./shared_sessions.ts";
import type { WebBasis } from "./web_basis.ts";
import type { WebSession } from "./web_session.ts";

/** How long a program's session stays when it asks for nothing: the next file of a script comes sooner. */
const PROGRAM_IDLE_MS = 30_000;
/** How long it is taken for granted whether there is anonymous access. */
const ANONYMOUS_KNOWN_MS = 5000;
/** Sessions that wait are looked through so often. */
const SWEEP_MS = 5000;
const ACCOUNT_CHANGED = "the account has changed";
const IDLE = "idle for too long";
const AWAY = "away for longer than a sign-in holds";
const SIGNED_OUT = "signed out";
const STOPPING = "the server stops";
/** What tokens look like. */
const TOKEN = /^[\da-f]{64}$/;
const TOKEN_BYTES = 32;
const KEY_BYTES = 32;

/** A browser that comes back. */
interface Resumption {
  session: Promise<WebSession | undefined>;
  /** Whether its cookie was given up meanwhile: it gets no session then. */
  isSignedOut: boolean;
}

/** The sessions. Disposing ends them all. */
export class WebSessions {
  readonly #services: () => WebBasis;
  readonly #hmac = new HmacSha256(crypto.getRandomValues(new Uint8Array(KEY_BYTES)));
  readonly #all = new Set<WebSession>();
  /** Of browsers, by the digests of their tokens. */
  readonly #byToken = new Map<string, WebSession>();
  /** Of browsers that come back, by the same. */
  readonly #resuming = new Map<string, Resumption>();
  /** Of programs and of anonymous visitors, by what they showed; those that are about to log in too. */
  readonly #shared = new SharedSessions((session, forget) => this.#keep(session, forget));
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

  /**
   * The session of a cookie: the one that runs, or one that begins anew where the browser has signed in and
   * was away for a while; undefined where it has to sign in again.
   */
  async byToken(token: string, visitor: Visitor): Promise<WebSession | undefined> {
    if (!TOKEN.test(token)) return undefined;
    const digest = digestOf(token);
    const session = this.#byToken.get(digest) ?? await this.#resume(digest, visitor);
    // A browser moves from one network to another, and not every account may.
    const isWelcome = session && mayComeFrom(session.user, visitor.peer) && !isExpired(session.user);
    return isWelcome ? session : undefined;
  }

  /**
   * Signs a browser in.
   *
   * @returns The session, and the token for its cookie: 256 random bits.
   * @throws {HttpError} and what else `logIn` throws.
   */
  async signIn(
    { name, password, code }: BasicCredentials & { readonly code?: string },
    visitor: Visitor,
  ): Promise<{ readonly session: WebSession; readonly token: string }> {
    const session = await this.#logIn({
      ...{ name, password, ...code !== undefined && { code }, credential: "cookie" },
      ...visitor,
    });
    const token = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)).toHex();
    const digest = digestOf(token);
    this.#keepSignIn(digest, session);
    this.#holdToken(digest, session);
    return { session, token };
  }

  /** Signs a browser out: its cookie stands for nobody any more. */
  signOut(token: string): void {
    const digest = digestOf(token);
    const resuming = this.#resuming.get(digest);
    if (resuming) resuming.isSignedOut = true;
    this.#services().office.dropSignIn(digest);
    this.#byToken.get(digest)?.end(SIGNED_OUT);
  }

  /** The session of a program: one for all that shows the same credentials from the same address. */
  byCredentials({ name, password }: BasicCredentials, visitor: Visitor): Promise<WebSession> {
    const key = this.#digest(["basic", name, password, visitor.peer, String(visitor.isSecure)]);
    return this.#shared.get(
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
    return await this.#shared.get(key, visitor, (signal) => this.#logIn({ ...visitor, signal, ...wish }));
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
    return this.#shared.get(this.#digest(["shared", visitor.peer, ...parts]), visitor, begin);
  }

  /** Ends the sessions of these accounts, also those that are about to be theirs. */
  dismissUsers(names: ReadonlySet<string>): void {
    this.#anonymous.untilMs = -Infinity;
    for (const changed of this.#logins) for (const name of names) changed.add(name);
    for (const session of [...this.#all]) {
      if (names.has(session.user.name)) session.end(ACCOUNT_CHANGED);
    }
  }

  /** Ends the sessions of those who came by these share links. */
  dismissLinks(links: ReadonlySet<string>): void {
    for (const session of [...this.#all]) {
      const { link } = session.label;
      if (link !== undefined && links.has(link)) session.end("the link is over");
    }
  }

  /** Ends the sessions of a network. */
  dismissNetwork(network: IpNetwork): void {
    for (const session of [...this.#all]) {
      if (isInNetworks(session.label.peer, [network])) session.end("the address is banned");
    }
  }

  /** Ends these sessions, by their numbers. */
  kick(ids: ReadonlySet<number>): void {
    for (const session of [...this.#all]) if (ids.has(session.id)) session.end("ended by the operator");
  }

  /** Ends all, since the server stops. */
  endAll(): void {
    for (const session of [...this.#all]) session.end(STOPPING);
  }

  /** Ends those that do nothing, since the server stops. */
  endIdle(): void {
    for (const session of [...this.#all]) if (session.isIdle) session.end(STOPPING);
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

  async #resume(digest: string, visitor: Visitor): Promise<WebSession | undefined> {
    const known = this.#resuming.get(digest);
    if (known) return await known.session;
    // It belongs to all who wait for it, so none of them takes it back.
    const { signal } = new AbortController();
    const begin = async (): Promise<WebSession | undefined> => {
      const session = await this.#track(() =>
        resume({ ...visitor, signal, credential: "cookie", services: this.#services() }, digest)
      ).finally(() => this.#resuming.delete(digest));
      if (session) this.#holdToken(digest, session);
      if (!resumption.isSignedOut) return session;
      session?.end(SIGNED_OUT);
      return undefined;
    };
    const resumption: Resumption = { isSignedOut: false, session: Promise.resolve(undefined) };
    this.#resuming.set(digest, resumption);
    return await (resumption.session = begin());
  }

  #holdToken(digest: string, session: WebSession): void {
    this.#byToken.set(digest, session);
    this.#keep(session, (reason) => {
      this.#byToken.delete(digest);
      // Who was away for a while finds his page again; who was sent away does not.
      if (reason === IDLE) this.#keepSignIn(digest, session);
      else if (reason !== STOPPING) this.#services().office.dropSignIn(digest);
    });
  }

  #keepSignIn(digest: string, { user }: WebSession): void {
    const { office, options: { webSessionTimeoutMs: forMs } } = this.#services();
    office.keepSignIn({ digest, account: user.name, forMs });
  }

  async #logIn(wish: Omit<LoginWish, "services">): Promise<WebSession> {
    return await this.#track(() => logIn({ ...wish, services: this.#services() }));
  }

  /** Ends what begins while its account changes. */
  async #track<Begun extends WebSession | undefined>(begin: () => Promise<Begun>): Promise<Begun> {
    const changed = new Set<string>();
    this.#logins.add(changed);
    const session = await begin().finally(() => this.#logins.delete(changed));
    if (!session || !changed.has(session.user.name)) return session;
    session.end(ACCOUNT_CHANGED);
    throw new LoginRefusal("not-open-yet");
  }

  #keep(session: WebSession, forget: (reason: string) => void): void {
    this.#all.add(session);
    session.onEnd = (reason) => {
      this.#all.delete(session);
      forget(reason);
    };
    this.#sweep ??= setTimeout(() => this.#endTimedOut(), SWEEP_MS);
  }

  #endTimedOut(): void {
    this.#sweep = undefined;
    const { idleTimeoutMs, webSessionTimeoutMs } = this.#services().options;
    for (const session of [...this.#all]) {
      const isBrowser = session.credential === "cookie";
      const mostMs = isBrowser ? idleTimeoutMs : PROGRAM_IDLE_MS;
      // Where seats are given back late or never, the cookie ends all the same.
      if (isBrowser && webSessionTimeoutMs > 0 && session.idleMs >= webSessionTimeoutMs) session.end(AWAY);
      else if (mostMs > 0 && session.idleMs >= mostMs) session.end(IDLE);
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
    this.endAll();
  }
}

/** What a token is known by, in all threads. It is random, so a digest without a key tells nothing of it. */
function digestOf(token: string): string {
  return Array.from(TOKENS.digest(token), (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

const TOKENS = new HmacSha256(new TextEncoder().encode("baseftp sign-in"));

/** What a request without credentials is told; browsers that show a page are sent to the form instead. */
export function signInNeeded(headers: Readonly<Record<string, string>> = {}): HttpError {
  return new HttpError({ status: 401, code: "sign-in", message: "Sign in first", headers });
}

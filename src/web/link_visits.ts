/** Visits of share links in one thread: who has come by which, with a cookie or without, and its session. */

import type { LinkDesk, ShownLink } from "../front_office/link_desk.ts";
import { HmacSha256 } from "../protocol/hmac_sha256.ts";
import { beginLinkSession, type LinkEntry, type LinkSession, noLink, termsOf } from "./link_session.ts";
import type { WebVisit } from "./web_call.ts";
import type { WebSession } from "./web_session.ts";

/** A visitor with a cookie. What it fetches and leaves until it goes is one use of the link. */
export interface KnownVisit {
  readonly token: string;
  readonly link: ShownLink;
  readonly sinceMs: number;
  lastMs: number;
  /** Whether a use was taken for it; a promise while that is being asked. */
  use: Promise<boolean> | undefined;
}

/** Who asks for something by a link. */
export interface Guest {
  readonly session: WebSession;
  readonly link: ShownLink;
  /** Undefined for a program that keeps no cookies. */
  readonly visit: KnownVisit | undefined;
  /** The cookie to give. */
  readonly newCookie?: string;
}

/** How a visitor is to be known again. */
export interface Entrance {
  readonly token: string;
  /** The link's password, where one was given. */
  readonly password: string | undefined;
  /** What the request's cookie says. */
  readonly cookie: string | undefined;
  /** Whether it may be given one. */
  readonly takesCookies: boolean;
}

/** A visit ends when nothing was asked for so long, and after this time in any case. */
const IDLE_MS = 3_600_000, LONGEST_MS = 12 * 3_600_000;
/** More push the oldest out: those go on as new ones. */
const MOST_VISITS = 5000, MOST_OF_ADDRESS = 100;
const COOKIE_BYTES = 32;

/** Knows them. */
export class LinkVisits {
  readonly #hmac = new HmacSha256(crypto.getRandomValues(new Uint8Array(32)));
  /** By the digests of their cookies, the oldest first. */
  readonly #visits = new Map<string, KnownVisit & { readonly peer: string }>();
  readonly #terms = new WeakMap<
    WebSession,
    { readonly terms: string; readonly link: ShownLink; generation: number }
  >();

  /**
   * Lets a visitor in: the one that its cookie tells, or a new one.
   *
   * @throws {HttpError} and what else `beginLinkSession` throws.
   */
  async enter(visit: WebVisit, entrance: Entrance): Promise<Guest> {
    const desk = visit.services.office.links;
    if (!desk) throw noLink();
    const { token, cookie } = entrance;
    const key = cookie === undefined ? undefined : this.#digest(cookie);
    const known = key === undefined ? undefined : this.#known(key);
    if (known?.token === token) {
      known.lastMs = performance.now();
      const ask = () => desk.revisit({ id: known.link.id, peer: visit.peer });
      const { session } = await this.#session(visit, { desk, parts: ["visit", key!], ask });
      return { session, link: known.link, visit: known };
    }
    return await this.#enterAnew(visit, { ...entrance, desk });
  }

  async #enterAnew(visit: WebVisit, entrance: Entrance & { readonly desk: LinkDesk }): Promise<Guest> {
    const { desk, token, password, takesCookies } = entrance;
    const { peer } = visit;
    const newCookie = takesCookies
      ? crypto.getRandomValues(new Uint8Array(COOKIE_BYTES)).toBase64({
        alphabet: "base64url",
        omitPadding: true,
      })
      : undefined;
    const key = newCookie === undefined ? undefined : this.#digest(newCookie);
    const parts = key === undefined
      ? ["link", token, password ?? "", String(visit.isSecure)]
      : ["visit", key];
    const ask: LinkEntry["ask"] = (session, signal) => desk.visit({ token, password, peer, session }, signal);
    const { session, link } = await this.#session(visit, { desk, parts, ask });
    if (key === undefined) return { session, link, visit: undefined };
    const nowMs = performance.now();
    const known = { token, link, peer, sinceMs: nowMs, lastMs: nowMs, use: undefined };
    this.#keep(key, known);
    return { session, link, visit: known, newCookie: newCookie! };
  }

  /** The session that runs, if the account and the link are still the same; else a new one. */
  async #session(
    visit: WebVisit,
    { desk, parts, ask }: {
      readonly desk: LinkDesk;
      readonly parts: readonly string[];
      readonly ask: LinkEntry["ask"];
    },
  ): Promise<{ readonly session: WebSession; readonly link: ShownLink }> {
    const { services, peer, isSecure } = visit;
    const begin = async (signal: AbortSignal): Promise<WebSession> => {
      const { generation } = desk;
      const { session, terms, link }: LinkSession = await beginLinkSession({
        peer,
        isSecure,
        services,
        signal,
        ask,
      });
      this.#terms.set(session, { terms, link, generation });
      return session;
    };
    const session = await services.sessions.shared(parts, visit, begin);
    const known = this.#terms.get(session)!;
    const { generation } = desk;
    if (known.generation === generation) return { session, link: known.link };
    const now = await desk.revisit({ id: known.link.id, peer });
    if ("link" in now && termsOf(now) === known.terms) {
      known.generation = generation;
      return { session, link: known.link };
    }
    session.end("the account or the link has changed");
    if (!("link" in now)) throw noLink();
    const another = await services.sessions.shared(parts, visit, begin);
    return { session: another, link: known.link };
  }

  #known(key: string): KnownVisit | undefined {
    const visit = this.#visits.get(key);
    const nowMs = performance.now();
    if (!visit || nowMs - visit.lastMs < IDLE_MS && nowMs - visit.sinceMs < LONGEST_MS) return visit;
    this.#visits.delete(key);
    return undefined;
  }

  #keep(key: string, visit: KnownVisit & { readonly peer: string }): void {
    const ofAddress = [...this.#visits].filter(([, { peer }]) => peer === visit.peer).map(([key]) => key);
    if (ofAddress.length >= MOST_OF_ADDRESS) this.#visits.delete(ofAddress[0]!);
    const [oldest] = this.#visits.keys();
    if (this.#visits.size >= MOST_VISITS) this.#visits.delete(oldest!);
    this.#visits.set(key, visit);
  }

  #digest(text: string): string {
    return this.#hmac.digest(text).join();
  }
}

/** What the web's sessions ask about share links. */

import type { Counter } from "../limits/counter.ts";
import type { Link, LinkKind } from "../links/link.ts";
import type { VirtualPath } from "../protocol/pathname.ts";
import type { SessionLabel } from "../telemetry/events.ts";
import type { User } from "../users/user.ts";
import type { Attempts } from "./attempts.ts";

/** What a visitor shows. */
export interface LinkCredentials {
  readonly token: string;
  /** Undefined where none was given. */
  readonly password: string | undefined;
  /** The visitor's IP address. */
  readonly peer: string;
  /** The number of its session. */
  readonly session: number;
}

/** What a link is, for who has its token. */
export type ShownLink = Pick<Link, "id" | "path" | "kind" | "expiresAtMs" | "usesLeft">;

/** A visitor that may come in. */
export interface LinkVisit {
  readonly link: ShownLink;
  /** The account as the link has it; no seat is taken. */
  readonly user: User;
}

/** A visitor that may not. */
export interface LinkRefusal {
  /** There is no such link, or it is over; it has a password; the one that was given is wrong. */
  readonly reason: "no-link" | "password-wanted" | "wrong-password";
  /** The least time between the question and its answer to the visitor, milliseconds. */
  readonly delayMs: number;
}

/** What an account wants of a link. */
export interface LinkWish {
  /** Whose session asks. */
  readonly session: SessionLabel;
  readonly path: VirtualPath;
  readonly kind: LinkKind;
  /** For how long, seconds; undefined for good. */
  readonly seconds: number | undefined;
  /** How many visits may fetch or leave something; undefined for any number. */
  readonly uses: number | undefined;
  readonly password: string | undefined;
}

/** A link that is not made. */
export interface LinkDenial {
  /** Whether the account may not have it, or there are too many. */
  readonly denied: "denied" | "limit";
  /** Why, to follow `Cannot make the link: `. */
  readonly why: string;
}

/** What its account is told of a link. */
export type OwnLink = Omit<Link, "password"> & { readonly hasPassword: boolean };

/** Answers them. Everything rejects with an error of its own where the links' file cannot be had. */
export interface LinkDesk {
  /**
   * Lets a visitor in, or not.
   *
   * @throws {LimitError} `failed-logins` when the address has to wait.
   * @throws {LoginRefusal} when the account's home does not answer.
   * @throws {Error} when the signal has fired.
   */
  visit(credentials: LinkCredentials, signal: AbortSignal): Promise<LinkVisit | LinkRefusal>;
  /** The same for one who was let in a while ago, as the account and the link stand now. */
  revisit(visitor: { readonly id: string; readonly peer: string }): Promise<LinkVisit | LinkRefusal>;
  /** Takes one of the visits that a link has, for a session of it; false where none is left. */
  use(id: string, session: SessionLabel): Promise<boolean>;
  /** Makes a link for the session's account. */
  make(wish: LinkWish): Promise<OwnLink | LinkDenial>;
  /** The links of the session's account. */
  list(session: SessionLabel): Promise<readonly OwnLink[]>;
  /** Takes one of them back; false where there is none of that name. */
  revoke(id: string, session: SessionLabel): Promise<boolean>;
  /** Another number whenever an account may have changed: then who was let in is looked at again. */
  readonly generation: number;
}

/** Makes the desk where the accounts are, of what logins are checked with. */
export type LinkDeskFactory = (parts: {
  readonly attempts: Attempts;
  /** Counts up whenever an account may have changed. */
  readonly generation: Counter;
}) => MainLinkDesk;

/** The desk where the accounts are. */
export interface MainLinkDesk extends LinkDesk, Disposable {
  /** Calls the listener with the names of links that are over. Returns the way to stop listening. */
  subscribe(listener: (ended: ReadonlySet<string>) => void): () => void;
}

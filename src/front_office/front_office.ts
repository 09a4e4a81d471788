/** The front office: what sessions ask of the part of the server that knows everybody. */

import type { Door } from "../guard/door.ts";
import type { Seat } from "../limits/ledger.ts";
import type { Traffic } from "../limits/traffic.ts";
import type { Usage } from "../limits/usage.ts";
import type { EventSink } from "../telemetry/events.ts";
import type { User } from "../users/user.ts";
import type { Administration } from "./administration.ts";
import type { LinkDesk } from "./link_desk.ts";
import type { NewSignIn } from "./sign_ins.ts";
import type { UploadQuestion, Verdict } from "./questions.ts";

/** What a client says it is, and where it comes from. */
export interface Credentials {
  readonly name: string;
  readonly password: string;
  /**
   * The code of the second factor, where the client was asked for it by itself; else it stands at the end of
   * the password.
   */
  readonly code?: string;
  /** The client's IP address, whose failed logins are counted. */
  readonly peer: string;
  /** The number of its session. */
  readonly session: number;
}

/** What a browser shows that has signed in before. */
export interface SignInProof {
  /** What the token of its cookie is known by. */
  readonly digest: string;
  /** The client's IP address. */
  readonly peer: string;
}

/** A connection that was let in. Disposing the seat ends it. */
export interface SessionSeat extends Seat {
  /** The number of its session: 1 for the first one, and none twice. */
  readonly id: number;
}

/** A login that was let in. Disposing the seat ends it. */
export interface Admission {
  readonly user: User;
  readonly seat: Seat;
}

/** A login that was not: the name or the password is wrong, or somebody who was asked refuses. */
export interface Rejection {
  /** The least time between the password and the answer to it, milliseconds. */
  readonly delayMs: number;
  /** What the client is told where the password was right and somebody refuses all the same. */
  readonly refusal?: string;
}

/**
 * Accounts, counts and the log live on one side, sessions on the other; this is all that passes between them.
 * Called directly while everything runs in one thread; elsewhere most of it needs no question either.
 */
export interface FrontOffice {
  /**
   * Takes a place for a new connection.
   *
   * @throws {LimitError} when a limit is reached, that of failed logins from this address among them.
   */
  admit(peer: string): SessionSeat | Promise<SessionSeat>;
  /**
   * Lets in at once who has shown this very password a moment ago; undefined where that has to be asked for.
   *
   * @throws {LimitError} when the account has too many sessions.
   */
  recall(credentials: Credentials): Admission | undefined;
  /**
   * Checks a password, with the same work done for a wrong one and for a wrong name.
   *
   * @param signal Fires when nobody waits for the answer any more; a check that has not begun is left out.
   * @throws {LimitError} when the address has failed too often or the account has too many sessions.
   * @throws {LoginRefusal} when the account cannot be used.
   * @throws {Error} when the signal has fired.
   */
  login(credentials: Credentials, signal: AbortSignal): Promise<Admission | Rejection>;
  /**
   * Takes a seat of an account for who came by a share link of it.
   *
   * @throws {LimitError} when the account has too many sessions.
   */
  seatAccount(user: User): Promise<Seat>;
  /** Keeps the sign-in of a browser whose account was let in, or keeps it anew. */
  keepSignIn(signIn: NewSignIn): void;
  /** Forgets one. */
  dropSignIn(digest: string): void;
  /**
   * Lets in a browser that has signed in before; undefined where it has to sign in anew.
   *
   * @throws {LimitError} when the account has too many sessions.
   * @throws {LoginRefusal} when the account cannot be used.
   */
  resume(proof: SignInProof): Promise<Admission | undefined>;
  /** Whether anybody may come in as `anonymous`. */
  hasAnonymous(): Promise<boolean>;
  /** What is counted of the home of an account that was let in; undefined where nothing is. */
  usageOf?(user: User): Usage | undefined;
  /**
   * Whether a file may be sent.
   *
   * @throws {Error} when the signal has fired.
   */
  mayUpload(question: UploadQuestion, signal: AbortSignal): Promise<Verdict>;
  /** Does what administrators ask from the page; undefined where there is none. */
  administer?: Administration;
  /** Share links; undefined where there are none. */
  readonly links?: LinkDesk | undefined;
  /** Who is banned, and what counts towards it. */
  readonly door: Door;
  /** Counts what transfers move; logins it counts by what is reported. */
  readonly traffic: Traffic;
  /** Takes an event for the log. */
  readonly report: EventSink;
}

/** The front office: what sessions ask of the part of the server that knows everybody. */

import type { Seat } from "../limits/ledger.ts";
import type { EventSink } from "../telemetry/events.ts";
import type { User } from "../users/user.ts";

/** What a client says it is. */
export interface Credentials {
  readonly name: string;
  readonly password: string;
}

/** What an account is told whose home cannot be opened. */
export const HOME_NOT_AVAILABLE = "Your home directory is not available";

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

/**
 * Accounts, counts and the log live on one side, sessions on the other; this is all that passes between them.
 * Called directly while everything runs in one thread.
 */
export interface FrontOffice {
  /**
   * Takes a place for a new connection.
   *
   * @throws {ReplyError} 421 when a limit is reached.
   */
  admit(peer: string): Promise<SessionSeat>;
  /**
   * Checks a password; undefined when it or the name is wrong, with the same work done for both.
   *
   * @throws {ReplyError} 421 when the account has too many sessions.
   */
  login(credentials: Credentials): Promise<Admission | undefined>;
  /** Takes an event for the log. */
  readonly report: EventSink;
}

/** Questions: what somebody besides the accounts may have a say in, and who is asked. */

import type { SessionLabel } from "../telemetry/events.ts";

/** A right password is about to let somebody in. */
export interface LoginQuestion {
  /** The account. */
  readonly account: string;
  /** The client's IP address. */
  readonly peer: string;
  /** The number of the session. */
  readonly session: number;
}

/** A client is about to send a file; nothing of it has been taken. */
export interface UploadQuestion {
  /** Whose upload it is. */
  readonly session: SessionLabel;
  /** The command, such as `STOR`. */
  readonly verb: string;
  /** The place on the server's own disk. */
  readonly path: string;
  /** The same as the client sees it. */
  readonly clientPath: string;
}

/** The answer to a question. */
export type Verdict =
  | { readonly allowed: true }
  /**
   * `reason` is one printable line for the client. A refusal that is not `final` comes of nobody having
   * answered: the client may try again later.
   */
  | { readonly allowed: false; readonly reason: string; readonly isFinal: boolean };

/** Who is asked. */
export interface Questions {
  /** Whether logins are asked about; then none is remembered. */
  readonly asksLogins: boolean;
  /**
   * Whether somebody may log in who has shown the right password.
   *
   * @param signal Fires when nobody waits for the answer any more.
   * @throws {Error} when the signal has fired.
   */
  login(question: LoginQuestion, signal: AbortSignal): Promise<Verdict>;
  /**
   * Whether a file may be sent.
   *
   * @param signal Fires when nobody waits for the answer any more.
   * @throws {Error} when the signal has fired.
   */
  upload(question: UploadQuestion, signal: AbortSignal): Promise<Verdict>;
}

/** The answer where nobody is asked. */
export const ALLOWED: Verdict = { allowed: true };

/**
 * What TLS is demanded for, and of whom: the one place where the operator's policy, the account's and what
 * the client has agreed on meet. RFC 4217 §10.
 */

import { reply, ReplyError } from "../protocol/reply.ts";
import type { User } from "../users/user.ts";
import type { SecurityParameters } from "./parameters.ts";
import type { SessionOptions } from "./session_options.ts";

/** What there is to know of a session; it is one itself. */
export interface TlsSubject {
  readonly control: {
    /** Whether TLS protects the control connection. */
    readonly isSecure: boolean;
  };
  readonly security: Pick<SecurityParameters, "protection">;
  readonly services: {
    readonly options: Pick<SessionOptions, "tls" | "allowClearCommandChannel">;
    /** Undefined when TLS is not configured. */
    readonly tls: unknown;
  };
  /** The account; undefined before login. */
  readonly user: User | undefined;
}

/**
 * For AUTH, PBSZ, PROT and CCC.
 *
 * @throws {ReplyError} 502 when TLS is not configured.
 */
export function requireTlsConfigured({ services }: TlsSubject): void {
  if (!services.tls) throw new ReplyError(reply(502, "TLS is not configured"));
}

/**
 * For PBSZ and PROT, which say nothing without TLS (RFC 4217 §8, §9).
 *
 * @throws {ReplyError} 502 when TLS is not configured, 503 before AUTH.
 */
export function requireTlsBegun(session: TlsSubject): void {
  requireTlsConfigured(session);
  if (!session.control.isSecure) throw new ReplyError(reply(503, "Send AUTH TLS first"));
}

/**
 * For USER: where nobody logs in without TLS, no password is to be sent in clear.
 *
 * @throws {ReplyError} 530 without TLS.
 */
export function requireTlsToLogIn({ services, control }: TlsSubject): void {
  const { tls } = services.options;
  if (tls === "login" || tls === "data") requireSecure(control);
}

/**
 * For PASS: the account may ask for more than the server. It is told after the password was right, so that
 * nobody learns which accounts there are.
 *
 * @throws {ReplyError} 530 without TLS.
 */
export function requireTlsForAccount({ control }: TlsSubject, user: User): void {
  if (user.tls) requireSecure(control);
}

/**
 * For whatever opens a data connection (RFC 4217 §10.2).
 *
 * @throws {ReplyError} 521 when data have to be protected and are not.
 */
export function requireProtection(session: TlsSubject): void {
  if (needsProtection(session) && session.security.protection !== "private") {
    throw new ReplyError(reply(521, "Data connections must be protected: send PBSZ 0 and PROT P"));
  }
}

/**
 * For PROT C.
 *
 * @throws {ReplyError} 534 when data have to be protected.
 */
export function requireClearDataAllowed(session: TlsSubject): void {
  if (needsProtection(session)) {
    throw new ReplyError(reply(534, "Data connections must be protected: PROT P"));
  }
}

/**
 * For CCC (RFC 4217 §5).
 *
 * @throws {ReplyError} 502 when TLS is not configured, 533 without it, 534 when it has to stay.
 */
export function requireClearControlAllowed(session: TlsSubject): void {
  requireTlsConfigured(session);
  if (!session.control.isSecure) throw new ReplyError(reply(533, "TLS does not protect this connection"));
  if (!session.services.options.allowClearCommandChannel) {
    throw new ReplyError(reply(534, "The control connection stays protected"));
  }
}

function requireSecure({ isSecure }: TlsSubject["control"]): void {
  if (!isSecure) throw new ReplyError(reply(530, "TLS is needed: send AUTH TLS first"));
}

/** Whether data may move under TLS only. */
function needsProtection({ services, user }: TlsSubject): boolean {
  return services.options.tls === "data" || user?.tls === "data";
}

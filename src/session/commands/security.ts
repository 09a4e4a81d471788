/** Security: TLS for the control and the data connections. RFC 2228, RFC 4217. */

import { type Reply, reply, ReplyError } from "../../protocol/reply.ts";
import type { TlsContext } from "../../net/tls.ts";
import type { Command } from "../command.ts";
import type { SecurityParameters } from "../parameters.ts";
import type { Session } from "../session.ts";
import {
  requireClearControlAllowed,
  requireClearDataAllowed,
  requireTlsBegun,
  requireTlsConfigured,
} from "../tls_guard.ts";

/** The names that clients give to TLS. RFC 4217 §17; `SSL` and `TLS-P` also protect data from the start. */
const MECHANISMS: ReadonlyMap<string, "clear" | "private"> = new Map([
  ["TLS", "clear"],
  ["TLS-C", "clear"],
  ["SSL", "private"],
  ["TLS-P", "private"],
]);

/** `AUTH mechanism`: TLS from the next byte on. RFC 2228 §3, RFC 4217 §4. */
export const AUTH: Command = {
  verb: "AUTH",
  argument: "required",
  login: false,
  rfc: "RFC 4217 §4",
  syntax: "AUTH <SP> TLS | TLS-C | TLS-P | SSL",
  feature: (session) => session.services.tls && "AUTH TLS",
  async run(session, argument) {
    requireTlsConfigured(session);
    const protection = MECHANISMS.get(argument.toUpperCase());
    if (!protection) return reply(504, "Unknown mechanism: use AUTH TLS");
    if (session.control.isSecure) return reply(534, "TLS protects this connection already");
    const context = await session.services.tls?.latest();
    if (!context) return reply(431, "No certificate at the moment");
    refuseInjection(session);
    session.afterReply.set(() => secureControl(session, { context, protection, isImplicit: false }));
    return reply(234, "Begin the TLS handshake");
  },
};

/** `PBSZ size`: there is no buffer to size, but PROT wants it first. RFC 2228 §3, RFC 4217 §8. */
export const PBSZ: Command = {
  verb: "PBSZ",
  argument: "required",
  login: false,
  rfc: "RFC 4217 §8",
  syntax: "PBSZ <SP> 0",
  feature: (session) => session.services.tls && "PBSZ",
  run(session, argument) {
    requireTlsBegun(session);
    if (!/^\d{1,10}$/.test(argument)) return Promise.resolve(reply(501, "Bad PBSZ: use 0"));
    session.security.hasBufferSize = true;
    return Promise.resolve(reply(200, "PBSZ=0"));
  },
};

/** `PROT level`: whether data connections are protected. RFC 2228 §3, RFC 4217 §9. */
export const PROT: Command = {
  verb: "PROT",
  argument: "required",
  login: false,
  rfc: "RFC 4217 §9",
  syntax: "PROT <SP> P | C",
  feature: (session) => session.services.tls && "PROT",
  run(session, argument) {
    requireTlsBegun(session);
    if (!session.security.hasBufferSize) return Promise.resolve(reply(503, "Send PBSZ 0 first"));
    return Promise.resolve(protect(session, argument.toUpperCase()));
  },
};

/** `CCC`: the control connection in clear again. RFC 2228 §3, RFC 4217 §5. */
export const CCC: Command = {
  verb: "CCC",
  argument: "none",
  login: false,
  rfc: "RFC 4217 §5",
  syntax: "CCC",
  run(session) {
    requireClearControlAllowed(session);
    session.afterReply.set(() => clearControl(session));
    return Promise.resolve(reply(200, "The control connection is in clear from now on"));
  },
};

/** Does the handshake on the control connection; everything agreed on before is void (RFC 4217 §4.2). */
export async function secureControl(
  session: Session,
  security: Omit<SecurityParameters, "context" | "hasBufferSize"> & { readonly context: TlsContext },
): Promise<void> {
  const { loginTimeoutMs: timeoutMs, requireTlsResumption } = session.services.options;
  try {
    const context = requireTlsResumption ? security.context.apart() : security.context;
    await session.control.secure(context, { timeoutMs });
    session.reset();
    session.security = { ...security, context, hasBufferSize: false };
  } catch (error) {
    session.closing = `TLS handshake failed: ${error instanceof Error ? error.message : error}`;
  }
}

/** Takes TLS off the control connection; a client that does not go along is left. */
export async function clearControl(session: Session): Promise<void> {
  await session.control.release().catch((error) => {
    session.closing = `TLS could not be ended: ${error instanceof Error ? error.message : error}`;
  });
}

function protect(session: Session, level: string): Reply {
  if (level === "P") {
    session.security.protection = "private";
    return reply(200, "Data connections are protected");
  }
  if (level === "C") {
    requireClearDataAllowed(session);
    session.security.protection = "clear";
    return reply(200, "Data connections are in clear");
  }
  if (level === "S" || level === "E") return reply(536, "TLS protects wholly or not at all: use P or C");
  return reply(504, "Unknown protection level: use P or C");
}

/** What came in clear behind AUTH may be somebody else's, slipped into the stream to be run under TLS. */
function refuseInjection(session: Session): void {
  if (!session.control.hasUnread) return;
  session.closing = "bytes came in clear behind AUTH";
  throw new ReplyError(reply(503, "Nothing may follow AUTH before its reply, closing"));
}

/** Data ports: where the next data connection goes. RFC 959 §4.1.2, RFC 2428. */

import { isIPv4, normalizeIp } from "../../net/address.ts";
import { NoPassivePortError, type PassiveLease } from "../../net/passive_ports.ts";
import {
  formatExtendedPassive,
  formatPassive,
  type HostPort,
  parseExtendedHostPort,
  parseHostPort,
} from "../../protocol/host_port.ts";
import { type Reply, reply, ReplyError } from "../../protocol/reply.ts";
import type { Command } from "../command.ts";
import { ActiveDataConnection, PassiveDataConnection } from "../data_connection.ts";
import type { Session } from "../session.ts";

/** `PASV`: listen on an IPv4 port and name it. RFC 959 §4.1.2. */
export const PASV: Command = {
  verb: "PASV",
  argument: "none",
  login: true,
  keepsRestart: true,
  rfc: "RFC 959 §4.1.2",
  syntax: "PASV",
  async run(session) {
    refuseAfterEpsvAll(session);
    const { local, peer } = session.control.ends;
    if (!isIPv4(local)) return reply(502, "PASV needs IPv4: use EPSV");
    const hostname = await session.services.masquerade.advertise({ local, peer });
    return reply(227, formatPassive({ hostname, port: (await listen(session)).port }));
  },
};

/** `EPSV`: listen and name the port alone, or promise to use nothing else. RFC 2428 §3, §4. */
export const EPSV: Command = {
  verb: "EPSV",
  argument: "optional",
  login: true,
  keepsRestart: true,
  rfc: "RFC 2428 §3",
  syntax: "EPSV [<SP> 1 | 2 | ALL]",
  feature: () => "EPSV",
  async run(session, argument) {
    const wanted = argument.toUpperCase();
    if (wanted === "ALL") {
      session.parameters.epsvOnly = true;
      return reply(200, "From now on EPSV only");
    }
    if (!/^\d*$/.test(wanted)) return reply(501, "Bad EPSV: use 1, 2, ALL or nothing");
    const own = isIPv4(session.control.ends.local) ? "1" : "2";
    if (wanted !== "" && wanted !== own) return unknownProtocol(session);
    return reply(229, formatExtendedPassive((await listen(session)).port));
  },
};

/** `PORT h1,h2,h3,h4,p1,p2`: connect there when the transfer comes. RFC 959 §4.1.2. */
export const PORT: Command = {
  verb: "PORT",
  argument: "required",
  login: true,
  keepsRestart: true,
  rfc: "RFC 959 §4.1.2",
  syntax: "PORT <SP> h1,h2,h3,h4,p1,p2",
  run(session, argument) {
    refuseAfterEpsvAll(session);
    session.dropData();
    const address = parseHostPort(argument);
    if (!address) {
      return Promise.resolve(reply(501, "Bad PORT: six numbers from 0 to 255 with commas between"));
    }
    return Promise.resolve(connectLater(session, address));
  },
};

/** `EPRT |1|address|port|`: the same for IPv4 and IPv6. RFC 2428 §2. */
export const EPRT: Command = {
  verb: "EPRT",
  argument: "required",
  login: true,
  keepsRestart: true,
  rfc: "RFC 2428 §2",
  syntax: "EPRT <SP> |1|address|port| or |2|address|port|",
  feature: () => "EPRT",
  run(session, argument) {
    refuseAfterEpsvAll(session);
    session.dropData();
    const address = parseExtendedHostPort(argument);
    if (!address) return Promise.resolve(reply(501, "Bad EPRT: use |1|address|port| or |2|address|port|"));
    if (address === "unknown-protocol" || !isReachable(session, address)) {
      return Promise.resolve(unknownProtocol(session));
    }
    return Promise.resolve(connectLater(session, address));
  },
};

function refuseAfterEpsvAll(session: Session): void {
  if (session.parameters.epsvOnly) throw new ReplyError(reply(503, "EPSV ALL was sent: use EPSV"));
}

/**
 * The connection starts from the control connection's own address, which reaches none of the other
 * protocol's.
 */
function isReachable({ control }: Session, { hostname }: HostPort): boolean {
  return isIPv4(normalizeIp(hostname)) === isIPv4(control.ends.local);
}

/**
 * RFC 2428 §2: 522 lists the protocols that would work; the control connection's own is the only one that
 * can.
 */
function unknownProtocol(session: Session): Reply {
  return reply(
    522,
    `Network protocol not supported, use (${isIPv4(session.control.ends.local) ? "1" : "2"})`,
  );
}

/** Server-to-server transfers exclude TLS: both ends would be its server (RFC 4217 §7). */
function allowsForeign({ services, security }: Session): boolean {
  return services.options.allowForeignAddresses && security.protection === "clear";
}

async function listen(session: Session): Promise<PassiveLease> {
  const { options, passivePorts, deadlines } = session.services;
  const { local, peer } = session.control.ends;
  // The former port goes back first: a session holds one at most, and the range may be short.
  session.dropData();
  try {
    const lease = await passivePorts.lease({
      hostname: local,
      peer: allowsForeign(session) ? undefined : peer,
    });
    session.prepareData(new PassiveDataConnection(lease, { timeoutMs: options.dataTimeoutMs, deadlines }));
    return lease;
  } catch (cause) {
    if (!(cause instanceof NoPassivePortError)) throw cause;
    session.report({ kind: "warning", session: session.label, message: cause.message });
    throw new ReplyError(reply(425, "All passive ports are in use, try again later"), { cause });
  }
}

/**
 * Against bounce attacks, only the client's own address and only ports that no system service has (RFC 2577
 * §3).
 */
function connectLater(session: Session, address: HostPort): Reply {
  const { options } = session.services;
  const hostname = normalizeIp(address.hostname);
  if (hostname !== session.control.ends.peer && !allowsForeign(session)) {
    return reply(504, "Data connections go to your own address only: try passive mode");
  }
  if (address.port < 1024 && !options.allowPrivilegedPorts) {
    return reply(504, "Data connections go to ports above 1023 only: try passive mode");
  }
  session.prepareData(
    new ActiveDataConnection({ localHostname: session.control.ends.local, hostname, port: address.port }, {
      timeoutMs: options.dataTimeoutMs,
    }),
  );
  return reply(200, "Data address taken");
}

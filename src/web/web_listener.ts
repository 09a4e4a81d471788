/** The port of the web page: over TLS with the certificate, without one in clear. */

import type { SocketAddress } from "../net/address.ts";
import { addressOf, ListenError, listenForControl } from "../net/control_listener.ts";
import type { CheckedIdentity } from "../net/tls_identity.ts";

/** Where the page listens. */
export interface WebPlace {
  readonly hostname: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Whether clients over TLS may speak HTTP/2; by default not. */
  readonly offersHttp2?: boolean;
}

/** A port that is open. */
export interface WebListener {
  readonly address: SocketAddress;
  readonly isSecure: boolean;
  readonly isOpen: boolean;
  accept(): Promise<Deno.TcpConn | Deno.TlsConn>;
  /** May be called again. */
  close(): void;
}

/** Whether several may listen on one port, so that a new certificate comes without a gap. */
const REUSE = Deno.build.os === "linux" ? { reusePort: true } : {};
/** Many clients may knock at once. */
const BACKLOG = 1024;

/**
 * Makes sure that nobody else has the port: sharing it, two servers would not notice each other.
 *
 * @throws {ListenError} when somebody has.
 */
export function probePort({ hostname, port }: WebPlace): void {
  if (port !== 0) listenForControl({ hostname, port }).close();
}

/**
 * Listens.
 *
 * @param identity The certificate to show; undefined for plain HTTP.
 * @throws {ListenError} when the port cannot be had.
 */
export function listenForWeb(place: WebPlace, identity: CheckedIdentity | undefined): WebListener {
  const listener = identity ? listenTls(place, identity) : listenForControl({ ...place, ...REUSE });
  let isOpen = true;
  return {
    address: addressOf(listener),
    isSecure: identity !== undefined,
    get isOpen(): boolean {
      return isOpen;
    },
    accept: () => listener.accept(),
    close(): void {
      if (isOpen) listener.close();
      isOpen = false;
    },
  };
}

function listenTls(place: WebPlace, identity: CheckedIdentity): Deno.TlsListener {
  const { hostname, port, offersHttp2 = false } = place;
  const { certificate: cert, key } = identity;
  try {
    // HTTP/2 only for who asks: the runtime's TLS leaves Nagle's algorithm on, so a client that has sent a
    // window full waits for the second of two small frames until its system acknowledges the first, 40 ms
    // for each MiB. Can be the default when an upload over it is as fast as one without.
    const alpnProtocols = offersHttp2 ? ["h2", "http/1.1"] : ["http/1.1"];
    const options = { hostname, port, cert, key, alpnProtocols, tcpBacklog: BACKLOG, ...REUSE };
    return Deno.listenTls(options);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const hasNoIPv6 = hostname === "::" && (code === "EAFNOSUPPORT" || code === "EADDRNOTAVAIL");
    if (hasNoIPv6) return listenTls({ ...place, hostname: "0.0.0.0" }, identity);
    throw new ListenError(port, cause);
  }
}

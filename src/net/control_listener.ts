/** The port that clients come to first. */

import { normalizeIp, type SocketAddress } from "./address.ts";

/** Many clients may knock at once; the system's usual 128 would turn some away. */
const BACKLOG = 1024;

/** A port cannot be had; the cause is the system's own error. */
export class ListenError extends Error {
  /** For stack traces. */
  override readonly name = "ListenError";
  /** The port that was tried. */
  readonly port: number;

  /** Names the port; `cause` says why. */
  constructor(port: number, cause: unknown) {
    super(`Cannot listen on port ${port}: ${cause instanceof Error ? cause.message : cause}`, { cause });
    this.port = port;
  }
}

/** Where to listen for control connections. */
export interface ControlListenerOptions extends SocketAddress {
  /**
   * Whether other threads listen on the same port, and the system shares the connections out among them;
   * default false.
   */
  readonly reusePort?: boolean;
}

/**
 * Listens for control connections. Where the system has no IPv6, `::` means every IPv4 address.
 *
 * @throws {ListenError} when the port cannot be had.
 */
export function listenForControl(
  { hostname, port, reusePort = false }: ControlListenerOptions,
): Deno.TcpListener {
  try {
    // Deno sees `reusePort` as unstable, and refuses it by its mere presence where that is not allowed.
    return Deno.listen({ hostname, port, tcpBacklog: BACKLOG, ...reusePort && { reusePort } });
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const hasNoIPv6 = hostname === "::" && (code === "EAFNOSUPPORT" || code === "EADDRNOTAVAIL");
    if (hasNoIPv6) return listenForControl({ hostname: "0.0.0.0", port, reusePort });
    throw new ListenError(port, cause);
  }
}

/** Where a listener is bound. */
export function addressOf({ addr }: { readonly addr: Deno.NetAddr }): SocketAddress {
  return { hostname: normalizeIp(addr.hostname), port: addr.port };
}

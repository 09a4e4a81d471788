/** IP addresses: one spelling for each, and which of them the internet can reach. */

import ipaddr from "ipaddr.js";

/** Where a socket is bound or connected. */
export interface SocketAddress {
  /** A literal IP address as {@linkcode normalizeIp} spells it. */
  readonly hostname: string;
  /** 0 to 65535. */
  readonly port: number;
}

const PLAIN_IPV4 = /^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/;

/**
 * One spelling for each address: an IPv4 address that a dual-stack socket shows as `::ffff:192.0.2.1` becomes `192.0.2.1`, a zone
 * (`fe80::1%eth0`) stays. Text that is no IP address is returned as it is.
 */
export function normalizeIp(hostname: string): string {
  // The runtime spells IPv4 addresses as they are here.
  if (PLAIN_IPV4.test(hostname)) return hostname;
  return ipaddr.isValid(hostname) ? ipaddr.process(hostname).toString() : hostname;
}

/** Whether the text is an IPv4 address of four decimal parts. */
export function isIPv4(hostname: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(hostname);
}

/** Whether the text is a literal IP address. */
export function isIp(hostname: string): boolean {
  return isIPv4(hostname) || ipaddr.IPv6.isValid(hostname);
}

/** Whether the address is this machine's own loopback. */
export function isLoopback(hostname: string): boolean {
  return rangeOf(hostname) === "loopback";
}

const PRIVATE_RANGES: ReadonlySet<string> = new Set([
  "private",
  "loopback",
  "linkLocal",
  "uniqueLocal",
  "carrierGradeNat",
  "unspecified",
]);

/** Whether only a private network can reach the address: RFC 1918, RFC 4193, link-local, carrier NAT, loopback. */
export function isPrivate(hostname: string): boolean {
  return PRIVATE_RANGES.has(rangeOf(hostname));
}

function rangeOf(hostname: string): string {
  return ipaddr.isValid(hostname) ? ipaddr.process(hostname).range() : "unicast";
}

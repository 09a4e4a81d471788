/** IP addresses: one spelling for each, and which of them the internet can reach. */

import { canonicalIPv6, isIPv4, mappedIPv4 } from "../protocol/ip_address.ts";

export { isIPv4 } from "../protocol/ip_address.ts";

/** Where a socket is bound or connected. */
export interface SocketAddress {
  /** A literal IP address as {@linkcode normalizeIp} spells it. */
  readonly hostname: string;
  /** 0 to 65535. */
  readonly port: number;
}

const WITH_ZONE = /^([^%]*)(%[\w.-]+)$/;

/**
 * One spelling for each address: an IPv4 address that a dual-stack socket shows as `::ffff:192.0.2.1` becomes
 * `192.0.2.1`, a zone (`fe80::1%eth0`) stays. Text that is no IP address is returned as it is.
 */
export function normalizeIp(hostname: string): string {
  // The runtime spells IPv4 addresses as they are here.
  return isIPv4(hostname) ? hostname : normalizeIPv6(hostname) ?? hostname;
}

/** Whether the text is a literal IP address. */
export function isIp(hostname: string): boolean {
  return isIPv4(hostname) || normalizeIPv6(hostname) !== undefined;
}

/** Whether the address is this machine's own loopback. */
export function isLoopback(hostname: string): boolean {
  return isIp(hostname) && LOOPBACK.test(normalizeIp(hostname));
}

/**
 * Whether only a private network can reach the address: RFC 1918, RFC 4193, link-local, carrier NAT,
 * loopback.
 */
export function isPrivate(hostname: string): boolean {
  if (!isIp(hostname)) return false;
  const normalized = normalizeIp(hostname);
  return PRIVATE.some((network) => network.test(normalized));
}

/** Of normalized addresses. */
const LOOPBACK = /^127\.|^::1(?:%|$)/;

/** Networks that the internet does not reach, of normalized addresses. */
const PRIVATE: readonly RegExp[] = [
  LOOPBACK,
  // "This" network and the unspecified address: RFC 1122 §3.2.1.3, RFC 4291 §2.5.2.
  /^0\.|^::(?:%|$)/,
  // RFC 1918.
  /^10\.|^172\.(?:1[6-9]|2\d|3[01])\.|^192\.168\./,
  // Carrier NAT, 100.64.0.0/10: RFC 6598.
  /^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
  // Link-local, 169.254.0.0/16 and fe80::/10: RFC 3927, RFC 4291 §2.5.6.
  /^169\.254\.|^fe[89ab]\w:/,
  // Unique local, fc00::/7: RFC 4193.
  /^f[cd]\w\w:/,
];

function normalizeIPv6(hostname: string): string | undefined {
  const [, address = hostname, zone = ""] = WITH_ZONE.exec(hostname) ?? [];
  const canonical = canonicalIPv6(address);
  return canonical && (mappedIPv4(canonical) ?? canonical + zone);
}

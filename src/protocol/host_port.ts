/** Data addresses on the wire: PORT, EPRT, and the replies 227 and 229. RFC 959 §4.1.2, RFC 2428. */

import { canonicalIPv6, isIPv4 } from "./ip_address.ts";

/** Where a data connection goes. */
export interface HostPort {
  /** A literal IP address. */
  readonly hostname: string;
  /** 1 to 65535. */
  readonly port: number;
}

/** The network protocols of RFC 2428 §2: 1 is IPv4, 2 is IPv6. */
export type NetworkProtocol = 1 | 2;

const SIX_NUMBERS = /^(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3})$/;

/** Reads `h1,h2,h3,h4,p1,p2`; undefined when it is anything else. RFC 959 §5.3.2. */
export function parseHostPort(argument: string): HostPort | undefined {
  const numbers = SIX_NUMBERS.exec(argument.trim())?.slice(1).map(Number);
  if (!numbers || numbers.some((number) => number > 255)) return undefined;
  const port = numbers[4]! * 256 + numbers[5]!;
  if (port === 0) return undefined;
  return { hostname: numbers.slice(0, 4).join("."), port };
}

/**
 * Reads `|1|132.235.1.2|6275|` with any delimiter from 33 to 126. RFC 2428 §2.
 *
 * @returns `"unknown-protocol"` for a well-formed argument of another network protocol; undefined for a
 *   malformed one.
 */
export function parseExtendedHostPort(argument: string): HostPort | "unknown-protocol" | undefined {
  const delimiter = argument.charAt(0);
  if (!/^[\x21-\x7e]$/.test(delimiter)) return undefined;
  const fields = argument.split(delimiter);
  if (fields.length !== 5 || fields[4] !== "") return undefined;
  const [, protocol, hostname, portText] = fields as [string, string, string, string, string];
  const port = Number(portText);
  if (!/^\d{1,3}$/.test(protocol) || !/^\d{1,5}$/.test(portText) || port < 1 || port > 65535) {
    return undefined;
  }
  if (protocol === "1") return isIPv4(hostname) ? { hostname, port } : undefined;
  if (protocol === "2") return canonicalIPv6(hostname) === undefined ? undefined : { hostname, port };
  return "unknown-protocol";
}

/** The text of a 227 reply; its parentheses hold the digits and nothing else. RFC 1123 §4.1.2.6. */
export function formatPassive({ hostname, port }: HostPort): string {
  return `Entering Passive Mode (${hostname.replaceAll(".", ",")},${port >> 8},${port & 255}).`;
}

/** The text of a 229 reply. RFC 2428 §3. */
export function formatExtendedPassive(port: number): string {
  return `Entering Extended Passive Mode (|||${port}|)`;
}

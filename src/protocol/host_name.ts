/** Host names as HOST takes them: domain names and IP literals. RFC 7151 §3. */

import { canonicalIPv6, isIPv4 } from "./ip_address.ts";

const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const DOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})*\\.?$`, "i");

/**
 * The host that is meant: a domain name in lower case and without a dot at its end, or an IP address (IPv6
 * comes in brackets).
 *
 * @returns undefined when it is neither.
 */
export function parseHostName(argument: string): string | undefined {
  const [, literal] = /^\[([^\]]+)\]$/.exec(argument) ?? [];
  if (literal !== undefined) return canonicalIPv6(literal);
  if (isIPv4(argument)) return argument;
  // What ends in a number is a mistyped address (RFC 3696 §2), and one with a port is not meant to work.
  if (argument.length > 253 || !DOMAIN.test(argument) || /(?:^|\.)\d+\.?$/.test(argument)) return undefined;
  return argument.replace(/\.$/, "").toLowerCase();
}

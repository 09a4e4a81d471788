/** IP addresses as text: what is one, and the one spelling of each. RFC 4291 §2.2, RFC 5952. */

const PART = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IPV4 = new RegExp(`^${PART}(?:\\.${PART}){3}$`);
/** All that an IPv6 address can consist of: nothing in it ends the host of a URL or is passed over there. */
const LIKE_IPV6 = /^[\da-f:.]{2,45}$/i;
/** An IPv4 address as an IPv6 socket sees it. RFC 4291 §2.5.5.2. */
const MAPPED = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/;

/**
 * Whether the text is an IPv4 address of four decimal parts without leading zeros, which some read as octal
 * (RFC 6943 §3.1.1).
 */
export function isIPv4(text: string): boolean {
  return IPV4.test(text);
}

/**
 * The spelling of RFC 5952 for an IPv6 address without a zone, all of it in hexadecimal groups.
 *
 * @returns undefined when the text is no such address.
 */
export function canonicalIPv6(text: string): string | undefined {
  // The runtime's URL parser knows the grammar and the spelling.
  return LIKE_IPV6.test(text) ? URL.parse(`http://[${text}]/`)?.hostname.slice(1, -1) : undefined;
}

/** The IPv4 address in an IPv4-mapped one that is spelled canonically; undefined for every other. */
export function mappedIPv4(canonical: string): string | undefined {
  const [, high, low] = MAPPED.exec(canonical) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const [first, second] = [parseInt(high, 16), parseInt(low, 16)];
  return [first >> 8, first & 255, second >> 8, second & 255].join(".");
}

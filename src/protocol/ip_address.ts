/** IP addresses as text: what is one, and the one spelling of each. RFC 4291 §2.2, RFC 5952. */

const PART = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IPV4 = new RegExp(`^${PART}(?:\\.${PART}){3}$`);
/** All that an IPv6 address can consist of: nothing in it ends the host of a URL or is passed over there. */
const LIKE_IPV6 = /^[\da-f:.]{2,45}$/i;
/** Everybody on a link has the same network there: what differs lies behind it. RFC 4291 §2.5.6. */
const LINK_LOCAL = /^fe[89ab]/;
/** The groups of an IPv6 address, and of the network in it that one client has to itself. */
const GROUPS = 8, NETWORK_GROUPS = 4;
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

/**
 * What of an address tells one client from the next: all of an IPv4 one, also of a mapped one, and the first
 * 64 bits of an IPv6 one, since a client may choose the rest (RFC 4291 §2.5.4, RFC 8981).
 *
 * @returns Text to count by, such as `192.0.2.1` or `2001:db8:0:1::/64`; what is no address comes back.
 */
export function networkOf(address: string): string {
  if (isIPv4(address)) return address;
  const canonical = canonicalIPv6(address);
  // A zone is named with link-local addresses alone.
  if (canonical === undefined || LINK_LOCAL.test(canonical)) return address;
  return mappedIPv4(canonical) ?? `${groupsOf(canonical).slice(0, NETWORK_GROUPS).join(":")}::/64`;
}

/**
 * The bytes of an address in network order: 4 of an IPv4 one, also of a mapped one, 16 of an IPv6 one.
 *
 * @returns undefined when the text is no address, or one with a zone.
 */
export function addressBytes(address: string): Uint8Array | undefined {
  const canonical = isIPv4(address) ? address : canonicalIPv6(address);
  if (canonical === undefined) return undefined;
  const ipv4 = isIPv4(canonical) ? canonical : mappedIPv4(canonical);
  if (ipv4 !== undefined) return Uint8Array.from(ipv4.split("."), Number);
  return Uint8Array.from(
    groupsOf(canonical).flatMap((group) => {
      const number = parseInt(group, 16);
      return [number >> 8, number & 255];
    }),
  );
}

function groupsOf(canonical: string): string[] {
  const [head, tail] = canonical.split("::").map((part) => part === "" ? [] : part.split(":"));
  if (!tail) return head!;
  return [...head!, ...Array<string>(GROUPS - head!.length - tail.length).fill("0"), ...tail];
}

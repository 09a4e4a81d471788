/** The networks that bans are about: which one a text means, and the one spelling of each. */

import { canonicalIPv6 } from "../protocol/ip_address.ts";
import { type IpNetwork, parseIpNetwork } from "../protocol/ip_network.ts";

/** What of an IPv6 address one client has to itself: it may choose the rest. RFC 4291 §2.5.4. */
const CLIENT_BITS = 64;
const IPV6_BYTES = 16;

/**
 * The network to ban when somebody says this text: a network, or an address. An IPv6 address without a length
 * stands for its network of 64 bits.
 *
 * @returns undefined when the text is neither.
 */
export function networkToBan(text: string): IpNetwork | undefined {
  // A zone says behind which interface an address is, and no network says that.
  const network = parseIpNetwork(text.trim().replace(/%[\w.-]+$/, ""));
  if (!network) return undefined;
  const isWhole = text.includes("/") || network.bytes.length !== IPV6_BYTES || isLinkLocal(network);
  return masked(isWhole ? network : { ...network, bits: CLIENT_BITS });
}

/** Everybody on a link has the same network there. RFC 4291 §2.5.6. */
function isLinkLocal({ bytes }: IpNetwork): boolean {
  return bytes[0] === 0xfe && (bytes[1]! & 0xc0) === 0x80;
}

/** The network with zeros behind its bits. */
export function masked({ bytes, bits }: IpNetwork): IpNetwork {
  const whole = bits >> 3;
  const kept = bytes.map((byte, at) => {
    if (at < whole) return byte;
    return at === whole ? byte & (0xff00 >> (bits & 7)) & 0xff : 0;
  });
  return { bytes: kept, bits };
}

/** The one spelling of a network: `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/64`. RFC 5952. */
export function formatNetwork(network: IpNetwork): string {
  const { bytes, bits } = masked(network);
  const length = bits === bytes.length * 8 ? "" : `/${bits}`;
  if (bytes.length !== IPV6_BYTES) return bytes.join(".") + length;
  const groups = Array.from({ length: IPV6_BYTES / 2 }, (_, at) => {
    return (bytes[2 * at]! << 8 | bytes[2 * at + 1]!).toString(16);
  });
  return canonicalIPv6(groups.join(":"))! + length;
}

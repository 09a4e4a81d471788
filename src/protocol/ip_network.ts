/** Networks of IP addresses as people write them: `192.168.1.0/24`, `2001:db8::/32`, a single address. */

import { addressBytes } from "./ip_address.ts";

/** A network: the addresses that begin with the same bits. RFC 4632 §3.1, RFC 4291 §2.3. */
export interface IpNetwork {
  /** 4 or 16 bytes in network order; those behind the bits count for nothing. */
  readonly bytes: Uint8Array;
  /** How many bits all its addresses share. */
  readonly bits: number;
}

/** What a network has to look like, for messages. */
export const IP_NETWORK_SYNTAX = "an address or a network, such as 192.168.1.7, 192.168.0.0/16 or fd00::/8";

/**
 * The network that the text means; undefined when it means none. An address alone is a network of its own.
 */
export function parseIpNetwork(text: string): IpNetwork | undefined {
  const [, address = text, written] = /^([^/]*)\/(\d{1,3})$/.exec(text) ?? [];
  const bytes = addressBytes(address);
  if (!bytes) return undefined;
  const most = bytes.length * 8;
  // A mapped address is an IPv4 one, so the bits before it are not counted.
  const mapped = address.includes(":") && bytes.length === 4 ? 96 : 0;
  const bits = written === undefined ? most : Number(written) - mapped;
  return bits >= 0 && bits <= most ? { bytes, bits } : undefined;
}

/** Whether the address lies in one of the networks. What is no address lies in none. */
export function isInNetworks(address: string, networks: Iterable<IpNetwork>): boolean {
  // A zone says behind which interface an address is, and no network says that.
  const bytes = addressBytes(address.replace(/%.*$/, ""));
  if (!bytes) return false;
  for (const network of networks) if (holds(network, bytes)) return true;
  return false;
}

function holds({ bytes, bits }: IpNetwork, address: Uint8Array): boolean {
  if (bytes.length !== address.length) return false;
  const whole = bits >> 3;
  for (let index = 0; index < whole; index++) if (bytes[index] !== address[index]) return false;
  const rest = bits & 7;
  return rest === 0 || (bytes[whole]! ^ address[whole]!) >> (8 - rest) === 0;
}

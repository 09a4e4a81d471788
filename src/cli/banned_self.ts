/** A warning for who bans himself. */

import { isInNetworks, parseIpNetwork } from "../protocol/ip_network.ts";
import { ownAddresses } from "./announcement.ts";

/**
 * What to warn of when this network is banned: that it holds the address that the person is connected from,
 * or one of this machine's own. Undefined when it holds neither.
 */
export function bannedSelf(network: string): string | undefined {
  const banned = parseIpNetwork(network);
  if (!banned) return undefined;
  const isBanned = (address: string): boolean => isInNetworks(address, [banned]);
  // As sshd tells it: the client's address comes first.
  const remote = Deno.env.get("SSH_CONNECTION")?.split(" ", 1)[0];
  if (remote !== undefined && isBanned(remote)) return `${remote}, the address that you are connected from`;
  const own = ["127.0.0.1", "::1", ...ownAddresses()].find(isBanned);
  return own === undefined ? undefined : `${own}, an address of this machine`;
}

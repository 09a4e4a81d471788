/** What else has to be right about a login than its password: where it comes from, and when. */

import { type IpNetwork, isInNetworks, parseIpNetwork } from "../protocol/ip_network.ts";
import type { User } from "../users/user.ts";

/** Whether the account may log in from this address. */
export function mayComeFrom({ allowNetworks, denyNetworks }: User, peer: string): boolean {
  if (denyNetworks && isInNetworks(peer, networksOf(denyNetworks))) return false;
  return !allowNetworks || isInNetworks(peer, networksOf(allowNetworks));
}

/** Whether the account has come to its end. */
export function isExpired({ expiresAtMs }: User): boolean {
  return expiresAtMs !== undefined && expiresAtMs <= Date.now();
}

/**
 * Whether a login depends on more than name and password: then it is judged each time. So is that of an
 * administrator, for the main thread lets itself be told what to do by those alone that it let in itself.
 */
export function dependsOnMore({ allowNetworks, denyNetworks, expiresAtMs, totp, admin }: User): boolean {
  return admin === true ||
    [allowNetworks, denyNetworks, expiresAtMs, totp].some((rule) => rule !== undefined);
}

function networksOf(texts: readonly string[]): IpNetwork[] {
  return texts.flatMap((text) => parseIpNetwork(text) ?? []);
}

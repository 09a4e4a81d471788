/** Networks that a setting names, such as those that are never banned. */

import { isPrivate } from "../net/address.ts";
import { type IpNetwork, isInNetworks, parseIpNetwork } from "../protocol/ip_network.ts";

/** Stands for all addresses that the internet does not reach. */
export const PRIVATE_NETWORKS = "private";

/** Whether the text may stand in such a setting. */
export function isNetworkName(text: string): boolean {
  return text === PRIVATE_NETWORKS || parseIpNetwork(text) !== undefined;
}

/** Some networks. */
export class NetworkSet {
  readonly #networks: readonly IpNetwork[];
  readonly #hasPrivate: boolean;

  /** @param names Networks, addresses, and {@linkcode PRIVATE_NETWORKS}. */
  constructor(names: readonly string[]) {
    this.#hasPrivate = names.includes(PRIVATE_NETWORKS);
    this.#networks = names.flatMap((name) => parseIpNetwork(name) ?? []);
  }

  /** Whether the address lies in one of them. */
  has(address: string): boolean {
    return this.#hasPrivate && isPrivate(address) || isInNetworks(address, this.#networks);
  }
}

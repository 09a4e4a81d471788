/** Ledger: how many connections there are, for the server, each client address and each account. */

import { networkOf } from "../protocol/ip_address.ts";
import { LimitError } from "./limit_error.ts";

/** A place that was taken; disposing gives it back, once. */
export type Seat = Disposable;

/** The limits; 0 means none. */
export interface LedgerLimits {
  /** Control connections in all. */
  maxConnections: number;
  /** Control connections from one IPv4 address, or one IPv6 network of 64 bits. */
  maxConnectionsPerIp: number;
}

/** Counts control connections and refuses those that are too many. Data connections do not count. */
export class Ledger {
  /** The limits; new ones hold from the next connection on. */
  limits: LedgerLimits;
  #connections = 0;
  readonly #byNetwork = new Map<string, number>();
  readonly #byUser = new Map<string, number>();

  constructor(limits: LedgerLimits) {
    this.limits = limits;
  }

  /** Control connections at this moment. */
  get connections(): number {
    return this.#connections;
  }

  /**
   * Takes a place for a connection from this address.
   *
   * @throws {LimitError} `connections` or `connections-of-address`.
   */
  admit(peer: string): Seat {
    const { maxConnections, maxConnectionsPerIp } = this.limits;
    if (maxConnections > 0 && this.#connections >= maxConnections) {
      throw new LimitError({ kind: "connections", most: maxConnections });
    }
    const network = networkOf(peer);
    if (maxConnectionsPerIp > 0 && (this.#byNetwork.get(network) ?? 0) >= maxConnectionsPerIp) {
      throw new LimitError({ kind: "connections-of-address", most: maxConnectionsPerIp });
    }
    this.#connections++;
    const seat = takeSeat(this.#byNetwork, network);
    return seatOf(() => {
      this.#connections--;
      seat[Symbol.dispose]();
    });
  }

  /**
   * Takes a place for a session of this account.
   *
   * @throws {LimitError} `connections-of-account`.
   */
  seatUser(name: string, maxConnections: number): Seat {
    if (maxConnections > 0 && (this.#byUser.get(name) ?? 0) >= maxConnections) {
      throw new LimitError({ kind: "connections-of-account", most: maxConnections });
    }
    return takeSeat(this.#byUser, name);
  }
}

function takeSeat(counts: Map<string, number>, key: string): Seat {
  counts.set(key, (counts.get(key) ?? 0) + 1);
  return seatOf(() => {
    const left = counts.get(key)! - 1;
    if (left > 0) counts.set(key, left);
    else counts.delete(key);
  });
}

function seatOf(release: () => void): Seat {
  let taken = true;
  return {
    [Symbol.dispose](): void {
      if (taken) release();
      taken = false;
    },
  };
}

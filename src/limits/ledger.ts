/** Ledger: how many connections there are, for the server, each client address and each account. */

import { networkOf } from "../protocol/ip_address.ts";
import { LimitError } from "./limit_error.ts";
import { ALL, type SeatEntry } from "./seat_column.ts";
import { SeatCounts } from "./seat_counts.ts";
import { Tags } from "./tags.ts";

/** A place that was taken; disposing gives it back, once. */
export type Seat = Disposable;

/** The limits; 0 means none. */
export interface LedgerLimits {
  /** Control connections in all. */
  readonly maxConnections: number;
  /** Control connections from one IPv4 address, or one IPv6 network of 64 bits. */
  readonly maxConnectionsPerIp: number;
}

/** What a ledger counts in and by; by default in memory of its own. */
export interface LedgerMemory {
  readonly counts?: SeatCounts;
  readonly tags?: Tags;
  /** Where the limits are, for all threads. */
  readonly limits?: ArrayBufferLike;
}

/** The cells of the limits. */
const ALL_AT_ONCE = 0, OF_NETWORK = 1;
const LIMIT_BYTES = 2 * BigInt64Array.BYTES_PER_ELEMENT;

/** Counts control connections and refuses those that are too many. Data connections do not count. */
export class Ledger {
  readonly #counts: SeatCounts;
  readonly #tags: Tags;
  readonly #limits: BigInt64Array;

  constructor({ counts = new SeatCounts(), tags = new Tags(), limits }: LedgerMemory = {}) {
    this.#counts = counts;
    this.#tags = tags;
    this.#limits = new BigInt64Array(limits ?? new ArrayBuffer(LIMIT_BYTES));
  }

  /** Memory for the limits of several threads. */
  static sharedLimits(): SharedArrayBuffer {
    return new SharedArrayBuffer(LIMIT_BYTES);
  }

  /** The limits; new ones hold from the next connection on, in all threads. */
  get limits(): LedgerLimits {
    return {
      maxConnections: Number(Atomics.load(this.#limits, ALL_AT_ONCE)),
      maxConnectionsPerIp: Number(Atomics.load(this.#limits, OF_NETWORK)),
    };
  }

  set limits({ maxConnections, maxConnectionsPerIp }: LedgerLimits) {
    Atomics.store(this.#limits, ALL_AT_ONCE, BigInt(maxConnections));
    Atomics.store(this.#limits, OF_NETWORK, BigInt(maxConnectionsPerIp));
  }

  /** Control connections at this moment. */
  get connections(): number {
    return this.#counts.count(ALL);
  }

  /**
   * Takes a place for a connection from this address.
   *
   * @throws {LimitError} `connections` or `connections-of-address`.
   */
  admit(peer: string): Seat {
    const { maxConnections, maxConnectionsPerIp } = this.limits;
    // Looked at before anything is taken: who is sent away for his network takes nobody's place for a moment.
    if (maxConnections > 0 && this.connections >= maxConnections) throw tooMany(maxConnections);
    const ofNetwork = this.#counts.take(this.#tags.ofNetwork(networkOf(peer)), maxConnectionsPerIp);
    if (ofNetwork === undefined) {
      throw new LimitError({ kind: "connections-of-address", most: maxConnectionsPerIp });
    }
    const ofAll = this.#counts.take(ALL, maxConnections);
    if (ofAll === undefined) {
      this.#counts.release(ofNetwork);
      throw tooMany(maxConnections);
    }
    return this.#seat(ofNetwork, ofAll);
  }

  /**
   * Takes a place for a session of this account.
   *
   * @param maxConnections How many it may have; 0 for any number.
   * @throws {LimitError} `connections-of-account`.
   */
  seatUser(name: string, maxConnections: number): Seat {
    const entry = this.#counts.take(this.#tags.ofAccount(name), maxConnections);
    if (entry === undefined) throw new LimitError({ kind: "connections-of-account", most: maxConnections });
    return this.#seat(entry);
  }

  #seat(...entries: SeatEntry[]): Seat {
    let isTaken = true;
    return {
      [Symbol.dispose]: () => {
        if (isTaken) { for (const entry of entries) this.#counts.release(entry); }
        isTaken = false;
      },
    };
  }
}

function tooMany(most: number): LimitError {
  return new LimitError({ kind: "connections", most });
}

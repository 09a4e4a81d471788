/**
 * Ban table: which networks are banned, for every thread that accepts connections, and how many it has
 * refused. One thread writes it; a look costs a flood's connection some microseconds and nobody a message.
 */

import { Tags } from "../limits/tags.ts";
import { addressBytes } from "../protocol/ip_address.ts";
import type { IpNetwork } from "../protocol/ip_network.ts";
import { masked } from "./network.ts";

/** The most bans at once: see {@linkcode BanTable.add} for the rest. */
export const MOST_BANS = 4096;

/**
 * Buckets and their places. With all bans there are two in a bucket, under a key that no client knows: that
 * one gets 17 happens once in ten billion.
 */
const BUCKETS = 2048, WAYS = 16;
/** The words of a place: its tag, and the connections that were refused. */
const HIGH = 0, LOW = 1, REFUSED = 2, PLACE_WORDS = 3;
/** How many bans there are of each length, IPv4 first, so that a look asks for no others. */
const IPV4_LENGTHS = 33, IPV6_LENGTHS = 129;
const ALL = 0, LENGTHS = 1;
const PLACES = LENGTHS + IPV4_LENGTHS + IPV6_LENGTHS;
const BYTES = (PLACES + BUCKETS * WAYS * PLACE_WORDS) * Int32Array.BYTES_PER_ELEMENT;

/** What another thread needs to look. */
export interface SharedBans {
  /** What networks are counted under: no client knows it. */
  readonly tagKey: Uint8Array;
  /** Where the table is. */
  readonly memory: SharedArrayBuffer;
}

/** The table. */
export class BanTable {
  readonly #tags: Tags;
  readonly #cells: Int32Array;

  constructor({ tagKey, memory }: SharedBans) {
    this.#tags = new Tags(tagKey);
    this.#cells = new Int32Array(memory);
  }

  /** Memory for a table of several threads, empty. */
  static shared(): SharedBans {
    return { tagKey: Tags.newKey(), memory: new SharedArrayBuffer(BYTES) };
  }

  /** Whether this client is banned; then it counts as refused. */
  refuses(address: string): boolean {
    const place = this.#banOf(address);
    if (place !== undefined) Atomics.add(this.#cells, place + REFUSED, 1);
    return place !== undefined;
  }

  /** Whether this address is banned. */
  holds(address: string): boolean {
    return this.#banOf(address) !== undefined;
  }

  /** How many connections of the network were refused while it was banned. */
  refusedOf(network: IpNetwork): number {
    const place = this.#find(network);
    return place === undefined ? 0 : Atomics.load(this.#cells, place + REFUSED) >>> 0;
  }

  /** Bans a network that is not banned; false where there is no room left beside others. */
  add(network: IpNetwork): boolean {
    const place = this.#placeOf(network, { high: 0, low: 0 });
    if (place === undefined) return false;
    const { high, low } = this.#tagOf(network);
    Atomics.store(this.#cells, place + REFUSED, 0);
    Atomics.store(this.#cells, place + HIGH, high);
    Atomics.store(this.#cells, place + LOW, low);
    Atomics.add(this.#cells, lengthCell(network), 1);
    Atomics.add(this.#cells, ALL, 1);
    return true;
  }

  /** Takes a ban back. */
  remove(network: IpNetwork): void {
    const place = this.#find(network);
    if (place === undefined) return;
    Atomics.sub(this.#cells, ALL, 1);
    Atomics.sub(this.#cells, lengthCell(network), 1);
    for (const word of [LOW, HIGH]) Atomics.store(this.#cells, place + word, 0);
  }

  /** The place of a ban of this address. Whatever stands there, nobody waits. */
  #banOf(address: string): number | undefined {
    if (Atomics.load(this.#cells, ALL) === 0) return undefined;
    const bytes = addressBytes(address.replace(/%.*$/, ""));
    if (!bytes) return undefined;
    for (let bits = bytes.length * 8; bits >= 0; bits--) {
      if (Atomics.load(this.#cells, lengthCell({ bytes, bits })) === 0) continue;
      const place = this.#find({ bytes, bits });
      if (place !== undefined) return place;
    }
    return undefined;
  }

  #find(network: IpNetwork): number | undefined {
    return this.#placeOf(network, this.#tagOf(network));
  }

  /** The place in the network's bucket that holds this tag, zeros for a free one. */
  #placeOf(network: IpNetwork, wanted: { high: number; low: number }): number | undefined {
    const bucket = this.#tagOf(network).low & BUCKETS - 1;
    for (let way = 0; way < WAYS; way++) {
      const place = PLACES + (bucket * WAYS + way) * PLACE_WORDS;
      const isIt = Atomics.load(this.#cells, place + HIGH) === wanted.high &&
        Atomics.load(this.#cells, place + LOW) === wanted.low;
      if (isIt) return place;
    }
    return undefined;
  }

  #tagOf(network: IpNetwork): { high: number; low: number } {
    const { bytes, bits } = masked(network);
    return this.#tags.ofNetwork(`${bytes}/${bits}`);
  }
}

function lengthCell({ bytes, bits }: IpNetwork): number {
  return LENGTHS + (bytes.length === 4 ? bits : IPV4_LENGTHS + bits);
}

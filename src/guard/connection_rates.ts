/**
 * Connection rates: how many connections a network makes in some seconds and does not log in with, over all
 * threads, in memory that never grows.
 */

import type { Tags } from "../limits/tags.ts";

const WINDOW_MS = 10_000;
/**
 * So many in a window are a flood. A program that opens a connection for each of its files logs in with it,
 * so it does not count.
 */
const FLOOD = 300;
/** Networks at once. Two that share a place begin anew with each other: nobody is blamed for the other. */
const PLACES = 4096;
/** The words of a place. */
const TAG = 0, WINDOW = 1, COUNT = 2, PLACE_WORDS = 3;
const BYTES = PLACES * PLACE_WORDS * Int32Array.BYTES_PER_ELEMENT;

/** Counts connections of networks. */
export class ConnectionRates {
  readonly #tags: Tags;
  readonly #cells: Int32Array;
  readonly #now: () => number;

  /** @param now The clock, milliseconds since 1970: the one that all threads have. */
  constructor(tags: Tags, memory: ArrayBufferLike = new ArrayBuffer(BYTES), now: () => number = Date.now) {
    this.#tags = tags;
    this.#cells = new Int32Array(memory);
    this.#now = now;
  }

  /** Memory for the counts of several threads. */
  static shared(): SharedArrayBuffer {
    return new SharedArrayBuffer(BYTES);
  }

  /** Counts a connection; returns whether it makes a flood, once for each so many. */
  opened(network: string): boolean {
    const place = this.#placeOf(network);
    if (!this.#isOf(place, network)) {
      Atomics.store(this.#cells, place + COUNT, 0);
      Atomics.store(this.#cells, place + WINDOW, this.#window);
      Atomics.store(this.#cells, place + TAG, this.#tags.ofNetwork(network).high);
    }
    return (Atomics.add(this.#cells, place + COUNT, 1) + 1) % FLOOD === 0;
  }

  /** Takes one back: its client has logged in. */
  loggedIn(network: string): void {
    const place = this.#placeOf(network);
    if (!this.#isOf(place, network)) return;
    const count = Atomics.load(this.#cells, place + COUNT);
    // A flood stays one, and none is counted twice.
    if (count % FLOOD !== 0) Atomics.compareExchange(this.#cells, place + COUNT, count, count - 1);
  }

  get #window(): number {
    return Math.floor(this.#now() / WINDOW_MS) | 0;
  }

  #placeOf(network: string): number {
    return (this.#tags.ofNetwork(network).low & PLACES - 1) * PLACE_WORDS;
  }

  #isOf(place: number, network: string): boolean {
    return Atomics.load(this.#cells, place + TAG) === this.#tags.ofNetwork(network).high &&
      Atomics.load(this.#cells, place + WINDOW) === this.#window;
  }
}

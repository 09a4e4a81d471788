/** Counter: how many there are at this moment, over all threads that share its cell. */

/** The memory of a {@linkcode Counter}: one cell. */
const CELL_BYTES = 8;

/** A number that threads may count up and down at once. */
export class Counter {
  readonly #cell: BigInt64Array;

  /** @param memory Where it counts; shared memory makes it one counter for all threads that have it. */
  constructor(memory: ArrayBufferLike = new ArrayBuffer(CELL_BYTES)) {
    this.#cell = new BigInt64Array(memory);
  }

  /** Memory for one counter of several threads, at zero. */
  static shared(): SharedArrayBuffer {
    return new SharedArrayBuffer(CELL_BYTES);
  }

  /** The number at this moment. */
  get value(): number {
    return Number(Atomics.load(this.#cell, 0));
  }

  /** Adds to it, or takes away; returns what it is then. */
  add(count: number): number {
    return Number(Atomics.add(this.#cell, 0, BigInt(count))) + count;
  }

  /** Adds one where that makes it no more than `most`; tells whether it did. */
  addUpTo(most: number): boolean {
    while (true) {
      const now = Atomics.load(this.#cell, 0);
      if (now >= most) return false;
      if (Atomics.compareExchange(this.#cell, 0, now, now + 1n) === now) return true;
    }
  }
}

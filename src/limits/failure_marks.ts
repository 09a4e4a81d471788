/**
 * Failure marks: whether a client's network has given wrong passwords, for threads that do not know which.
 */

import type { Tags } from "./tags.ts";

/** Networks share a mark by chance: one in so many, for each network that has failed. */
const MARKS = 8192;
const BYTES = MARKS * Int32Array.BYTES_PER_ELEMENT;

/** Marks for networks that wrong passwords are remembered of. One thread sets them, any may look. */
export class FailureMarks {
  readonly #tags: Tags;
  readonly #cells: Int32Array;

  /** @param memory Where the marks are; shared memory shows them to other threads. */
  constructor(tags: Tags, memory: ArrayBufferLike = new ArrayBuffer(BYTES)) {
    this.#tags = tags;
    this.#cells = new Int32Array(memory);
  }

  /** Memory for the marks of several threads, none of them set. */
  static shared(): SharedArrayBuffer {
    return new SharedArrayBuffer(BYTES);
  }

  /** Whether the network may have failed. Where it says no, nothing is remembered of it. */
  has(network: string): boolean {
    return Atomics.load(this.#cells, this.#cellOf(network)) !== 0;
  }

  /** Something is remembered of it from now on. */
  add(network: string): void {
    Atomics.add(this.#cells, this.#cellOf(network), 1);
  }

  /** Nothing is remembered of it any more. */
  remove(network: string): void {
    Atomics.sub(this.#cells, this.#cellOf(network), 1);
  }

  #cellOf(network: string): number {
    return this.#tags.ofNetwork(network).low & MARKS - 1;
  }
}

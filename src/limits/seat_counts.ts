/** Seat counts: how many seats all threads hold together, and taking one more where that is not too many. */

import { LimitError } from "./limit_error.ts";
import { MOST_NAMES, SeatColumn, type SeatEntry } from "./seat_column.ts";
import type { Tag } from "./tags.ts";

/** The columns of the threads at some moment. */
export interface SeatColumns {
  /** How many have been added until then. */
  readonly version: number;
  readonly memory: readonly SharedArrayBuffer[];
}

/**
 * A thread that takes a seat counts it first and looks at all columns then; with one too many it gives the
 * seat back. Of several that do so at once the last one to count sees all others, so there are never too
 * many. One that sees too many only because another was about to be sent away tries again.
 */
export class SeatCounts {
  readonly #own: SeatColumn;
  readonly #version: Int32Array;
  #others: readonly SeatColumn[] = [];
  #known = 0;

  /**
   * @param own The column of this thread.
   * @param version The cell that tells how many columns have been added.
   */
  constructor(
    own: SeatColumn = new SeatColumn(),
    version: ArrayBufferLike = new ArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
  ) {
    this.#own = own;
    this.#version = new Int32Array(version);
  }

  /**
   * Whether all columns are known. If not, more are on their way, and what was just taken may be too much.
   */
  get isCurrent(): boolean {
    return Atomics.load(this.#version, 0) === this.#known;
  }

  /** Takes over the columns of the other threads. */
  takeOver({ version, memory }: SeatColumns): void {
    this.#known = version;
    this.#others = memory.map((column) => new SeatColumn(column));
  }

  /** How many seats all threads hold for this tag. */
  count(tag: Tag): number {
    let sum = this.#own.count(tag);
    for (const other of this.#others) sum += other.count(tag);
    return sum;
  }

  /**
   * Takes a seat.
   *
   * @param most How many there may be then; 0 for any number.
   * @returns What {@linkcode release} takes; undefined when there would be more.
   * @throws {LimitError} `connections` when this thread has seats for as many names as it can.
   */
  take(tag: Tag, most: number): SeatEntry | undefined {
    const entry = this.#own.add(tag);
    if (entry === undefined) throw new LimitError({ kind: "connections", most: MOST_NAMES });
    if (most === 0) return entry;
    for (let tries = 1; this.count(tag) > most; tries++) {
      this.#own.release(entry);
      if (tries === MOST_TRIES || this.count(tag) >= most) return undefined;
      this.#own.addAgain(entry);
    }
    return entry;
  }

  /** Gives a seat back that this thread has taken. */
  release(entry: SeatEntry): void {
    this.#own.release(entry);
  }
}

/** Two threads that try in step get out of step sooner; what others write must not hold a thread for ever. */
const MOST_TRIES = 1000;

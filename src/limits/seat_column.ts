/**
 * Seat column: what one thread has taken, by tag, where other threads can read it. That thread alone writes
 * it, so when it dies, in the middle of whatever, its column says what it held.
 */

import type { Tag } from "./tags.ts";

/** The tag of all seats together; no name has it. */
export const ALL: Tag = { high: 0, low: 1 };

/** The entries of each level. What finds no room in one goes to the next. */
const LEVELS = [256, 1024, 4096, 16384, 65536] as const;
/** How many entries of a level a tag may be in. */
const WINDOW = 16;
/** The words of an entry; those of one that was never used are 0. */
const HIGH = 0, LOW = 1, COUNT = 2, ENTRY_WORDS = 4;
/** The words before the entries: whether the column counts for nothing any more, and the levels in use. */
const IS_OVER = 0, USED_LEVELS = 1, HEADER_WORDS = 4;

/** So many names can a thread have seats for at once. */
export const MOST_NAMES = LEVELS.reduce((sum, entries) => sum + entries, 0);
/** The system gives pages of it when they are written to: few clients take a few KiB. */
const BYTES = (HEADER_WORDS + MOST_NAMES * ENTRY_WORDS) * Int32Array.BYTES_PER_ELEMENT;

/** Where in a column a seat is counted. */
export type SeatEntry = number;

/**
 * Counts by tag. An entry stays where it is while it counts anything, so whoever looks for it meanwhile finds
 * it.
 */
export class SeatColumn {
  readonly #words: Int32Array;

  /** @param memory Where it counts; shared memory lets others read it. */
  constructor(memory: ArrayBufferLike = new ArrayBuffer(BYTES)) {
    this.#words = new Int32Array(memory);
  }

  /** Memory for the column of one of several threads, with nothing counted. */
  static shared(): SharedArrayBuffer {
    return new SharedArrayBuffer(BYTES);
  }

  /** How many seats the thread holds for this tag; 0 when it is over. */
  count(tag: Tag): number {
    if (Atomics.load(this.#words, IS_OVER) !== 0) return 0;
    const entry = this.#find(tag);
    // What others have written is not gone by further than it makes sense.
    return entry === undefined ? 0 : Math.max(0, Atomics.load(this.#words, entry + COUNT));
  }

  /** Counts one more; undefined when there is no room for the tag. Only for the thread whose column it is. */
  add(tag: Tag): SeatEntry | undefined {
    const entry = this.#find(tag) ?? this.#claim(tag);
    if (entry !== undefined) this.addAgain(entry);
    return entry;
  }

  /** Counts one more where one was counted, and given back, a moment ago. */
  addAgain(entry: SeatEntry): void {
    Atomics.add(this.#words, entry + COUNT, 1);
  }

  /** Counts one less. */
  release(entry: SeatEntry): void {
    Atomics.sub(this.#words, entry + COUNT, 1);
  }

  /** The thread has ended: from now on it holds nothing, whatever it may still write. */
  end(): void {
    Atomics.store(this.#words, IS_OVER, 1);
  }

  #find({ high, low }: Tag): SeatEntry | undefined {
    const words = this.#words;
    const levels = Math.min(LEVELS.length, Atomics.load(words, USED_LEVELS));
    for (let level = 0; level < levels; level++) {
      for (let step = 0; step < WINDOW; step++) {
        const entry = entryAt(level, low + step);
        const found = Atomics.load(words, entry + HIGH);
        if (found === high && Atomics.load(words, entry + LOW) === low) return entry;
        // Nothing was ever put behind one that was never used.
        if (found === 0 && Atomics.load(words, entry + LOW) === 0) break;
      }
    }
    return undefined;
  }

  /** Gives the tag an entry that counts nothing. */
  #claim({ high, low }: Tag): SeatEntry | undefined {
    const words = this.#words;
    for (let level = 0; level < LEVELS.length; level++) {
      if (Atomics.load(words, USED_LEVELS) <= level) Atomics.store(words, USED_LEVELS, level + 1);
      for (let step = 0; step < WINDOW; step++) {
        const entry = entryAt(level, low + step);
        if (Atomics.load(words, entry + COUNT) !== 0) continue;
        Atomics.store(words, entry + HIGH, high);
        Atomics.store(words, entry + LOW, low);
        return entry;
      }
    }
    return undefined;
  }
}

/** Where the levels begin, in words. */
const STARTS = LEVELS.map((_, level) =>
  HEADER_WORDS + LEVELS.slice(0, level).reduce((sum, entries) => sum + entries, 0) * ENTRY_WORDS
);

function entryAt(level: number, place: number): SeatEntry {
  // Each level has a power of two of entries.
  return STARTS[level]! + (place & LEVELS[level]! - 1) * ENTRY_WORDS;
}

/** The last lines of the log, in bounded memory: for whoever looks at a server that runs. */

import { isHeard, type LogLevel } from "./event_level.ts";

/** A line of the log. */
export interface TailLine {
  /** Counts up from 1 while the server runs. */
  readonly number: number;
  /** When it was written, milliseconds since 1970. */
  readonly atMs: number;
  readonly level: LogLevel;
  /** One line without control characters. */
  readonly text: string;
}

/** Which lines are wanted. */
export interface TailWish {
  /** How many at most, the last ones. */
  readonly most: number;
  /** Only lines that matter as much; by default all. */
  readonly level?: LogLevel;
  /** Only lines behind this number; by default all. */
  readonly after?: number;
}

const MOST_LINES = 1000;
/** In all lines together: a flood of long ones pushes the old ones out sooner. */
const MOST_CHARACTERS = 128 * 1024;
/** What is left of a line that is longer. */
const LONGEST_LINE = 2000;

/** Keeps them. */
export class LogTail {
  #lines: TailLine[] = [];
  #first = 0;
  #characters = 0;
  #lastNumber = 0;
  readonly #listeners = new Set<() => void>();

  /** The number of the last line; 0 before the first. */
  get lastNumber(): number {
    return this.#lastNumber;
  }

  /** Takes a line. */
  add({ atMs, level, text }: Omit<TailLine, "number">): void {
    const kept = text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}…` : text;
    this.#lines.push({ number: ++this.#lastNumber, atMs, level, text: kept });
    this.#characters += kept.length;
    while (this.#lines.length - this.#first > MOST_LINES || this.#characters > MOST_CHARACTERS) {
      this.#characters -= this.#lines[this.#first++]!.text.length;
    }
    // Now and then: to move all lines for each one would cost a flood more than it does.
    if (this.#first > MOST_LINES) this.#lines = this.#lines.slice(this.#first), this.#first = 0;
    for (const listener of [...this.#listeners]) listener();
  }

  /** The last lines that fit, the oldest first. */
  lines({ most, level = "debug", after = 0 }: TailWish): TailLine[] {
    const found: TailLine[] = [];
    for (let at = this.#lines.length - 1; at >= this.#first && found.length < most; at--) {
      const line = this.#lines[at]!;
      if (line.number <= after) break;
      if (isHeard(line.level, level)) found.push(line);
    }
    return found.reverse();
  }

  /** Calls the listener behind each line. Returns the way to stop listening. */
  subscribe(listener: () => void): () => void {
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }
}

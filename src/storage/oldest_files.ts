/** The oldest of many files, of which only so many are held. */

import type { Found } from "./retention_walk.ts";

/** What is said to be older was written by a clock that was not set. */
const EARLIEST_FILE_MS = Date.UTC(2000, 0, 1);

/** When a file was changed, milliseconds since 1970; undefined where no clock was set that knew. */
export function changedMs({ mtime }: Deno.FileInfo): number | undefined {
  const modifiedMs = mtime?.getTime() ?? 0;
  return modifiedMs < EARLIEST_FILE_MS ? undefined : modifiedMs;
}

/** Holds the oldest of what it is given; of whose time nobody knows comes last. */
export class OldestFiles {
  readonly #most: number;
  #held: Found[] = [];
  #hasDropped = false;

  /** @param most How many are wanted. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Whether there were more than are held. */
  get hasDropped(): boolean {
    return this.#hasDropped;
  }

  /** Takes one more. */
  add(found: Found): void {
    this.#held.push(found);
    // To order twice as many now and then costs less than a place for each.
    if (this.#held.length >= 2 * this.#most) this.#cut();
  }

  /** Those that are held, the oldest first. */
  sorted(): readonly Found[] {
    this.#cut();
    return this.#held;
  }

  #cut(): void {
    this.#held.sort(byAge);
    if (this.#held.length <= this.#most) return;
    this.#held.length = this.#most;
    this.#hasDropped = true;
  }
}

function byAge(a: Found, b: Found): number {
  const [first, second] = [changedMs(a.info) ?? Infinity, changedMs(b.info) ?? Infinity];
  if (first !== second) return first < second ? -1 : 1;
  return a.path < b.path ? -1 : 1;
}

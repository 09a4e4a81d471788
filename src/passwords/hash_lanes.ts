/** Queues for hashes: few are computed at once, whoever asks. */

import type { StoredHash } from "./stored_hash.ts";

/** Runs so many tasks at once, the rest in the order in which they came. */
class Lane {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(most: number) {
    this.#most = most;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    // A place that is given up goes straight to who waits longest, so the count is right whenever somebody
    // looks.
    if (this.#running < this.#most) this.#running++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}

const LANES: Readonly<Record<StoredHash["lane"], Lane>> = {
  // A flood of wrong passwords takes half of the processors at most, and never more than two threads of the
  // runtime's.
  runtime: new Lane(navigator.hardwareConcurrency < 4 ? 1 : 2),
  library: new Lane(1),
};

/** Runs the computation of a hash in its turn. */
export function inLane<T>(lane: StoredHash["lane"], task: () => Promise<T>): Promise<T> {
  return LANES[lane].run(task);
}

/** Turns: how long one session may keep the thread from the others. */

import { setImmediate } from "node:timers";

/** Long enough to be worth something, too short for anybody to notice. */
const LONGEST_MS = 2;

/** One session's turn at work that never waits by itself. */
export class Turn {
  #startedMs = performance.now();

  /** Lets the others do what is ready to be done, when the turn has been long. */
  giveWay(): Promise<void> | undefined {
    if (performance.now() - this.#startedMs < LONGEST_MS) return undefined;
    return new Promise((resolve) =>
      setImmediate(() => {
        this.#startedMs = performance.now();
        resolve();
      })
    );
  }
}

/** Turns: how long one session may keep the thread from the others. */

/** Long enough to be worth something, too short for anybody to notice. */
const LONGEST_MS = 2;

/** One session's turn at work that never waits by itself. */
export class Turn {
  #startedMs = performance.now();

  /** Lets the others do what is ready to be done, when the turn has been long. */
  giveWay(): Promise<void> | undefined {
    if (performance.now() - this.#startedMs < LONGEST_MS) return undefined;
    return this.#giveWay();
  }

  async #giveWay(): Promise<void> {
    // Loaded for the first long turn: it brings the runtime's Node side, 2 MiB of a thread that may have no client yet.
    const { setImmediate } = await import("node:timers");
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#startedMs = performance.now();
  }
}

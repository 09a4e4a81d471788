/** Turns: one at a time for each key, the rest of the same key in the order in which they came. */

/** A turn; disposing ends it, once. */
export type Turn = Disposable;

/** Gives turns. Keys do not wait for each other. */
export class Turns {
  /** The keys whose turn it is, with those that wait behind it. */
  readonly #waiting = new Map<string, Set<() => void>>();

  /**
   * Waits for a turn.
   *
   * @throws {Error} named AbortError when the signal fires first; then nobody waits for this one.
   */
  async take(key: string, signal: AbortSignal): Promise<Turn> {
    const queue = this.#waiting.get(key);
    if (queue) await waitIn(queue, signal);
    else this.#waiting.set(key, new Set());
    let isTaken = true;
    return {
      [Symbol.dispose]: () => {
        if (isTaken) this.#next(key);
        isTaken = false;
      },
    };
  }

  /** Hands the turn on, so that nobody who comes at this moment can slip in. */
  #next(key: string): void {
    const queue = this.#waiting.get(key)!;
    const [first] = queue;
    if (!first) return void this.#waiting.delete(key);
    queue.delete(first);
    first();
  }
}

async function waitIn(queue: Set<() => void>, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const leave = (): void => {
    // One whose turn has come keeps it.
    if (queue.delete(resolve)) reject(new DOMException("The turn was given up", "AbortError"));
  };
  queue.add(resolve);
  if (signal.aborted) leave();
  signal.addEventListener("abort", leave);
  try {
    await promise;
  } finally {
    signal.removeEventListener("abort", leave);
  }
}

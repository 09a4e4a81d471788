/** Places at once: so many calls of a hook run, the rest waits in the order in which it came. */

/** Gives places. */
export class Places {
  #most: number;
  #taken = 0;
  readonly #waiting = new Set<() => void>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Those that are taken. */
  get taken(): number {
    return this.#taken;
  }

  /**
   * Waits for a place; disposing it gives it back, once.
   *
   * @throws {Error} when the signal fires first; then nobody waits for this one.
   */
  async take(signal: AbortSignal): Promise<Disposable> {
    signal.throwIfAborted();
    if (this.#taken >= this.#most) await this.#wait(signal);
    else this.#taken++;
    let isHeld = true;
    return {
      [Symbol.dispose]: () => {
        if (isHeld) this.#giveBack();
        isHeld = false;
      },
    };
  }

  /** Hands the place on, so that nobody who comes at this moment can slip in. */
  #giveBack(): void {
    const [first] = this.#waiting;
    if (!first) return void this.#taken--;
    this.#waiting.delete(first);
    first();
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (): void => {
      // One whose place has come keeps it.
      if (this.#waiting.delete(resolve)) reject(signal.reason);
    };
    this.#waiting.add(resolve);
    signal.addEventListener("abort", leave);
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }
}

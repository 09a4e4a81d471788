/** Places at once: so many calls of a hook run, the rest waits in the order in which it came. */

/** Who waits for a place. */
interface Waiting {
  readonly whose: string;
  readonly resolve: () => void;
}

/** Gives places. */
export class Places {
  readonly #most: number;
  readonly #mostOfOne: number;
  /** Those that are taken, by whose they are. */
  readonly #taken = new Map<string, number>();
  readonly #waiting = new Set<Waiting>();

  /** @param mostOfOne How many of them one alone may take, while others may come. */
  constructor(most: number, mostOfOne: number = most) {
    this.#most = most;
    this.#mostOfOne = mostOfOne;
  }

  /** How many are taken. */
  get taken(): number {
    return this.#taken.values().reduce((sum, count) => sum + count, 0);
  }

  /**
   * Waits for a place; disposing it gives it back, once.
   *
   * @param whose Who it is for.
   * @throws {Error} when the signal fires first; then nobody waits for this one.
   */
  async take(signal: AbortSignal, whose = ""): Promise<Disposable> {
    signal.throwIfAborted();
    if (this.#hasPlaceFor(whose)) this.#count(whose, 1);
    else await this.#wait(signal, whose);
    let isHeld = true;
    return {
      [Symbol.dispose]: () => {
        if (isHeld) this.#giveBack(whose);
        isHeld = false;
      },
    };
  }

  #hasPlaceFor(whose: string): boolean {
    return this.taken < this.#most && (this.#taken.get(whose) ?? 0) < this.#mostOfOne;
  }

  #count(whose: string, more: 1 | -1): void {
    const count = (this.#taken.get(whose) ?? 0) + more;
    if (count === 0) this.#taken.delete(whose);
    else this.#taken.set(whose, count);
  }

  /** Hands the place on, so that nobody who comes at this moment can slip in. */
  #giveBack(whose: string): void {
    this.#count(whose, -1);
    for (const waiting of this.#waiting) {
      if (!this.#hasPlaceFor(waiting.whose)) continue;
      this.#waiting.delete(waiting);
      this.#count(waiting.whose, 1);
      return waiting.resolve();
    }
  }

  async #wait(signal: AbortSignal, whose: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting = { whose, resolve };
    const leave = (): void => {
      // One whose place has come keeps it.
      if (this.#waiting.delete(waiting)) reject(signal.reason);
    };
    this.#waiting.add(waiting);
    signal.addEventListener("abort", leave);
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }
}

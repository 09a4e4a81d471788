/** Byte budget: memory that many may hold together, and no more than that. */

/** What of a budget is taken; disposing gives it back. */
export interface Holding extends Disposable {
  /** Takes more; false where there is not so much left. */
  grow(bytes: number): boolean;
}

/** A number of bytes that is shared out. */
export class ByteBudget {
  #leftBytes: number;

  /** @param bytes All there is. */
  constructor(bytes: number) {
    this.#leftBytes = bytes;
  }

  /** Nothing yet. */
  hold(): Holding {
    let held = 0;
    return {
      grow: (bytes): boolean => {
        if (bytes > this.#leftBytes) return false;
        this.#leftBytes -= bytes;
        held += bytes;
        return true;
      },
      [Symbol.dispose]: (): void => {
        this.#leftBytes += held;
        held = 0;
      },
    };
  }
}

/** One-shot values: what one command leaves for a later one to take. */

/** A value that is gone once it is taken. */
export class OneShot<T> {
  #value: T | undefined;

  /** Leaves a value; it replaces one that nobody took. */
  set(value: T): void {
    this.#value = value;
  }

  /** The value, for this one time; undefined when there is none. */
  take(): T | undefined {
    const value = this.#value;
    this.#value = undefined;
    return value;
  }

  /** Forgets the value. */
  drop(): void {
    this.#value = undefined;
  }
}

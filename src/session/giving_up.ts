/**
 * Giving up: what was told to stop is waited for only so long, for a storage that hangs would hold it for
 * ever.
 */

/** How {@linkcode GivingUp} works. */
export interface GivingUpOptions<T> {
  /** How long the work may go on when it was told to stop, milliseconds. */
  readonly afterMs: number;
  /** The result in its place; called once, when the time is over. */
  readonly otherwise: () => T;
}

/**
 * The result of some work, or another one when it does not stop in time. Nothing can stop a call to a disk
 * that does not answer: the work is left behind, and whatever it still brings must find nothing that it could
 * do harm to.
 */
export class GivingUp<T> {
  /** Rejects when the work does. */
  readonly result: Promise<T>;
  readonly #resolve: (result: T) => void;
  readonly #options: GivingUpOptions<T>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(work: Promise<T>, options: GivingUpOptions<T>) {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.result = promise;
    this.#resolve = resolve;
    this.#options = options;
    const settle = <V>(how: (value: V) => void) => (value: V): void => {
      this.#isOver = true;
      clearTimeout(this.#timer);
      how(value);
    };
    work.then(settle(resolve), settle(reject));
  }

  /** The work has been told to stop: its time begins. May be called again. */
  begin(): void {
    if (this.#isOver || this.#timer !== undefined) return;
    const { afterMs, otherwise } = this.#options;
    this.#timer = setTimeout(() => this.#resolve(otherwise()), afterMs);
  }
}

/**
 * What a session left behind. It goes on holding a thread of the runtime, so the session's seats stay taken
 * for as long: otherwise a client that comes back again and again would use up the threads, and then nobody
 * could log in.
 */
export class LeftBehind {
  #settled: Promise<unknown> = Promise.resolve();

  /** Resolves when the last of it has ended; at once when there is none. */
  get settled(): Promise<unknown> {
    return this.#settled;
  }

  /** Adds work that was given up. */
  add(work: Promise<unknown>): void {
    this.#settled = Promise.allSettled([this.#settled, work]);
  }
}

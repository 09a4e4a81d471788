/** Giving up: what was told to stop is waited for only so long, for a storage that hangs would hold it for ever. */

/** How {@linkcode orGiveUp} works. */
export interface GivingUp<T> {
  /** Fires when the work is told to stop. */
  readonly signal: AbortSignal;
  /** How long it may take from then on, milliseconds. */
  readonly afterMs: number;
  /** The result in its place; called once, when the time is over. */
  readonly otherwise: () => T;
}

/**
 * The result of the work, or another one when it does not stop in time. Nothing can stop a call to a disk that does not answer: the work is left
 * behind, and whatever it still brings must find nothing that it could do harm to.
 */
export async function orGiveUp<T>(
  work: Promise<T>,
  { signal, afterMs, otherwise }: GivingUp<T>,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (): void => {
    timer = setTimeout(() => resolve(otherwise()), afterMs);
  };
  if (signal.aborted) wait();
  else signal.addEventListener("abort", wait, { once: true });
  work.then(resolve, reject);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", wait);
  }
}

/**
 * What a session left behind. It goes on holding a thread of the runtime, so the session's seats stay taken for as long: otherwise a client that
 * comes back again and again would use up the threads, and then nobody could log in.
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

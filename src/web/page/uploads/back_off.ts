/** How long to wait before the next try, and what wakes the wait. */

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/** The wait before try number `tries` (from 1), milliseconds: doubling, with a tenth of chance in it. */
export function backOffMs(tries: number, random = Math.random()): number {
  const plain = Math.min(FIRST_MS * 2 ** Math.min(tries - 1, 10), LONGEST_MS);
  return Math.round(plain * (0.9 + random * 0.2));
}

/** Waits that can be ended before their time: the network is back, or the person says `now`. */
export class Waits {
  readonly #wakes = new Set<() => void>();

  /** Resolves after `ms`, or when woken. Rejects with the signal's reason. */
  wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const end = (): void => {
        clearTimeout(timer);
        this.#wakes.delete(wake);
        signal.removeEventListener("abort", stop);
      };
      const wake = (): void => {
        end();
        resolve();
      };
      const stop = (): void => {
        end();
        reject(signal.reason);
      };
      const timer = setTimeout(wake, ms);
      this.#wakes.add(wake);
      signal.addEventListener("abort", stop, { once: true });
    });
  }

  wakeAll(): void {
    for (const wake of [...this.#wakes]) wake();
  }
}

/** Waiting that can be ended. */

/**
 * Waits. `node:timers/promises` does the same, but to import it loads the runtime's Node side into a thread
 * that may have no client yet: 2 MiB.
 *
 * @throws {Error} named AbortError when the signal fires first.
 */
export async function delay(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const giveUp = (): void => reject(new DOMException("The wait was given up", "AbortError"));
  if (signal.aborted) giveUp();
  signal.addEventListener("abort", giveUp);
  const timer = setTimeout(resolve, ms);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", giveUp);
  }
}

/** Login guard: how often a session may guess, and how long each wrong guess costs. RFC 2577 §5. */

import { delay } from "./delay.ts";

/** How {@linkcode LoginGuard} works. */
export interface LoginGuardOptions {
  /** Wrong passwords until the session is closed. */
  readonly attempts: number;
  /** The least time between a wrong password and its answer, milliseconds. */
  readonly failureDelayMs: number;
}

/** One session's wrong passwords. */
export class LoginGuard {
  readonly #options: LoginGuardOptions;
  #failures = 0;

  constructor(options: LoginGuardOptions) {
    this.#options = options;
  }

  /**
   * Counts a wrong password and waits until it may be answered, which also hides how long the check took (RFC
   * 2577 §7).
   *
   * @param startedMs When the password came in, on the clock of `performance.now()`.
   * @returns Whether the session has used up its attempts.
   * @throws {Error} named AbortError when the signal fires first.
   */
  async failed(startedMs: number, signal: AbortSignal): Promise<boolean> {
    this.#failures++;
    const leftMs = startedMs + this.#options.failureDelayMs - performance.now();
    if (leftMs > 0) await delay(leftMs, signal);
    return this.#failures >= this.#options.attempts;
  }
}

/** Login guard: how often a session may guess, and its wait for each answer. RFC 2577 §5. */

import { delay } from "./delay.ts";

/** How {@linkcode LoginGuard} works. */
export interface LoginGuardOptions {
  /** Wrong passwords until the session is closed. */
  readonly attempts: number;
}

/** A wrong password whose answer has to wait. */
export interface LateAnswer {
  /** When the password came in, on the clock of `performance.now()`. */
  readonly startedMs: number;
  /** The least time between the password and its answer, milliseconds. */
  readonly delayMs: number;
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
   * @returns Whether the session has used up its attempts.
   * @throws {Error} named AbortError when the signal fires first.
   */
  async failed({ startedMs, delayMs }: LateAnswer, signal: AbortSignal): Promise<boolean> {
    this.#failures++;
    const leftMs = startedMs + delayMs - performance.now();
    if (leftMs > 0) await delay(leftMs, signal);
    return this.#failures >= this.#options.attempts;
  }
}

/** Idle clock: closes a session that says nothing for too long. RFC 1123 §4.1.3.2. */

/** Runs out after a time without a touch. Neither a touch nor to stop and start again costs a timer: sessions do that at every transfer. */
export class IdleClock implements Disposable {
  readonly #onIdle: () => void;
  #limitMs = 0;
  #touchedMs = 0;
  #isRunning = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onIdle Called once, when the time is up. */
  constructor(onIdle: () => void) {
    this.#onIdle = onIdle;
  }

  /** Starts, or starts again with another limit; 0 never runs out. */
  start(limitMs: number): void {
    if (limitMs < this.#limitMs) this[Symbol.dispose]();
    this.#limitMs = limitMs;
    this.#isRunning = limitMs > 0;
    this.touch();
    if (this.#isRunning && this.#timer === undefined) this.#wait(limitMs);
  }

  /** Begins the time anew. */
  touch(): void {
    this.#touchedMs = performance.now();
  }

  /** Stops until the next start. */
  stop(): void {
    this.#isRunning = false;
  }

  /** Stops for good. */
  [Symbol.dispose](): void {
    this.stop();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(forMs: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#isRunning) return;
      const leftMs = this.#touchedMs + this.#limitMs - performance.now();
      if (leftMs > 0) this.#wait(leftMs);
      else this.#onIdle();
    }, forMs);
  }
}

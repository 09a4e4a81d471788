/** Idle clock: closes a session that says nothing for too long. RFC 1123 §4.1.3.2. */

/** Runs out after a time without a touch. Touching it costs no timer. */
export class IdleClock {
  readonly #onIdle: () => void;
  #limitMs = 0;
  #touchedMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onIdle Called once, when the time is up. */
  constructor(onIdle: () => void) {
    this.#onIdle = onIdle;
  }

  /** Starts, or starts again with another limit; 0 never runs out. */
  start(limitMs: number): void {
    this.stop();
    this.#limitMs = limitMs;
    this.touch();
    if (limitMs > 0) this.#wait(limitMs);
  }

  /** Begins the time anew. */
  touch(): void {
    this.#touchedMs = performance.now();
  }

  /** Stops until the next start. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(forMs: number): void {
    this.#timer = setTimeout(() => {
      const leftMs = this.#touchedMs + this.#limitMs - performance.now();
      if (leftMs > 0) this.#wait(leftMs);
      else this.#onIdle();
    }, forMs);
  }
}

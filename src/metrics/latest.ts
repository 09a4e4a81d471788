/** A figure that may take its time: asked for now and then, and the last answer told meanwhile. */

/** How {@linkcode Latest} works. */
export interface LatestOptions<T> {
  readonly ask: () => Promise<T>;
  /** Told until there is a first answer, and where asking fails. */
  readonly fallback: T;
  /** How long an answer is good, milliseconds. */
  readonly goodForMs: number;
  /** How long whoever wants it waits for a new one, milliseconds. */
  readonly waitMs: number;
}

/** The last answer to one question, which is asked once at a time whoever wants it. */
export class Latest<T> {
  readonly #options: LatestOptions<T>;
  #value: T;
  #answeredMs = -Infinity;
  #asking: Promise<void> | undefined;

  constructor(options: LatestOptions<T>) {
    this.#options = options;
    this.#value = options.fallback;
  }

  /** The answer as fresh as it can be had without a long wait. Never rejects. */
  async get(): Promise<T> {
    const { goodForMs, waitMs } = this.#options;
    if (performance.now() - this.#answeredMs < goodForMs) return this.#value;
    this.#asking ??= this.#ask().finally(() => this.#asking = undefined);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const enough = new Promise<void>((resolve) => timer = setTimeout(resolve, waitMs));
    await Promise.race([this.#asking, enough]);
    clearTimeout(timer);
    return this.#value;
  }

  async #ask(): Promise<void> {
    this.#value = await this.#options.ask().catch(() => this.#options.fallback);
    this.#answeredMs = performance.now();
  }
}

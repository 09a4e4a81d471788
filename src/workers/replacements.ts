/**
 * When workers are started anew: one round at a time, and with a growing pause where they die again at once.
 */

/** What {@linkcode Replacements} needs. */
export interface ReplacementsOptions {
  /** Starts what is missing. */
  readonly renew: () => Promise<void>;
  /** Told why that failed; it is tried again. */
  readonly onError: (error: unknown) => void;
}

/** A worker that lived less than this has died at once. */
const SHORT_LIFE_MS = 10_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/** Begins rounds of replacement. */
export class Replacements {
  readonly #options: ReplacementsOptions;
  #round: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  #shortLives = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  constructor(options: ReplacementsOptions) {
    this.#options = options;
  }

  /** Resolves when no round is under way. */
  get idle(): Promise<void> {
    return this.#next ?? this.#round;
  }

  /** The first round. Rejects when it fails, and is not tried again. */
  first(): Promise<void> {
    const first = this.#options.renew();
    this.#round = first.catch(() => {});
    return first;
  }

  /** Begins a round now, or behind the one that is under way. */
  begin(): void {
    if (this.#isStopped) return;
    this.#next ??= this.#round.then(() => {
      this.#next = undefined;
      this.#round = this.#run();
      return this.#round;
    });
  }

  /** Begins a round: at once after a long life or the first short one, later after each further one. */
  beginAfterDeath({ livedMs }: { livedMs: number }): void {
    this.#shortLives = livedMs < SHORT_LIFE_MS ? this.#shortLives + 1 : 0;
    if (this.#shortLives <= 1) return this.begin();
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#shortLives - 2));
    clearTimeout(this.#timer);
    if (!this.#isStopped) this.#timer = setTimeout(() => this.begin(), pauseMs);
  }

  /** Begins no more rounds. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    if (this.#isStopped) return;
    try {
      await this.#options.renew();
    } catch (error) {
      if (this.#isStopped) return;
      this.#options.onError(error);
      this.beginAfterDeath({ livedMs: 0 });
    }
  }
}

/** Memory return: what a rush of clients has taken goes back to the system when it is over. */

/** The runtime's own collector, which it shows to programs that ask for it with `--v8-flags=--expose-gc`. */
export type Collector = (how: { type: "major"; flavor: "last-resort" }) => void;

/** How long nobody may come or leave, so that clients that do not each cost a collection. */
const QUIET_MS = 1000;
/** A collection pays when this many have come or left since the last one, or all have left. */
const RUSH = 16;

/** How {@linkcode MemoryReturn} works. */
export interface MemoryReturnOptions {
  /** Collects garbage; by default the runtime's own collector, where it is shown. */
  readonly collect?: Collector;
  /** How long nobody may come or leave, milliseconds; default one second. */
  readonly quietMs?: number;
}

/**
 * Collects garbage after a rush. Left to itself the runtime does so when it needs room, which an idle server
 * never does: what a thousand logins took would stay taken. Does nothing where the collector is not shown.
 */
export class MemoryReturn implements Disposable {
  readonly #collect: Collector | undefined;
  readonly #quietMs: number;
  #sessions = 0;
  #sessionsThen = 0;
  #changedMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    { collect = (globalThis as { gc?: Collector }).gc, quietMs = QUIET_MS }: MemoryReturnOptions = {},
  ) {
    this.#collect = collect;
    this.#quietMs = quietMs;
  }

  /**
   * Takes note of how many sessions there are now. In a rush that happens thousands of times a second, so it
   * sets no timer each time.
   */
  note(sessions: number): void {
    if (!this.#collect) return;
    this.#sessions = sessions;
    this.#changedMs = performance.now();
    if (this.#timer === undefined && this.#pays) this.#wait(this.#quietMs);
  }

  /** Forgets about it. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  get #pays(): boolean {
    return this.#sessions === 0 || Math.abs(this.#sessions - this.#sessionsThen) >= RUSH;
  }

  #wait(forMs: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const leftMs = this.#changedMs + this.#quietMs - performance.now();
      if (!this.#pays) return;
      if (leftMs > 0) this.#wait(leftMs);
      else this.#run();
    }, forMs);
  }

  #run(): void {
    this.#sessionsThen = this.#sessions;
    // Some thirty milliseconds. The kinds that take less keep buffers, or pages with little in them.
    this.#collect?.({ type: "major", flavor: "last-resort" });
  }
}

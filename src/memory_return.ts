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
 * Collects garbage after a rush. Left to itself the runtime does so when it needs room, which an idle server never does: what a thousand logins took
 * would stay taken. Does nothing where the collector is not shown.
 */
export class MemoryReturn implements Disposable {
  readonly #collect: Collector | undefined;
  readonly #quietMs: number;
  #sessions = 0;
  #sessionsThen = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    { collect = (globalThis as { gc?: Collector }).gc, quietMs = QUIET_MS }: MemoryReturnOptions = {},
  ) {
    this.#collect = collect;
    this.#quietMs = quietMs;
  }

  /** Takes note of how many sessions there are now. */
  note(sessions: number): void {
    if (!this.#collect) return;
    this.#sessions = sessions;
    clearTimeout(this.#timer);
    const change = Math.abs(sessions - this.#sessionsThen);
    this.#timer = sessions === 0 || change >= RUSH ? setTimeout(() => this.#run(), this.#quietMs) : undefined;
  }

  /** Forgets about it. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #run(): void {
    this.#sessionsThen = this.#sessions;
    // Some thirty milliseconds. The kinds that take less keep buffers, or pages with little in them.
    this.#collect?.({ type: "major", flavor: "last-resort" });
  }
}

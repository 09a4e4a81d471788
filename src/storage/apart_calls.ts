/** How many calls to mounts that may hang run at once: what hangs there holds a thread of the runtime. */

/** Of one mount. A listing asks for sixteen entries at a time. */
const MOST_OF_MOUNT = 16;
/** Of all such mounts together: the runtime has 32 threads, and the other disks need some of them. */
const MOST = 24;

/** A call that waits. */
interface Waiting {
  readonly mount: string;
  readonly begin: () => void;
}

/** The calls of one thread. Those that are too many wait here, where they hold nothing. */
export class ApartCalls {
  readonly #running = new Map<string, number>();
  #all = 0;
  readonly #waiting = new Set<Waiting>();

  /** Makes a call to this mount as soon as it may run, in the order in which they come. */
  async run<Result>(mount: string, call: () => Promise<Result>): Promise<Result> {
    if (!this.#hasRoom(mount)) {
      await new Promise<void>((begin) => this.#waiting.add({ mount, begin }));
    } else this.#count(mount, 1);
    try {
      return await call();
    } finally {
      this.#count(mount, -1);
      this.#beginWaiting();
    }
  }

  #hasRoom(mount: string): boolean {
    return this.#all < MOST && (this.#running.get(mount) ?? 0) < MOST_OF_MOUNT;
  }

  #count(mount: string, more: number): void {
    this.#all += more;
    const count = (this.#running.get(mount) ?? 0) + more;
    if (count > 0) this.#running.set(mount, count);
    else this.#running.delete(mount);
  }

  /** The first ones of a mount that hangs make nobody behind them wait. */
  #beginWaiting(): void {
    for (const waiting of this.#waiting) {
      if (this.#all >= MOST) return;
      if (!this.#hasRoom(waiting.mount)) continue;
      this.#waiting.delete(waiting);
      this.#count(waiting.mount, 1);
      waiting.begin();
    }
  }
}

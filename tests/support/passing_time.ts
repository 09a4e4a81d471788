/**
 * Time that a test lets pass at once: no deadline has to be so short that a busy machine misses it, and none
 * is waited for.
 */

type Timer = ReturnType<typeof setTimeout>;

/** A timer that has not fired. */
interface Waiting {
  readonly atMs: number;
  fire(): void;
}

/**
 * The clock and the timers of this thread, which run on as always, and ahead when a test says so. Disposing
 * gives the real ones back.
 */
export class PassingTime implements Disposable {
  readonly #real = { now: performance.now, set: globalThis.setTimeout, clear: globalThis.clearTimeout };
  readonly #waiting = new Map<Timer, Waiting>();
  #aheadMs = 0;

  constructor() {
    const { set, clear } = this.#real;
    performance.now = () => this.#now();
    const setAhead = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): Timer => {
      const fire = (): void => {
        globalThis.clearTimeout(id);
        run(...args);
      };
      const id = set(fire, ms);
      this.#waiting.set(id, { atMs: this.#now() + ms, fire });
      return id;
    };
    globalThis.setTimeout = setAhead as typeof setTimeout;
    globalThis.clearTimeout = (id) => {
      this.#waiting.delete(id as Timer);
      clear(id);
    };
  }

  /** Lets so much time pass: what is due then happens at once. Returns how many timers were. */
  pass(ms: number): number {
    this.#aheadMs += ms;
    const due = [...this.#waiting.values()].filter(({ atMs }) => atMs <= this.#now());
    for (const { fire } of due.sort((a, b) => a.atMs - b.atMs)) fire();
    return due.length;
  }

  /**
   * Lets so much time pass, again and again until this has come: a deadline may begin a moment after what a
   * client can see. What follows from a timer is given longer and longer to come.
   */
  async passUntil<T>(coming: Promise<T>, ms: number): Promise<T> {
    let hasCome = false;
    const settled = coming.then(() => hasCome = true, () => hasCome = true);
    for (let patienceMs = 200; !hasCome;) {
      const fired = this.pass(ms);
      if (fired > 0) patienceMs *= 2;
      await this.#within(fired > 0 ? patienceMs : 5, settled);
    }
    return await coming;
  }

  [Symbol.dispose](): void {
    performance.now = this.#real.now;
    globalThis.setTimeout = this.#real.set;
    globalThis.clearTimeout = this.#real.clear;
  }

  async #within(ms: number, settled: Promise<unknown>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#real.set(resolve, ms);
    await Promise.race([settled, promise]);
    this.#real.clear(timer);
  }

  #now(): number {
    return this.#real.now.call(performance) + this.#aheadMs;
  }
}

/** A timeout for what a test does not want to end. */
export const NEVER_MS = 2 ** 30;

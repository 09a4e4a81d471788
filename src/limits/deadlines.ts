/**
 * Deadlines: by when something must have happened. All of a thread share one timer, for to set one costs more
 * than most of what is watched.
 */

/** How far apart the timer fires at least. Nobody notices when a client is sent away so much later. */
const GRAIN_MS = 20;

/** A time limit. It passes once; each start begins it anew. */
export interface Deadline extends Disposable {
  /** Begins the time, however much of it had gone; 0 never passes. */
  start(limitMs: number): void;
  /** Begins the same time anew, while it runs. */
  touch(): void;
  /** Stops it until the next start. */
  stop(): void;
  /** Stops it for good. */
  [Symbol.dispose](): void;
}

/**
 * The deadlines of one thread. Nothing but the nearest one costs a timer, and none does to be put off or
 * stopped: transfers do that all the time.
 */
export class Deadlines {
  readonly #all = new Set<SharedDeadline>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The nearest deadline, or an earlier moment: one that was put off leaves the timer as it is. */
  #firesAtMs = Infinity;

  /** Makes a deadline that does not run yet. */
  make(onPassed: () => void): Deadline {
    return new SharedDeadline(onPassed, this.#all, (atMs) => this.#fireBy(atMs));
  }

  #fireBy(atMs: number): void {
    if (atMs >= this.#firesAtMs && this.#all.size > 0) return;
    clearTimeout(this.#timer);
    this.#firesAtMs = atMs;
    if (atMs === Infinity) return;
    this.#timer = setTimeout(() => this.#fire(), Math.max(GRAIN_MS, atMs - performance.now()));
  }

  #fire(): void {
    this.#firesAtMs = Infinity;
    for (const deadline of [...this.#all]) deadline.passIfDue();
    let nearestMs = Infinity;
    for (const { atMs } of this.#all) nearestMs = Math.min(nearestMs, atMs);
    this.#fireBy(nearestMs);
  }
}

class SharedDeadline implements Deadline {
  /** When it passes, on the clock of `performance.now()`. */
  atMs = Infinity;
  #limitMs = 0;
  readonly #onPassed: () => void;
  readonly #all: Set<SharedDeadline>;
  readonly #fireBy: (atMs: number) => void;

  constructor(onPassed: () => void, all: Set<SharedDeadline>, fireBy: (atMs: number) => void) {
    this.#onPassed = onPassed;
    this.#all = all;
    this.#fireBy = fireBy;
  }

  start(limitMs: number): void {
    this.#limitMs = limitMs;
    this.atMs = limitMs > 0 ? performance.now() + limitMs : Infinity;
    this.#all.add(this);
    this.#fireBy(this.atMs);
  }

  touch(): void {
    if (this.atMs !== Infinity) this.atMs = performance.now() + this.#limitMs;
  }

  stop(): void {
    this.atMs = Infinity;
  }

  passIfDue(): void {
    if (performance.now() < this.atMs) return;
    this.stop();
    this.#onPassed();
  }

  [Symbol.dispose](): void {
    this.stop();
    // Without a deadline there is no timer, so that nothing keeps the thread from ending.
    if (this.#all.delete(this) && this.#all.size === 0) this.#fireBy(Infinity);
  }
}

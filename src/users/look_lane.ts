/** A lane of calls to a disk that may never come back: few at once, each waited for so long and no longer. */

/** How {@linkcode LookLane} works. */
export interface LookLaneOptions {
  /** Calls under way at once, those that are overdue left out. */
  readonly width: number;
  /** With this many calls overdue all others are given up. */
  readonly mostOverdue: number;
  /** When a call is overdue, milliseconds. */
  readonly limitMs: number;
}

/**
 * Calls in turn. A call that hangs holds one of the few threads that the runtime has for blocking calls, so
 * not even all calls together may hold many.
 */
export class LookLane {
  readonly #options: LookLaneOptions;
  readonly #waiting: { readonly begin: () => void; readonly giveUp: () => void }[] = [];
  #underWay = 0;
  #overdue = 0;

  constructor(options: LookLaneOptions) {
    this.#options = options;
  }

  /**
   * Makes the call when it is its turn.
   *
   * @param call Never rejects.
   * @param onLate Told when the call has come back that was overdue.
   * @returns What it gave; undefined when it is overdue, or too many others are.
   */
  run<T>(call: () => Promise<T>, onLate: () => void): Promise<T | undefined> {
    if (this.#isBlocked) return Promise.resolve(undefined);
    const { promise, resolve } = Promise.withResolvers<T | undefined>();
    this.#waiting.push({
      begin: () => void this.#begin({ call, onLate, resolve }),
      giveUp: () => resolve(undefined),
    });
    this.#goOn();
    return promise;
  }

  get #isBlocked(): boolean {
    return this.#overdue >= this.#options.mostOverdue;
  }

  #goOn(): void {
    if (this.#isBlocked) { for (const { giveUp } of this.#waiting.splice(0)) giveUp(); }
    while (this.#mayBegin && this.#waiting.length > 0) this.#waiting.shift()!.begin();
  }

  /** Those under way may become overdue, all of them. */
  get #mayBegin(): boolean {
    const { width, mostOverdue } = this.#options;
    return this.#underWay < width && this.#underWay + this.#overdue < mostOverdue;
  }

  async #begin<T>(
    { call, onLate, resolve }: {
      call: () => Promise<T>;
      onLate: () => void;
      resolve: (value: T | undefined) => void;
    },
  ): Promise<void> {
    let isOverdue = false;
    const timer = setTimeout(() => {
      isOverdue = true;
      this.#underWay--;
      this.#overdue++;
      resolve(undefined);
      this.#goOn();
    }, this.#options.limitMs);
    this.#underWay++;
    resolve(await call());
    clearTimeout(timer);
    if (isOverdue) this.#overdue--;
    else this.#underWay--;
    this.#goOn();
    if (isOverdue) onLate();
  }
}

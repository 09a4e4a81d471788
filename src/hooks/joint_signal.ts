/** One signal for several, for a while: the runtime's own (AbortSignal.any) keeps memory for each one. */

/** Fires when any of them fires. Disposing lets go of them; the signal never fires then. */
export class JointSignal implements Disposable {
  readonly #ending = new AbortController();
  readonly #signals: readonly AbortSignal[];
  readonly #end = ({ target }: Event): void => this.#ending.abort((target as AbortSignal).reason);

  constructor(...signals: AbortSignal[]) {
    this.#signals = signals;
    const fired = signals.find(({ aborted }) => aborted);
    if (fired) this.#ending.abort(fired.reason);
    for (const signal of signals) signal.addEventListener("abort", this.#end);
  }

  /** The one for all. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  [Symbol.dispose](): void {
    for (const signal of this.#signals) signal.removeEventListener("abort", this.#end);
  }
}

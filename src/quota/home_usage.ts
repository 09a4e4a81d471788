/** One home in the main thread: its cells, and how what they say is made right by a count. */

import { type Amount, UsageCells } from "../limits/usage_cells.ts";
import type { LedgerEntry } from "./ledger_file.ts";

/** What {@linkcode HomeUsage} needs. */
export interface HomeUsageOptions {
  /** Where it lies, links followed. */
  readonly path: string;
  /** What the ledger says of it. */
  readonly entry: LedgerEntry | undefined;
  /** The slots of the threads that run. */
  readonly slots: Iterable<number>;
  readonly count: (home: string) => Promise<Amount>;
}

/** How often a count is tried while clients go on changing the home. */
const TRIES = 3;
/** How long it is waited for a moment without changes, and in what steps, milliseconds. */
const REST_MS = 2000, REST_STEP_MS = 20;

/** What one home holds. */
export class HomeUsage {
  readonly path: string;
  readonly cells = new UsageCells(UsageCells.shared(), 0);
  /** What opens it at this moment. */
  opening: Promise<void> | undefined;
  /** Whether somebody was let in whose changes are not counted. */
  isStale = false;
  /** When a doubt may be settled by a count, on the clock of `performance`. */
  settleAtMs = 0;
  readonly #slots: Iterable<number>;
  readonly #count: (home: string) => Promise<Amount>;
  #countedAtMs: number;
  #counting: Promise<void> | undefined;
  /** What its cells said at the last look, and when doubts were settled. */
  #changes = 0n;
  #doubts = 0n;

  constructor({ path, entry, slots, count }: HomeUsageOptions) {
    this.path = path;
    this.#slots = slots;
    this.#count = count;
    this.#countedAtMs = entry?.countedAtMs ?? 0;
    if (entry?.isCertain) this.cells.set(entry);
  }

  /** What it holds; undefined where it was never counted. */
  get used(): Amount | undefined {
    return this.cells.isKnown ? this.cells.used : undefined;
  }

  /** Whether a fresh count is to tell what it holds exactly. */
  get isDoubted(): boolean {
    return this.cells.doubts !== this.#doubts;
  }

  /** Whether nothing has changed since this was asked before. */
  get isIdle(): boolean {
    const { changes } = this.cells;
    const isIdle = changes === this.#changes;
    this.#changes = changes;
    return isIdle;
  }

  /** Resolves when no count is under way that lets nobody change the home. */
  async counted(): Promise<void> {
    await this.#counting?.catch(() => {});
  }

  /** What the ledger is to say of it. */
  entry({ isCertain }: { readonly isCertain: boolean }): LedgerEntry {
    return { ...this.cells.used, countedAtMs: this.#countedAtMs, isCertain };
  }

  /** Counts it while nobody may change it. @throws {Error} when it cannot be counted. */
  countClosed(): Promise<void> {
    return this.#counting ??= (async () => {
      const { doubts } = this.cells;
      this.cells.set(await this.#countNow());
      this.#doubts = doubts;
    })().finally(() => this.#counting = undefined);
  }

  /**
   * Counts it while clients may change it, anew when they did.
   *
   * @returns Whether there was time enough between two changes.
   * @throws {Error} when it cannot be counted.
   */
  async countOpen(): Promise<boolean> {
    for (let tries = 0; tries < TRIES; tries++) {
      if (!await this.#untilQuiet()) return false;
      const { changes, doubts } = this.cells;
      const amount = await this.#countNow();
      if (this.#setUnlessChanged(amount, { changes, doubts })) return true;
    }
    return false;
  }

  /** Lets nobody change it any more, unless somebody does at this moment. Whether that came about. */
  close(): boolean {
    this.cells.close();
    const isQuiet = this.cells.isQuiet(this.#slots);
    if (!isQuiet) this.cells.open();
    return isQuiet;
  }

  #setUnlessChanged(amount: Amount, before: { changes: bigint; doubts: bigint }): boolean {
    const { cells } = this;
    const wasOpen = cells.isOpen;
    cells.close();
    const isExact = cells.isQuiet(this.#slots) && cells.changes === before.changes;
    if (isExact) {
      cells.set(amount);
      this.#doubts = before.doubts;
    }
    if (wasOpen) cells.open();
    return isExact;
  }

  async #countNow(): Promise<Amount> {
    const amount = await this.#count(this.path);
    this.#countedAtMs = Date.now();
    return amount;
  }

  async #untilQuiet(): Promise<boolean> {
    for (let waitedMs = 0; waitedMs < REST_MS; waitedMs += REST_STEP_MS) {
      if (this.cells.isQuiet(this.#slots)) return true;
      await new Promise((resolve) => setTimeout(resolve, REST_STEP_MS));
    }
    return false;
  }
}

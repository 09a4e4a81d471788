/** Usage: what an account's home holds, as one thread takes and gives it, under the account's quota. */

import type { Amount, HeldMark, UsageCells } from "./usage_cells.ts";

/** What an account's home may hold; undefined for any amount. */
export interface Quota {
  readonly bytes?: number;
  /** Files, directories and links together. */
  readonly files?: number;
}

/** What a quota has no room for. */
export interface Exceeded {
  readonly what: "bytes" | "files";
  readonly used: number;
  readonly limit: number;
}

/** How {@linkcode Usage} works. */
export interface UsageOptions {
  readonly cells: UsageCells;
  /** The directory that is counted, links followed: a host path. */
  readonly home: string;
  readonly quota: Quota;
  /**
   * Lets changes begin: resolves when it is known what the home holds. Rejects when that cannot be told.
   */
  readonly open: () => Promise<void>;
}

/** How long who removes a name waits for others that change the same name, milliseconds. */
const PATIENCE_MS = 50;
const STEP_MS = 1;

/** The usage of one home, under one account's quota. */
export class Usage {
  readonly quota: Quota;
  /** The directory that is counted, links followed: a host path. */
  readonly home: string;
  readonly #cells: UsageCells;
  readonly #open: () => Promise<void>;

  constructor({ cells, home, quota, open }: UsageOptions) {
    this.home = home;
    this.quota = quota;
    this.#cells = cells;
    this.#open = open;
  }

  /** What is there; undefined while nobody knows. */
  get used(): Amount | undefined {
    return this.#cells.isKnown ? this.#cells.used : undefined;
  }

  /** How many bytes there is room for; any number without a limit. Call {@linkcode begin} first. */
  get roomBytes(): number {
    return Math.max(0, (this.quota.bytes ?? Infinity) - this.#cells.used.bytes);
  }

  /** Begins a change, at once where it is known what is there. Each ends with {@linkcode end}. */
  begin(): Promise<void> | undefined {
    return this.#cells.begin() ? undefined : this.#beginLater();
  }

  /** A change is over. */
  end(): void {
    this.#cells.end();
  }

  /** Takes as many of these bytes as there is room for, and tells how many that is. */
  takeBytes(wanted: number): number {
    return this.#cells.takeBytes(wanted, this.quota.bytes ?? Infinity);
  }

  /** Takes room for one entry; false where there is none. */
  takeFile(): boolean {
    return this.#cells.takeFile(this.quota.files ?? Infinity);
  }

  /** What is in the way of more of it. */
  exceeded(what: Exceeded["what"]): Exceeded {
    return { what, used: this.#cells.used[what], limit: this.quota[what] ?? Infinity };
  }

  /** Something is gone from the disk. */
  give(amount: Partial<Amount>): void {
    this.#cells.give(amount);
  }

  /** Something may be gone, and nobody knows how much. */
  doubt(): void {
    this.#cells.doubt();
  }

  /**
   * Holds a name against others who take it from what has it. A disk that keeps one of them for longer makes
   * the next one go on without: then it is not known what is given back, and a fresh count tells.
   */
  hold(name: string): HeldMark | undefined | Promise<HeldMark | undefined> {
    return this.#cells.hold(name) ?? this.#holdLater(name);
  }

  /** Lets go of a name; whether it is known what had it. */
  letGo(name: string, held: HeldMark | undefined): boolean {
    if (held) return this.#cells.letGo(held);
    this.#cells.pass(name);
    return false;
  }

  /** Something comes to a name that nothing has. */
  pass(name: string): void {
    this.#cells.pass(name);
  }

  /** A directory begins (1) or ceases (-1) to move. */
  move(steps: 1 | -1): void {
    this.#cells.move(steps);
  }

  async #beginLater(): Promise<void> {
    do await this.#open(); while (!this.#cells.begin());
  }

  async #holdLater(name: string): Promise<HeldMark | undefined> {
    for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += STEP_MS) {
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
      const held = this.#cells.hold(name);
      if (held) return held;
    }
    this.#cells.pass(name);
    return undefined;
  }
}

/** Quotas, loaded when an account has one: most servers have none, and their main thread is to stay small. */

import type { Quotas } from "./front_office/quotas.ts";
import { type Amount, type HomeCells, MOST_SLOTS } from "./limits/usage_cells.ts";
import type { QuotaKeeper, QuotaKeeperOptions, UsageRow } from "./quota/quota_keeper.ts";
import { hasQuota } from "./users/quota.ts";
import type { User } from "./users/user.ts";

export type { UsageRow } from "./quota/quota_keeper.ts";

/** Where those who change homes beside the sessions count what they do. */
export type HomeCounts = Omit<Quotas, "close">;

/** What an operator may ask of quotas. */
export interface QuotaControl {
  /** What the homes of all accounts with quotas hold. */
  usage(): Promise<UsageRow[]>;
  /**
   * Counts an account's home anew.
   *
   * @returns What it holds; undefined when clients changed it all the time: then that is for a later moment.
   * @throws {Error} when it cannot be counted.
   */
  recount(name: string): Promise<Amount | undefined>;
}

/** The quotas of one server. */
export class LazyQuotas implements Quotas, QuotaControl {
  readonly #options: QuotaKeeperOptions;
  readonly #slots = new Set<number>();
  #lastSlot = -1;
  #opening: Promise<QuotaKeeper> | undefined;
  #keeper: QuotaKeeper | undefined;
  #forgetting: Promise<void> | undefined;

  constructor(options: Omit<QuotaKeeperOptions, "slots">) {
    this.#options = { ...options, slots: this.#slots };
  }

  async cellsOf(user: User): Promise<HomeCells | undefined> {
    if (!this.#keeper && !hasQuota(user) && !this.#hasAnybody()) {
      await (this.#forgetting ??= this.#forgetAll());
      return undefined;
    }
    return await (await this.#load()).cellsOf(user);
  }

  async open(user: User): Promise<void> {
    await (await this.#load()).open(user);
  }

  async recount(name: string): Promise<Amount | undefined> {
    return await (await this.#load()).recount(name);
  }

  async usage(): Promise<UsageRow[]> {
    return this.#hasAnybody() ? await (await this.#load()).usage() : [];
  }

  takeSlot(): number {
    do this.#lastSlot = (this.#lastSlot + 1) % MOST_SLOTS; while (
      this.#slots.has(this.#lastSlot) && this.#slots.size < MOST_SLOTS
    );
    this.#slots.add(this.#lastSlot);
    this.#keeper?.clearSlot(this.#lastSlot);
    return this.#lastSlot;
  }

  endSlot(slot: number): void {
    this.#slots.delete(slot);
    this.#keeper?.endSlot(slot);
  }

  async close(): Promise<void> {
    await (await this.#opening)?.close();
  }

  #hasAnybody(): boolean {
    for (const user of this.#options.accounts()) if (hasQuota(user)) return true;
    return false;
  }

  /** What an earlier server has counted is not kept up to date while nobody has a quota. */
  async #forgetAll(): Promise<void> {
    const { file } = this.#options;
    if (file !== undefined) await Deno.remove(file).catch(() => {});
  }

  async #load(): Promise<QuotaKeeper> {
    this.#opening ??= (async () => {
      await this.#forgetting;
      // Not a plain import: `deno run` would load it at each start.
      const { href } = new URL("./quota/quota_keeper.ts", import.meta.url);
      const { QuotaKeeper } = await import(href) as typeof import("./quota/quota_keeper.ts");
      return this.#keeper = await QuotaKeeper.open(this.#options);
    })();
    return await this.#opening;
  }
}

/**
 * Quotas in the main thread: which cells count which home, when they may be changed, and what is kept of them
 * for the next start.
 *
 * A home's cells are open or closed. Before they open, the home is counted where nobody knows what it holds,
 * and the ledger says that what it has is certain no more. When nothing has changed for a while they close,
 * and the ledger says what they hold.
 */

import type { Amount, HomeCells } from "../limits/usage_cells.ts";
import type { EventSink } from "../telemetry/events.ts";
import { type AccountQuota, hasQuota, quotaOf } from "../users/quota.ts";
import type { User } from "../users/user.ts";
import { countHome } from "./counting.ts";
import { HomeUsage } from "./home_usage.ts";
import { LedgerFile } from "./ledger_file.ts";

/** What {@linkcode QuotaKeeper} needs. */
export interface QuotaKeeperOptions {
  /** The path of the ledger; undefined for one that is not kept. */
  readonly file: string | undefined;
  /** The accounts at this moment. */
  readonly accounts: () => Iterable<User>;
  /** Where a home lies, links followed. Never rejects. */
  readonly realPathOf: (home: string) => Promise<string>;
  readonly record: EventSink;
  /** The slots of the threads that run. */
  readonly slots: Iterable<number>;
  /** Counts a home; by default in a thread of its own. */
  readonly count?: (home: string) => Promise<Amount>;
  /** How often it is looked whether homes have come to rest, milliseconds; by default every 30 seconds. */
  readonly lookMs?: number;
}

/** What an account's home holds, for people. */
export interface UsageRow {
  /** The name of the account. */
  readonly user: string;
  /** Its home, a host path. */
  readonly home: string;
  /** Undefined where it was never counted. */
  readonly used: Amount | undefined;
  /** What the home may hold. */
  readonly quota: AccountQuota;
}

/** Long enough that a camera that sends now and then does not make the ledger be written each time. */
const LOOK_MS = 30_000;
/** A thread that has died may still have a call to the disk under way. */
const LAST_CALLS_MS = 1000;
/** How often clients may make a home be counted anew, and when that is tried again if they give no time. */
const SETTLE_EVERY_MS = 600_000, SETTLE_AGAIN_MS = 60_000;
/** Keeps the quotas of one server. */
export class QuotaKeeper {
  readonly #options: QuotaKeeperOptions;
  readonly #ledger: LedgerFile;
  readonly #homes = new Map<string, HomeUsage>();
  readonly #warned = new Set<string>();
  readonly #realHomes = new WeakMap<User, string>();
  #look: ReturnType<typeof setInterval> | undefined;

  private constructor(options: QuotaKeeperOptions, ledger: LedgerFile) {
    this.#options = options;
    this.#ledger = ledger;
  }

  /** Opens the ledger. One that cannot be read is told of, and all homes are counted anew. */
  static async open(options: QuotaKeeperOptions): Promise<QuotaKeeper> {
    try {
      return new QuotaKeeper(options, await LedgerFile.open(options.file));
    } catch (error) {
      options.record({ kind: "error", message: "Cannot tell what was used of quotas", error });
      return new QuotaKeeper(options, await LedgerFile.open(undefined));
    }
  }

  /** Where the account's home is counted; undefined where nobody has a quota there. */
  async cellsOf(user: User): Promise<HomeCells | undefined> {
    const home = await this.#homeOf(user);
    if (!home) {
      await this.#leaveUncounted(user);
      return undefined;
    }
    await this.#countAgain(home);
    this.#warn(user, home);
    return { memory: home.cells.memory, home: home.path };
  }

  /**
   * Lets changes of the account's home begin: resolves when it is known what it holds.
   *
   * @throws {Error} when that cannot be told.
   */
  async open(user: User): Promise<void> {
    // Whoever has its cells goes on with them, though nobody may have a quota there any more.
    const home = this.#homes.get(await this.#options.realPathOf(user.home)) ?? await this.#homeOf(user);
    if (!home) throw new Error(`Cannot count for ${user.name}: the home has moved`);
    if (!home.cells.isOpen) {
      await (home.opening ??= this.#open(home).finally(() => home.opening = undefined));
    }
  }

  /**
   * Counts an account's home anew.
   *
   * @returns What it holds; undefined when clients changed it all the time: then that is for a later moment.
   * @throws {Error} when it cannot be counted.
   */
  async recount(name: string): Promise<Amount | undefined> {
    const home = await this.#homeOfName(name);
    while (home.opening) await home.opening.catch(() => {});
    if (!home.cells.isOpen) {
      await home.countClosed();
      if (!home.cells.isOpen) this.#ledger.set(home.path, home.entry({ isCertain: true }));
      await this.#save();
    } else if (!await home.countOpen()) {
      home.cells.doubt();
      home.settleAtMs = 0;
      return undefined;
    }
    await this.#warnAll(home);
    return home.used;
  }

  /** What the homes of all accounts with quotas hold. */
  async usage(): Promise<UsageRow[]> {
    const rows: UsageRow[] = [];
    for (const user of this.#options.accounts()) {
      const home = hasQuota(user) && await this.#homeOf(user);
      if (home) rows.push({ user: user.name, home: user.home, used: home.used, quota: quotaOf(user) });
    }
    return rows;
  }

  /** The slot goes to a thread that starts. */
  clearSlot(slot: number): void {
    for (const { cells } of this.#homes.values()) cells.clearSlot(slot);
  }

  /** The thread has ended, in the middle of changes perhaps. */
  endSlot(slot: number): void {
    for (const home of this.#homes.values()) {
      if (!home.cells.isBusy(slot)) continue;
      home.cells.doubt();
      home.settleAtMs = performance.now() + LAST_CALLS_MS;
    }
  }

  /** No change will come any more: what homes hold is kept for the next start. */
  async close(): Promise<void> {
    clearInterval(this.#look);
    for (const home of this.#homes.values()) {
      await home.opening?.catch(() => {});
      await home.counted();
      if (home.cells.isOpen) this.#rest(home);
    }
    await this.#save();
  }

  /** The home of an account in which somebody has a quota. */
  async #homeOf(user: User): Promise<HomeUsage | undefined> {
    const path = await this.#options.realPathOf(user.home);
    this.#realHomes.set(user, path);
    if (!hasQuota(user) && !await this.#isShared(path)) return undefined;
    const known = this.#homes.get(path);
    if (known) return known;
    const { slots, count = countHome } = this.#options;
    const home = new HomeUsage({ path, entry: this.#ledger.homes.get(path), slots, count });
    this.#homes.set(path, home);
    return home;
  }

  async #homeOfName(name: string): Promise<HomeUsage> {
    for (const user of this.#options.accounts()) {
      const home = user.name === name && await this.#homeOf(user);
      if (home) return home;
    }
    throw new Error(`Cannot count for ${name}: no such account has a quota`);
  }

  /** Whether an account with a quota has its home there, by whatever path. */
  async #isShared(path: string): Promise<boolean> {
    for (const other of this.#options.accounts()) {
      if (!hasQuota(other) || other.isHomeSilent) continue;
      // Asked once: there may be many accounts, and this is each login's question.
      let real = this.#realHomes.get(other);
      if (real === undefined) this.#realHomes.set(other, real = await this.#options.realPathOf(other.home));
      if (real === path) return true;
    }
    return false;
  }

  /** Somebody comes whose changes nobody counts: what was known of the home is not believed any more. */
  async #leaveUncounted(user: User): Promise<void> {
    const path = await this.#options.realPathOf(user.home);
    const home = this.#homes.get(path);
    if (home) home.isStale = true;
    if (this.#ledger.forget(path)) await this.#save();
  }

  /** Makes a home be counted where somebody was in it whose changes nobody counted. */
  async #countAgain(home: HomeUsage): Promise<void> {
    if (!home.isStale) return;
    home.isStale = false;
    while (home.opening) await home.opening.catch(() => {});
    await home.counted();
    if (!home.cells.isOpen || home.close()) return home.cells.forget();
    home.cells.doubt();
    void this.#settle(home);
  }

  async #open(home: HomeUsage): Promise<void> {
    await home.counted();
    if (!home.cells.isKnown) {
      await home.countClosed();
      await this.#warnAll(home);
    }
    this.#ledger.set(home.path, home.entry({ isCertain: false }));
    await this.#save();
    home.cells.open();
    this.#look ??= setInterval(() => this.#lookAtAll(), this.#options.lookMs ?? LOOK_MS);
    Deno.unrefTimer(this.#look);
  }

  #lookAtAll(): void {
    let hasRested = false;
    for (const home of this.#homes.values()) {
      if (!home.cells.isOpen) continue;
      const { isIdle } = home;
      if (home.isDoubted && performance.now() >= home.settleAtMs) void this.#settle(home);
      else if (isIdle && !home.isDoubted && this.#rest(home)) hasRested = true;
    }
    if (hasRested) void this.#save();
  }

  /** Settles a doubt by a count, once in a while. */
  async #settle(home: HomeUsage): Promise<void> {
    home.settleAtMs = Infinity;
    try {
      const isSettled = await home.countOpen();
      home.settleAtMs = performance.now() + (isSettled ? SETTLE_EVERY_MS : SETTLE_AGAIN_MS);
    } catch (error) {
      home.settleAtMs = performance.now() + SETTLE_EVERY_MS;
      this.#options.record({ kind: "error", message: "Cannot count a home anew", error });
    }
  }

  /** Closes a home that nobody is changing, and notes what it holds. Whether it did. */
  #rest(home: HomeUsage): boolean {
    if (!home.close()) return false;
    this.#ledger.set(home.path, home.entry({ isCertain: !home.isDoubted && !home.isStale }));
    return true;
  }

  /** Uploads go on where it cannot be written: the homes are what is to be filled, not this file. */
  async #save(): Promise<void> {
    try {
      await this.#ledger.save();
    } catch (error) {
      this.#warnOnce("the ledger", {
        kind: "error",
        message: "Cannot keep what is used of quotas: count anew after a crash",
        error,
      });
    }
  }

  /** Tells of every account whose quota is below what this home holds. */
  async #warnAll(home: HomeUsage): Promise<void> {
    for (const account of this.#options.accounts()) {
      if (hasQuota(account) && await this.#homeOf(account) === home) this.#warn(account, home);
    }
  }

  /** Tells once of a quota that is below what is there. */
  #warn(user: User, home: HomeUsage): void {
    const { used } = home;
    const quota = quotaOf(user);
    for (const what of ["bytes", "files"] as const) {
      if (!used || used[what] <= (quota[what] ?? Infinity)) continue;
      const message = `The quota of ${user.name} is ${quota[what]} ${what}, and ${user.home} holds ${
        used[what]
      }: nothing can be uploaded`;
      this.#warnOnce(JSON.stringify([user.name, what, quota[what]]), { kind: "warning", message });
    }
  }

  #warnOnce(about: string, event: Parameters<EventSink>[0]): void {
    if (this.#warned.has(about)) return;
    this.#warned.add(about);
    this.#options.record(event);
  }
}

/**
 * The ledger of quotas: a file beside the accounts file that says what each home holds, so that nothing has
 * to be counted anew at each start. A home that may be changing is marked so before the first change: what
 * was written of it is not believed after a crash.
 */

import { dirname } from "node:path";
import type { Amount } from "../limits/usage_cells.ts";
import { placeWhole } from "../users/place_whole.ts";

/** What the file says of a home. */
export interface LedgerEntry extends Amount {
  /** When it was last counted file by file, milliseconds since 1970. */
  readonly countedAtMs: number;
  /** Whether nothing has changed since this was written. */
  readonly isCertain: boolean;
}

/** How the file looks. */
interface LedgerText {
  readonly version: 1;
  readonly homes: Readonly<Record<string, LedgerEntry>>;
}

/** The ledger, in memory and in its file. */
export class LedgerFile {
  readonly #path: string | undefined;
  readonly #homes: Map<string, LedgerEntry>;
  /** The write that is under way, and the one behind it, which takes what has changed meanwhile. */
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  private constructor(path: string | undefined, homes: Map<string, LedgerEntry>) {
    this.#path = path;
    this.#homes = homes;
  }

  /**
   * Reads it; one that is missing says nothing.
   *
   * @param path Undefined for a ledger that is not kept.
   * @throws {Error} naming the file, when it cannot be read.
   */
  static async open(path: string | undefined): Promise<LedgerFile> {
    return new LedgerFile(path, new Map(path === undefined ? [] : Object.entries(await read(path))));
  }

  /** Every home that it knows. */
  get homes(): ReadonlyMap<string, LedgerEntry> {
    return this.#homes;
  }

  /** Notes what a home holds; {@linkcode save} writes it down. */
  set(home: string, entry: LedgerEntry): void {
    this.#homes.set(home, entry);
  }

  /** Says nothing of a home any more; whether it did. */
  forget(home: string): boolean {
    return this.#homes.delete(home);
  }

  /**
   * Writes down what was noted until now.
   *
   * @throws {Error} naming the file.
   */
  save(): Promise<void> {
    if (this.#path === undefined) return Promise.resolve();
    if (!this.#writing) {
      return this.#writing = this.#write(this.#path).finally(() => this.#writing = undefined);
    }
    return this.#next ??= this.#writing.catch(() => {}).then(() => {
      this.#next = undefined;
      return this.save();
    });
  }

  async #write(path: string): Promise<void> {
    const text: LedgerText = { version: 1, homes: Object.fromEntries(this.#homes) };
    try {
      await placeWhole(path, `${JSON.stringify(text, undefined, 1)}\n`);
      await settleName(path);
    } catch (cause) {
      // What it says may be wrong soon, so that it had better say nothing.
      await Deno.remove(path).catch(() => {});
      throw new Error(`Cannot write ${path}: ${reasonOf(cause)}`, { cause });
    }
  }
}

/** A power cut is not to bring the old file back. */
async function settleName(path: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  using directory = await Deno.open(dirname(path));
  await directory.sync();
}

async function read(path: string): Promise<LedgerText["homes"]> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return {};
    throw new Error(`Cannot read ${path}: ${reasonOf(cause)}`, { cause });
  }
  try {
    const { homes } = JSON.parse(text) as { homes?: Record<string, unknown> };
    return Object.fromEntries(
      Object.entries(homes ?? {}).filter((pair) => isEntry(pair[1])),
    ) as LedgerText["homes"];
  } catch {
    // Whatever it was: all homes are counted anew.
    return {};
  }
}

function isEntry(value: unknown): value is LedgerEntry {
  const { bytes, files, countedAtMs, isCertain } = (value ?? {}) as Partial<
    Record<keyof LedgerEntry, unknown>
  >;
  const counts = [bytes, files, countedAtMs];
  return counts.every((count) => Number.isSafeInteger(count) && (count as number) >= 0) &&
    typeof isCertain === "boolean";
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

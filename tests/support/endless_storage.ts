/**
 * A storage whose root lists more than all buffers between server and client can hold, and that tells how
 * much was asked for.
 */

import { type Entry, MemoryStorage, type VirtualPath } from "../../src/server.ts";

/**
 * Files as in {@linkcode MemoryStorage}, but every listing is made up as it is read: some twenty-five
 * megabytes of lines by default.
 */
export class EndlessStorage extends MemoryStorage {
  /** Entries of a listing. */
  readonly count: number;
  /** Entries that were asked for so far. */
  given = 0;
  /** Whether a listing was read to its end or given up. */
  isClosed = false;

  readonly #nameLength: number;

  constructor({ count = 100_000, nameLength = 180 }: { count?: number; nameLength?: number } = {}) {
    super();
    this.count = count;
    this.#nameLength = nameLength;
  }

  override async *list(path: VirtualPath): AsyncIterable<readonly Entry[]> {
    const { mode, links, modifiedMs } = await this.stat(path);
    try {
      for (; this.given < this.count; this.given++) {
        const name = `${this.given} ${"n".repeat(this.#nameLength)}`;
        yield [{ name, type: "file", size: this.given, modifiedMs, mode, links, unique: name }];
      }
    } finally {
      this.isClosed = true;
    }
  }
}

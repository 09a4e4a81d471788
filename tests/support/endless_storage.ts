/** A storage whose root lists more than all buffers between server and client can hold, and that tells how much was asked for. */

import { type Entry, MemoryStorage, type VirtualPath } from "../../src/server.ts";

/** Files as in {@linkcode MemoryStorage}, but every listing is 100,000 entries made up as they are read, some twenty-five megabytes of lines. */
export class EndlessStorage extends MemoryStorage {
  /** Entries of a listing. */
  static readonly count = 100_000;
  /** Entries that were asked for so far. */
  given = 0;
  /** Whether a listing was read to its end or given up. */
  isClosed = false;

  override async *list(path: VirtualPath): AsyncIterable<Entry> {
    const { mode, links, modifiedMs } = await this.stat(path);
    try {
      for (; this.given < EndlessStorage.count; this.given++) {
        const name = `${this.given} ${"n".repeat(180)}`;
        yield { name, type: "file", size: this.given, modifiedMs, mode, links, unique: name };
      }
    } finally {
      this.isClosed = true;
    }
  }
}

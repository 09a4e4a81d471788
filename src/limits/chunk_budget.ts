/** How large the pieces are in which files move: large while few transfers run, since each piece has its cost, small while many do. */

/** What the pieces of all transfers may take together, read-ahead not counted, bytes. */
const BUDGET_BYTES = 32 * 1024 * 1024;
const LARGEST_CHUNK_BYTES = 1024 * 1024;
const SMALLEST_CHUNK_BYTES = 64 * 1024;

/** The transfers of one thread, and the memory that they share. */
export class ChunkBudget {
  #transfers = 0;

  /** The size of a piece for one more transfer, bytes; a power of two. */
  get chunkBytes(): number {
    const share = 2 ** Math.floor(Math.log2(BUDGET_BYTES / (this.#transfers + 1)));
    return Math.max(SMALLEST_CHUNK_BYTES, Math.min(LARGEST_CHUNK_BYTES, share));
  }

  /** Counts a transfer until it is disposed of; that may happen again. */
  enter(): Disposable {
    this.#transfers++;
    let isOver = false;
    return {
      [Symbol.dispose]: () => {
        if (!isOver) this.#transfers--;
        isOver = true;
      },
    };
  }
}

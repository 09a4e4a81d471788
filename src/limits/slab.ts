/** Slab: one large piece of memory, lent out in blocks. */

/**
 * The size of a slab. The C library maps a piece this large by itself, whatever has been freed before, so it
 * goes back to the system whole; buffers that are allocated one by one leave holes that stay.
 */
export const SLAB_BYTES = 32 * 1024 * 1024;
/** The smallest block. */
export const SMALLEST_BLOCK_BYTES = 16 * 1024;

/**
 * Blocks of powers of two: a larger one is halved when a smaller one is wanted, and two halves that are both
 * free are one again. Memory that was never lent is never touched, so it takes no room in the machine.
 */
export class Slab {
  readonly #memory = new ArrayBuffer(SLAB_BYTES);
  /** Offsets of free blocks, by their size. */
  readonly #free = new Map<number, Set<number>>([[SLAB_BYTES, new Set([0])]]);
  #touchedBytes = 0;

  /** How much of it has been in use since it was made, at most. */
  get touchedBytes(): number {
    return this.#touchedBytes;
  }

  /** Whether nothing of it is lent. */
  get isWhole(): boolean {
    return this.#blocks(SLAB_BYTES).size > 0;
  }

  /** Lends a block of this size, a power of two; undefined when there is none. */
  take(bytes: number): Uint8Array<ArrayBuffer> | undefined {
    const offset = this.#takeAt(bytes);
    if (offset === undefined) return undefined;
    this.#touchedBytes = Math.max(this.#touchedBytes, offset + bytes);
    return new Uint8Array(this.#memory, offset, bytes);
  }

  /** Takes a block back; false when it is of another slab. */
  giveBack(block: Uint8Array): boolean {
    if (block.buffer !== this.#memory) return false;
    let offset = block.byteOffset;
    let bytes = block.length;
    for (; bytes < SLAB_BYTES; bytes *= 2) {
      const twin = offset ^ bytes;
      if (!this.#blocks(bytes).delete(twin)) break;
      offset = Math.min(offset, twin);
    }
    this.#blocks(bytes).add(offset);
    return true;
  }

  #takeAt(bytes: number): number | undefined {
    if (bytes > SLAB_BYTES) return undefined;
    const free = this.#blocks(bytes);
    if (free.size > 0) {
      // The lowest one, so that little of the memory is touched.
      const offset = lowestOf(free);
      free.delete(offset);
      return offset;
    }
    const offset = this.#takeAt(bytes * 2);
    if (offset !== undefined) free.add(offset + bytes);
    return offset;
  }

  #blocks(bytes: number): Set<number> {
    let blocks = this.#free.get(bytes);
    if (!blocks) this.#free.set(bytes, blocks = new Set());
    return blocks;
  }
}

function lowestOf(offsets: ReadonlySet<number>): number {
  let lowest = Infinity;
  for (const offset of offsets) if (offset < lowest) lowest = offset;
  return lowest;
}

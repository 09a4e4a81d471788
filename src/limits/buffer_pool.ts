/** Buffer pool: the memory that transfers may use, shared out by how many there are. */

import { Slab, SLAB_BYTES, SMALLEST_BLOCK_BYTES } from "./slab.ts";

/** As much as fits into the caches of a small processor: larger pieces are slower, not faster. */
const LARGEST_BYTES = 256 * 1024;
/** A slab of which more than this was in use goes back to the system when it is whole again. */
const MOST_KEPT_BYTES = 4 * 1024 * 1024;

/** A buffer on loan; disposing gives it back, once. */
export interface LeasedBuffer extends Disposable {
  /** The buffer; what is in it belongs to nobody. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A share of the pool's memory for whoever makes buffers by himself; disposing gives it back. */
export interface Claim extends Disposable {
  /** What a buffer may have at this moment, a power of two. */
  readonly bytes: number;
}

/**
 * Lends buffers: large ones while few are on loan, smaller ones to many, and the same memory over and over.
 */
export class BufferPool {
  readonly #budgetBytes: number;
  readonly #slabs: Slab[] = [];
  #lent = 0;

  /**
   * Lends nothing yet.
   *
   * @param options `budgetBytes`: what all buffers on loan should take together; the smallest size goes out
   *   beyond it too.
   */
  constructor({ budgetBytes }: { budgetBytes: number }) {
    this.#budgetBytes = budgetBytes;
  }

  /** Memory that the pool holds, lent or not, as far as it has ever been used; bytes. */
  get heldBytes(): number {
    return this.#slabs.reduce((sum, { touchedBytes }) => sum + touchedBytes, 0);
  }

  /** Lends a buffer of at most `mostBytes`, a power of two. */
  lend(mostBytes = LARGEST_BYTES): LeasedBuffer {
    this.#lent++;
    const size = Math.min(mostBytes, this.#share);
    const bytes = this.#take(size) ?? new Uint8Array(SMALLEST_BLOCK_BYTES);
    let isLent = true;
    return {
      bytes,
      [Symbol.dispose]: (): void => {
        if (isLent) this.#giveBack(bytes);
        isLent = false;
      },
    };
  }

  /**
   * Counts so many buffers as lent that the pool does not make: those of whoever gives them away for good,
   * such as to the runtime, which never tells when it is done with one.
   */
  claim(buffers: number): Claim {
    this.#lent += buffers;
    let isHeld = true;
    const share = (): number => this.#share;
    return {
      get bytes(): number {
        return share();
      },
      [Symbol.dispose]: (): void => {
        if (isHeld) this.#lent -= buffers;
        isHeld = false;
      },
    };
  }

  /** What one buffer may have, as many as there are. */
  get #share(): number {
    const share = 2 ** Math.floor(Math.log2(this.#budgetBytes / this.#lent));
    return Math.min(LARGEST_BYTES, Math.max(SMALLEST_BLOCK_BYTES, share));
  }

  #take(size: number): Uint8Array<ArrayBuffer> | undefined {
    for (const slab of this.#slabs) {
      const block = slab.take(size);
      if (block) return block;
    }
    if (this.#slabs.length * SLAB_BYTES < this.#budgetBytes) {
      const slab = new Slab();
      this.#slabs.push(slab);
      return slab.take(size);
    }
    return size > SMALLEST_BLOCK_BYTES ? this.#take(size / 2) : undefined;
  }

  #giveBack(bytes: Uint8Array<ArrayBuffer>): void {
    this.#lent--;
    const at = this.#slabs.findIndex((slab) => slab.giveBack(bytes));
    const slab = this.#slabs[at];
    if (slab?.isWhole && slab.touchedBytes > MOST_KEPT_BYTES) this.#slabs.splice(at, 1);
  }
}

/** Buffer pool: the memory that transfers may use, shared out by how many there are. */

const SMALLEST_BYTES = 16 * 1024;
/** As much as fits into the caches of a small processor: larger pieces are slower, not faster. */
const LARGEST_BYTES = 256 * 1024;
/** Idle buffers beyond this are left to the garbage collector, so that a rush of transfers does not keep its memory. */
const MOST_IDLE_BYTES = 8 * 1024 * 1024;

/** A buffer on loan; disposing gives it back, once. */
export interface LeasedBuffer extends Disposable {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Lends buffers: large ones while few are on loan, smaller ones to many, and the same memory over and over. */
export class BufferPool {
  readonly #budgetBytes: number;
  readonly #idle = new Map<number, Uint8Array<ArrayBuffer>[]>();
  #idleBytes = 0;
  #lent = 0;

  /** @param options `budgetBytes`: what all buffers on loan should take together; the smallest size goes out beyond it too. */
  constructor({ budgetBytes }: { budgetBytes: number }) {
    this.#budgetBytes = budgetBytes;
  }

  /** Lends a buffer of at most `mostBytes`, a power of two. */
  lend(mostBytes = LARGEST_BYTES): LeasedBuffer {
    this.#lent++;
    const share = 2 ** Math.floor(Math.log2(this.#budgetBytes / this.#lent));
    const size = Math.min(mostBytes, LARGEST_BYTES, Math.max(SMALLEST_BYTES, share));
    const bytes = this.#take(size);
    let isLent = true;
    return {
      bytes,
      [Symbol.dispose]: (): void => {
        if (isLent) this.#giveBack(bytes);
        isLent = false;
      },
    };
  }

  #take(size: number): Uint8Array<ArrayBuffer> {
    const bytes = this.#idle.get(size)?.pop();
    if (!bytes) return new Uint8Array(size);
    this.#idleBytes -= size;
    return bytes;
  }

  #giveBack(bytes: Uint8Array<ArrayBuffer>): void {
    this.#lent--;
    if (this.#idleBytes + bytes.length > MOST_IDLE_BYTES) return;
    this.#idleBytes += bytes.length;
    const idle = this.#idle.get(bytes.length);
    if (idle) idle.push(bytes);
    else this.#idle.set(bytes.length, [bytes]);
  }
}

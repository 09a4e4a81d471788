/**
 * Numbers of sessions: the main thread gives blocks of them out, so each is one worker's, and none comes
 * twice.
 */

/** Numbers that follow each other. */
export interface NumberBlock {
  readonly first: number;
  readonly count: number;
}

/** So many at once: a worker asks rarely, and what one that ends has not used is no great gap in the log. */
const BLOCK = 256;

/** Gives blocks out; in the main thread. */
export class NumberBlocks {
  #next = 1;

  /** The next one. */
  give(): NumberBlock {
    const first = this.#next;
    this.#next += BLOCK;
    return { first, count: BLOCK };
  }
}

/** Takes numbers from blocks; in a worker. */
export class SessionNumbers {
  readonly #ask: () => Promise<NumberBlock>;
  readonly #blocks: { next: number; left: number }[] = [];
  #asked: Promise<void> | undefined;

  /** @param ask Brings another block. */
  constructor(first: NumberBlock, ask: () => Promise<NumberBlock>) {
    this.#ask = ask;
    this.#add(first);
  }

  /** The next number; only who comes when none are left waits. */
  next(): number | Promise<number> {
    const [block] = this.#blocks;
    if (this.#blocks.length < 2 && (block?.left ?? 0) <= BLOCK / 2) this.#refill();
    if (!block) return this.#asked!.then(() => this.next());
    if (--block.left === 0) this.#blocks.shift();
    return block.next++;
  }

  #refill(): void {
    this.#asked ??= this.#ask().then((block) => this.#add(block)).finally(() => this.#asked = undefined);
  }

  #add({ first, count }: NumberBlock): void {
    this.#blocks.push({ next: first, left: count });
  }
}

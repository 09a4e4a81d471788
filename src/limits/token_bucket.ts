/** Token bucket: how many bytes may pass in a second, however many share the limit. */

/** How {@linkcode TokenBucket} works. */
export interface TokenBucketOptions {
  /** The limit. */
  readonly bytesPerSecond: number;
  /** The clock, milliseconds; only differences count. */
  readonly now?: () => number;
}

/** How much unused time is remembered: what a late timer missed is made up for, and no burst exceeds a tenth of a second's worth. */
const MEMORY_MS = 100;

/**
 * A shared limit. Takers reserve bytes and are told how long to wait before these may pass; reservations queue up in the order in which they are
 * made, so all that share a bucket get their turn.
 */
export class TokenBucket {
  readonly #now: () => number;
  #bytesPerSecond: number;
  /** When everything reserved so far will have passed. */
  #freeAtMs: number;

  constructor({ bytesPerSecond, now = () => performance.now() }: TokenBucketOptions) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#now = now;
    this.#freeAtMs = now();
  }

  /** The limit; a new one holds from the next reservation on. */
  get bytesPerSecond(): number {
    return this.#bytesPerSecond;
  }

  set bytesPerSecond(value: number) {
    this.#bytesPerSecond = value;
  }

  /** The largest piece to reserve at once so that traffic stays even: a twentieth of a second's worth. */
  get sliceBytes(): number {
    return Math.max(1, Math.floor(this.#bytesPerSecond / 20));
  }

  /** Reserves bytes and returns the milliseconds to wait before they may pass. */
  reserve(bytes: number): number {
    const now = this.#now();
    const start = Math.max(this.#freeAtMs, now - MEMORY_MS);
    this.#freeAtMs = start + bytes * 1000 / this.#bytesPerSecond;
    return Math.max(0, this.#freeAtMs - now);
  }
}

/**
 * Token bucket: how many bytes may pass in a second, however many share the limit, in however many threads.
 */

/** How {@linkcode TokenBucket} works. */
export interface TokenBucketOptions {
  /** The limit. */
  readonly bytesPerSecond: number;
  /** The clock, milliseconds; only differences count. All threads that share a bucket need the same one. */
  readonly now?: () => number;
  /** Where the bucket is, when threads share it: see {@linkcode sharedBucket}. */
  readonly memory?: ArrayBufferLike;
}

/**
 * How much unused time is remembered: what a late timer missed is made up for, and no burst exceeds a tenth
 * of a second's worth.
 */
export const MEMORY_MS = 100;

/** The cells of a bucket: when everything reserved so far will have passed (ns), and the bytes per second. */
const FREE_AT = 0, RATE = 1;
const BYTES = 2 * BigInt64Array.BYTES_PER_ELEMENT;
/** The rate of a limit that was lifted. */
const NO_LIMIT = -1n;

/**
 * A shared limit. Takers reserve bytes and are told how long to wait before these may pass; reservations
 * queue up in the order in which they are made, so all that share a bucket get their turn.
 */
export class TokenBucket {
  readonly #now: () => number;
  readonly #cells: BigInt64Array;

  constructor({ bytesPerSecond, now = () => performance.now(), memory }: TokenBucketOptions) {
    this.#now = now;
    this.#cells = new BigInt64Array(memory ?? new ArrayBuffer(BYTES));
    if (!memory) this.#cells[FREE_AT] = nanoseconds(now());
    this.bytesPerSecond = bytesPerSecond;
  }

  /** The limit; a new one holds from the next reservation on. */
  get bytesPerSecond(): number {
    const rate = Atomics.load(this.#cells, RATE);
    return rate === NO_LIMIT ? Infinity : Number(rate);
  }

  set bytesPerSecond(value: number) {
    Atomics.store(this.#cells, RATE, value === Infinity ? NO_LIMIT : BigInt(Math.max(1, Math.round(value))));
  }

  /** The largest piece to reserve at once so that traffic stays even: a twentieth of a second's worth. */
  get sliceBytes(): number {
    return Math.max(1, Math.floor(this.bytesPerSecond / 20));
  }

  /** Reserves bytes and returns the milliseconds to wait before they may pass. */
  reserve(bytes: number): number {
    const { bytesPerSecond } = this;
    return reserveIn(this.#cells, { bytes, bytesPerSecond, nowMs: this.#now() });
  }
}

/** What is reserved, and when. */
export interface Reservation {
  readonly bytes: number;
  readonly bytesPerSecond: number;
  readonly nowMs: number;
}

/** Reserves bytes in the first of these cells and returns the milliseconds to wait before they may pass. */
export function reserveIn(cells: BigInt64Array, { bytes, bytesPerSecond, nowMs }: Reservation): number {
  const now = nanoseconds(nowMs);
  const earliest = now - nanoseconds(MEMORY_MS);
  const cost = BigInt(Math.round(bytes / bytesPerSecond * 1e9));
  while (true) {
    const freeAt = Atomics.load(cells, FREE_AT);
    const next = (freeAt > earliest ? freeAt : earliest) + cost;
    // Another thread may have reserved meanwhile; then its bytes come first.
    if (Atomics.compareExchange(cells, FREE_AT, freeAt, next) !== freeAt) continue;
    return Math.max(0, Number(next - now) / 1e6);
  }
}

/** Memory for a bucket that several threads take from; `nowMs` is the time on their common clock. */
export function sharedBucket(nowMs: number): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(BYTES);
  const cells = new BigInt64Array(memory);
  cells[FREE_AT] = nanoseconds(nowMs);
  cells[RATE] = NO_LIMIT;
  return memory;
}

/** The time as buckets keep it. */
export function nanoseconds(ms: number): bigint {
  return BigInt(Math.round(ms * 1e6));
}

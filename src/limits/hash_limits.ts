/**
 * Hash limits: how many files are hashed at once, and how fast they are read for it. Row Z5 of
 * docs/compliance.md.
 */

import { Counter } from "./counter.ts";
import type { Seat } from "./ledger.ts";
import { TokenBucket } from "./token_bucket.ts";

/** What {@linkcode HashLimits} holds; 0 means no limit. */
export interface HashLimitOptions {
  /** Hashes at once, over all sessions. */
  readonly maxHashes: number;
  /** Bytes per second that all hashes together read. */
  readonly maxHashRate: number;
}

/** A hash that may be computed; disposing gives its place back. */
export interface HashSeat extends Seat {
  /** What its bytes have to pass. */
  readonly buckets: readonly TokenBucket[];
}

/** What threads share, so that the limits hold over all of them. */
export interface SharedHashLimits {
  /** Hashes at once in all threads. */
  readonly running: Counter;
  /** Those of this thread: what is to be given back when it dies. */
  readonly own: Counter;
  /** The bucket that all hashes take from. */
  readonly bucket: SharedArrayBuffer;
  /** The clock of all threads, milliseconds. */
  readonly now: () => number;
}

/**
 * What hashes may cost the server. A client gets a long computation for a short line, so this is bounded by
 * itself.
 */
export class HashLimits {
  #options: HashLimitOptions;
  readonly #bucket: TokenBucket;
  readonly #running: Counter;
  readonly #own: Counter;

  constructor(options: HashLimitOptions, shared?: SharedHashLimits) {
    this.#options = options;
    const bytesPerSecond = options.maxHashRate || Infinity;
    this.#bucket = new TokenBucket({ bytesPerSecond, now: shared?.now, memory: shared?.bucket });
    this.#running = shared?.running ?? new Counter();
    this.#own = shared?.own ?? new Counter();
  }

  /** New limits; the rate holds at once, also for hashes under way. */
  set options(options: HashLimitOptions) {
    this.#options = options;
    this.#bucket.bytesPerSecond = options.maxHashRate || Infinity;
  }

  /** Takes a place; undefined when all are taken. */
  take(): HashSeat | undefined {
    const { maxHashes, maxHashRate } = this.#options;
    if (!this.#running.addUpTo(maxHashes || Infinity)) return undefined;
    this.#own.add(1);
    let taken = true;
    return {
      buckets: maxHashRate > 0 ? [this.#bucket] : [],
      [Symbol.dispose]: () => {
        if (!taken) return;
        taken = false;
        this.#own.add(-1);
        this.#running.add(-1);
      },
    };
  }
}

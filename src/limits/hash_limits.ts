/** Hash limits: how many files are hashed at once, and how fast they are read for it. Row Z5 of docs/compliance.md. */

import type { Seat } from "./ledger.ts";
import { TokenBucket } from "./token_bucket.ts";

/** What {@linkcode HashLimits} holds; 0 means no limit. */
export interface HashLimitOptions {
  /** Hashes at once, over all sessions. */
  readonly maxHashes: number;
  /** Bytes per second that all hashes together read. */
  readonly bytesPerSecond: number;
}

/** A hash that may be computed; disposing gives its place back. */
export interface HashSeat extends Seat {
  /** What its bytes have to pass. */
  readonly buckets: readonly TokenBucket[];
}

/** What hashes may cost the server. A client gets a long computation for a short line, so this is bounded by itself. */
export class HashLimits {
  #options: HashLimitOptions;
  #bucket: TokenBucket;
  #running = 0;

  constructor(options: HashLimitOptions) {
    this.#options = options;
    this.#bucket = new TokenBucket({ bytesPerSecond: options.bytesPerSecond || Infinity });
  }

  /** New limits; the rate holds at once, also for hashes under way. */
  set options(options: HashLimitOptions) {
    this.#options = options;
    this.#bucket.bytesPerSecond = options.bytesPerSecond || Infinity;
  }

  /** Takes a place; undefined when all are taken. */
  take(): HashSeat | undefined {
    const { maxHashes, bytesPerSecond } = this.#options;
    if (maxHashes > 0 && this.#running >= maxHashes) return undefined;
    this.#running++;
    let taken = true;
    return {
      buckets: bytesPerSecond > 0 ? [this.#bucket] : [],
      [Symbol.dispose]: () => {
        if (taken) this.#running--;
        taken = false;
      },
    };
  }
}

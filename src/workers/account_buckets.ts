/** Where the limits of accounts are kept for all workers. */

import type { SharedBuckets } from "../limits/rate_limits.ts";
import { sharedBucket } from "../limits/token_bucket.ts";
import type { User } from "../users/user.ts";

/** One pair of buckets for each account that has, or had, a limit. */
export class AccountBuckets {
  readonly #buckets = new Map<string, SharedBuckets>();

  /** The account's buckets; undefined when it never had a limit. */
  of({ name, maxUpload, maxDownload }: User): SharedBuckets | undefined {
    const known = this.#buckets.get(name);
    // One whose limit was lifted keeps its buckets: running transfers have to learn of it.
    if (known || !(maxUpload || maxDownload)) return known;
    const buckets = makeBuckets();
    this.#buckets.set(name, buckets);
    return buckets;
  }
}

/** A bucket for each direction, on the clock of the main thread. */
export function makeBuckets(): SharedBuckets {
  const nowMs = performance.now();
  return { upload: sharedBucket(nowMs), download: sharedBucket(nowMs) };
}

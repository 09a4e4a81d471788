/** Rate limiting as a stage of the transfer pipeline. */

import { delay } from "./delay.ts";
import type { TokenBucket } from "./token_bucket.ts";

/** How {@linkcode ThrottleStream} works. */
export interface ThrottleStreamOptions {
  /** The limits that all hold: this transfer's, the account's, the server's. */
  readonly buckets: readonly TokenBucket[];
  /** Ends a wait at once when the transfer is given up. */
  readonly signal: AbortSignal;
}

/** Passes bytes on no faster than every bucket allows, in slices small enough to keep the traffic even. */
export class ThrottleStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor({ buckets, signal }: ThrottleStreamOptions) {
    super({
      async transform(chunk, controller): Promise<void> {
        for (let start = 0; start < chunk.length;) {
          const slice = chunk.subarray(
            start,
            start + Math.min(...buckets.map(({ sliceBytes }) => sliceBytes)),
          );
          const waitMs = Math.max(...buckets.map((bucket) => bucket.reserve(slice.length)));
          if (waitMs > 0) await delay(waitMs, signal);
          controller.enqueue(slice);
          start += slice.length;
        }
      },
    });
  }
}

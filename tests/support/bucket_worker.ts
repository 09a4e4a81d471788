/** Reserves from buckets that other threads reserve from too, and counts with them, as fast as it can. */

import { Counter } from "../../src/limits/counter.ts";
import { TokenBucket } from "../../src/limits/token_bucket.ts";

/** What is shared, and how often to take. */
export interface BucketTask {
  readonly bucket: SharedArrayBuffer;
  readonly counter: SharedArrayBuffer;
  readonly most: number;
  readonly times: number;
}

const scope = self as unknown as {
  postMessage(taken: number): void;
  onmessage: (message: { data: BucketTask }) => void;
};

scope.onmessage = ({ data: { bucket: memory, counter, most, times } }) => {
  const bucket = new TokenBucket({ bytesPerSecond: 1000, now: () => 0, memory });
  const shared = new Counter(counter);
  let taken = 0;
  for (let time = 0; time < times; time++) {
    bucket.reserve(10);
    if (shared.addUpTo(most)) taken++;
  }
  scope.postMessage(taken);
};

/** Reserves for one network from a table that other threads reserve from too, as fast as it can. */

import { NetworkBuckets } from "../../src/limits/network_buckets.ts";
import { Tags } from "../../src/limits/tags.ts";

const scope = self as unknown as {
  postMessage(done: true): void;
  onmessage: (message: {
    data: { readonly memory: SharedArrayBuffer; readonly tagKey: Uint8Array; readonly times: number };
  }) => void;
};

scope.onmessage = ({ data: { memory, tagKey, times } }) => {
  const table = new NetworkBuckets({ memory, tags: new Tags(tagKey), now: () => 0 });
  const bucket = table.of("192.0.2.1", () => 1000);
  for (let time = 0; time < times; time++) bucket.reserve(10);
  scope.postMessage(true);
};

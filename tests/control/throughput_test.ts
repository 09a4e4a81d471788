/** Throughput: what passed between two looks, for an hour and no longer. */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Throughput, type ThroughputSource } from "../../src/control/throughput.ts";
import { Traffic } from "../../src/limits/traffic.ts";

Deno.test("Each sample has what passed since the one before, and an hour of them is kept", () => {
  const traffic = new Traffic();
  const source: ThroughputSource = {
    get traffic() {
      return traffic.sums;
    },
    sessionCount: 3,
    transferCount: 1,
  };
  let nowMs = 1_000_000;
  traffic.passed(999, "upload");
  using ring = new Throughput(source, { now: () => nowMs });
  traffic.passed(10, "upload");
  traffic.passed(20, "download");
  traffic.passed(5, "listing");
  traffic.loggedIn();
  nowMs += 10_000;
  const first = {
    atMs: nowMs,
    seconds: 10,
    uploadedBytes: 10,
    downloadedBytes: 25,
    logins: 1,
    sessions: 3,
    transfers: 1,
  };
  deepStrictEqual(ring.present, first);
  ring.look();
  deepStrictEqual(ring.samples(), [first]);
  deepStrictEqual(ring.samples(nowMs), []);
  for (let look = 0; look < 1000; look++) {
    traffic.passed(look, "upload");
    nowMs += 10_000;
    ring.look();
  }
  const samples = ring.samples();
  strictEqual(samples.length, 360);
  deepStrictEqual([samples[0]!.uploadedBytes, samples.at(-1)!.uploadedBytes], [640, 999]);
  // A clock that is set back makes no time that is none.
  nowMs -= 60_000;
  strictEqual(ring.present.seconds, 0.001);
});

Deno.test("Threads that share the cells count together", () => {
  const memory = Traffic.shared();
  new Traffic(memory).passed(1, "upload");
  new Traffic(memory).passed(2, "upload");
  new Traffic(memory).loggedIn();
  deepStrictEqual(new Traffic(memory).sums, { uploadedBytes: 3, downloadedBytes: 0, logins: 1 });
});

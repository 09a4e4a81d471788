/** What the fairness table tells, and its options. Its own run: tests/timing/fairness_run_test.ts. */

import { equal, ok, throws } from "node:assert/strict";
import type { ActRecord, Fairness } from "./fairness.ts";
import { actsOf } from "./fairness_acts.ts";
import { fairnessSection, isFair } from "./fairness_report.ts";
import { parseOptions } from "./options.ts";

function record(noop: number, greeting: number, more: Partial<ActRecord> = {}): ActRecord {
  const waits = (worst: number) => ({ worst, count: 3, unanswered: false });
  return {
    id: "a",
    title: "t",
    seconds: 1,
    codes: ["213"],
    noop: waits(noop),
    greeting: waits(greeting),
    ...more,
  };
}

Deno.test("an act is fair when NOOP waits 100 ms at most, a greeting and the page 250", () => {
  equal(isFair(record(0.1, 0.25)), true);
  equal(isFair(record(0.101, 0.01)), false);
  equal(isFair(record(0.01, 0.251)), false);
  const page = { worst: 0.251, count: 3, unanswered: false };
  equal(isFair(record(0.01, 0.01, { page })), false);
  equal(isFair({ id: "a", title: "t", seconds: 0, codes: [], error: "it broke" }), undefined);
});

Deno.test("the fairness table tells codes in short, an ABOR that was not heard, and waits that were not over", () => {
  const late = { worst: 3, count: 0, unanswered: true };
  const acts = [record(0.5, 0.2, { codes: ["200", "213", "213"], noop: late, aborted: null })];
  const fairness: Fairness = {
    version: "1",
    workers: 1,
    sizes: parseOptions([])!.sizes,
    disks: [{ name: "quick", fileSystem: "tmpfs", acts }],
    missing: ["slow: there is none"],
  };
  const lines = fairnessSection(fairness, (_, rows) => rows.map((cells) => cells.join(" | ")));
  ok(lines.includes("t | 1.00 | 200, 213 × 2, ABOR not heard | > 3000 | 200 | – | – | no"), lines.join("\n"));
  ok(lines.includes("- Not measured: slow: there is none."));
});

Deno.test("each act of the fairness table has a name of its own", () => {
  const ids = actsOf(1).map(({ id }) => id);
  equal(new Set(ids).size, ids.length);
});

Deno.test("a disk that there is not and a bad number of workers are refused", () => {
  throws(() => parseOptions(["--disks", "round"]), /Bad --disks: round/);
  throws(() => parseOptions(["--workers", "many"]), /Bad --workers: many/);
});

/** Times as people write them. */

import { strictEqual } from "node:assert/strict";
import { parseDuration } from "../../src/cli/duration.ts";

Deno.test("A time is days, hours, minutes and seconds, each of which may be left out", () => {
  const expectations: [text: string, ms: number][] = [
    ["90s", 90_000],
    ["10m", 600_000],
    ["2h", 7_200_000],
    ["1h30m", 5_400_000],
    ["7d", 604_800_000],
    ["1d1h1m1s", 90_061_000],
  ];
  for (const [text, ms] of expectations) strictEqual(parseDuration(text), ms, text);
});

Deno.test("Nothing else is a time", () => {
  for (const text of ["", "0", "0s", "5", "h", "1.5h", "-1h", "1h 5m", "5m1h", "1H", "9999999s"]) {
    strictEqual(parseDuration(text), undefined, text);
  }
});

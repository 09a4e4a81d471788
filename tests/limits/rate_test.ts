/**
 * Limits over real sockets: what passes in three seconds is within 3 % of the limit, for one transfer and for
 * five that share one.
 */

import assert from "node:assert/strict";
import { measureThroughput } from "../support/throughput.ts";

const bytesPerSecond = 300 * 1024;
/** Long enough for a stall of the machine, which nothing makes up for, to stay within the tolerance. */
const seconds = 3;

for (const direction of ["download", "upload"] as const) {
  for (const transfers of [1, 5]) {
    Deno.test(`${transfers} ${direction}s at a limit together keep it within 3 %`, async () => {
      const measured = await measureThroughput({ direction, bytesPerSecond, transfers, seconds });
      const percent = 100 * measured / bytesPerSecond;
      assert.ok(percent > 97 && percent < 103, `${percent.toFixed(1)} % of the limit`);
    });
  }
}

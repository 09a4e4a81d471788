/**
 * Limits over real sockets and real seconds: never more passes than the limit, for one transfer and for five
 * that share one. How near to it they come is printed: that is a matter of the machine too. To the byte, with
 * a clock of their own, limits are tested in tests/limits.
 */
// deno-lint-ignore-file no-console -- prints what it measured

import assert from "node:assert/strict";
import { measureThroughput } from "./_throughput.ts";

const bytesPerSecond = 300 * 1024;
const seconds = 3;
/** A slow machine comes to this, a limit that is taken twice does not. */
const LEAST_PERCENT = 55;

for (const direction of ["download", "upload"] as const) {
  for (const transfers of [1, 5]) {
    Deno.test(`${transfers} ${direction}s at a limit together do not pass it and come near to it`, async () => {
      const measured = await measureThroughput({ direction, bytesPerSecond, transfers, seconds });
      const percent = 100 * measured / bytesPerSecond;
      console.log(`${percent.toFixed(1)} % of the limit`);
      assert.ok(percent > LEAST_PERCENT && percent < 103, `${percent.toFixed(1)} % of the limit`);
    });
  }
}

/**
 * Prints what limits let through over ten seconds, beside the limits: `deno run -A
 * tests/bench/throttle_bench.ts [seconds]`.
 */
// deno-lint-ignore-file no-console -- a script that prints

import { measureThroughput } from "../timing/_throughput.ts";

const bytesPerSecond = 300 * 1024;
const seconds = Number(Deno.args[0] ?? 10);

console.log(`limit ${bytesPerSecond} bytes per second, over ${seconds} s`);
for (const direction of ["download", "upload"] as const) {
  for (const transfers of [1, 5]) {
    const measured = await measureThroughput({ direction, bytesPerSecond, transfers, seconds });
    const deviation = 100 * (measured / bytesPerSecond - 1);
    const shown = `${deviation < 0 ? "" : "+"}${deviation.toFixed(2)} %`;
    console.log(
      `${direction.padEnd(8)} x ${transfers}: ${measured.toFixed(0).padStart(7)} bytes per second, ${shown}`,
    );
  }
}

/** Byte rates as people write them. */

import { strictEqual } from "node:assert/strict";
import { formatByteRate, parseByteRate } from "../../src/users/byte_rate.ts";

Deno.test("parseByteRate reads plain numbers and powers of 1024, in either case", () => {
  strictEqual(parseByteRate("0"), 0);
  strictEqual(parseByteRate("512"), 512);
  strictEqual(parseByteRate("300K"), 307200);
  strictEqual(parseByteRate("1m"), 1048576);
  strictEqual(parseByteRate("1.5 M"), 1572864);
  strictEqual(parseByteRate("2G"), 2147483648);
});

Deno.test("parseByteRate refuses what is no byte rate", () => {
  for (const text of ["", "K", "-1", "1T", "1KB", "0x10", "1e3", "ten", "1,5M", "99999999999G"]) {
    strictEqual(parseByteRate(text), undefined, text);
  }
});

Deno.test("formatByteRate writes what parseByteRate reads back exactly", () => {
  strictEqual(formatByteRate(307200), "300K");
  strictEqual(formatByteRate(1536 * 1024), "1536K");
  strictEqual(formatByteRate(1000), "1000");
  for (let rate = 0; rate < 5_000_000_000; rate = rate * 3 + 1024) {
    strictEqual(parseByteRate(formatByteRate(rate)), rate);
  }
});

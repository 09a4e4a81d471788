/** Which part of a file a header asks for. RFC 9110 §14. */

import { deepEqual, equal } from "node:assert/strict";
import { chooseRange, contentRange } from "../../src/web/range.ts";

Deno.test("A range is one from the first byte to the last, to the end, or of the last bytes", () => {
  for (
    const [header, range] of [
      ["bytes=0-0", { start: 0, end: 0 }],
      ["bytes=10-19", { start: 10, end: 19 }],
      ["bytes=90-", { start: 90, end: 99 }],
      ["bytes=90-1000000000000000000000", { start: 90, end: 99 }],
      ["bytes=-10", { start: 90, end: 99 }],
      ["bytes=-1000", { start: 0, end: 99 }],
      ["BYTES=0-0", { start: 0, end: 0 }],
      ["bytes= 0-0 ", { start: 0, end: 0 }],
    ] as const
  ) deepEqual(chooseRange(header, 100), range, header);
});

Deno.test("A range that begins behind the end cannot be satisfied, nor can one of no bytes", () => {
  for (const header of ["bytes=100-", "bytes=100-200", "bytes=-0"]) {
    equal(chooseRange(header, 100), "unsatisfiable", header);
  }
  equal(chooseRange("bytes=0-", 0), "unsatisfiable");
  equal(chooseRange("bytes=-5", 0), "whole");
});

Deno.test("What is no single range of bytes is as if absent", () => {
  const headers = [
    null,
    "",
    "bytes",
    "bytes=",
    "bytes=-",
    "bytes=5-4",
    "bytes=a-b",
    "bytes=0x0-1",
    "bytes=1.5-2",
    "lines=0-1",
    "bytes=0-1,5-6",
    `bytes=${"0-,".repeat(10_000)}0-`,
    `bytes=${"0".repeat(100)}-1`,
  ];
  for (const header of headers) equal(chooseRange(header, 100), "whole", header?.slice(0, 40));
});

Deno.test("The header of a part names its first byte, its last and the size of the whole", () => {
  equal(contentRange({ start: 10, end: 19 }, 100), "bytes 10-19/100");
});

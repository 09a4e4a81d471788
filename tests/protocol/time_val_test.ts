/** Tests of src/protocol/time_val.ts: 14 digits to a moment and back. */

import assert from "node:assert/strict";
import { formatTimeVal, parseTimeVal } from "../../src/protocol/time_val.ts";
import { seeded } from "./_bytes.ts";

Deno.test("R4: a time is sent as 14 digits in UTC", () => {
  assert.equal(formatTimeVal(0), "19700101000000");
  assert.equal(formatTimeVal(Date.UTC(1998, 5, 15, 10, 0, 45)), "19980615100045");
  assert.equal(formatTimeVal(Date.UTC(2024, 1, 29, 23, 59, 59)), "20240229235959");
  assert.equal(formatTimeVal(Date.UTC(1965, 11, 31, 1, 2, 3)), "19651231010203");
});

Deno.test("R4: no fraction is sent, and none rounds the second up", () => {
  assert.equal(formatTimeVal(999), "19700101000000");
  assert.equal(formatTimeVal(1_700_000_000_999.9), "20231114221320");
});

Deno.test("R4: a time-val is read as UTC", () => {
  assert.equal(parseTimeVal("19700101000000"), 0);
  assert.equal(parseTimeVal("19980615100045"), Date.UTC(1998, 5, 15, 10, 0, 45));
  assert.equal(parseTimeVal("19651231010203"), Date.UTC(1965, 11, 31, 1, 2, 3));
});

Deno.test("R4: years before 1900 and below 100 are those years", () => {
  assert.equal(parseTimeVal("18991231235959"), Date.UTC(1899, 11, 31, 23, 59, 59));
  assert.equal(new Date(parseTimeVal("00500101000000")!).getUTCFullYear(), 50);
});

Deno.test("R4: what was sent is read back, to the second", () => {
  const random = seeded(3659);
  for (let round = 0; round < 5000; round++) {
    const timeMs = (random(2 ** 32) - 2 ** 30) * 1000;
    assert.equal(parseTimeVal(formatTimeVal(timeMs)), timeMs);
    assert.equal(parseTimeVal(formatTimeVal(timeMs + random(1000))), timeMs);
  }
});

Deno.test("R4: a fraction is read to the millisecond, what is finer is cut off", () => {
  const start = Date.UTC(1998, 5, 15, 10, 0, 45);
  const cases: [fraction: string, ms: number][] = [
    ["0", 0],
    ["5", 500],
    ["05", 50],
    ["014", 14],
    ["999", 999],
    ["9999", 999],
    ["0009", 0],
    ["9".repeat(40), 999],
    ["123456789", 123],
  ];
  for (const [fraction, ms] of cases) {
    assert.equal(parseTimeVal(`19980615100045.${fraction}`), start + ms, fraction);
  }
  for (let ms = 0; ms < 1000; ms++) {
    assert.equal(parseTimeVal(`19980615100045.${String(ms).padStart(3, "0")}`), start + ms);
  }
});

Deno.test("R6: 29 February exists in leap years only", () => {
  for (const year of ["2024", "2000", "1996", "2400"]) {
    assert.equal(formatTimeVal(parseTimeVal(`${year}0229120000`)!), `${year}0229120000`);
  }
  for (const year of ["2023", "1900", "2100", "2026"]) {
    assert.equal(parseTimeVal(`${year}0229120000`), undefined, year);
  }
});

Deno.test("R6: every month ends when it ends", () => {
  const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  for (const [at, length] of lengths.entries()) {
    const month = String(at + 1).padStart(2, "0");
    assert.equal(parseTimeVal(`2025${month}${length}000000`), Date.UTC(2025, at, length));
    assert.equal(parseTimeVal(`2025${month}${length + 1}000000`), undefined);
  }
});

Deno.test("R4: second 60, a leap second, counts as the next one", () => {
  assert.equal(parseTimeVal("20161231235960"), Date.UTC(2017, 0, 1));
  assert.equal(parseTimeVal("20161231120060"), Date.UTC(2016, 11, 31, 12, 1, 0));
});

Deno.test("R6: a moment that does not exist is refused", () => {
  const impossible = [
    "20250001000000",
    "20251301000000",
    "20250100000000",
    "20250132000000",
    "20250431000000",
    "20250101240000",
    "20250101006000",
    "20250101000061",
    "20259999999999",
  ];
  for (const text of impossible) assert.equal(parseTimeVal(text), undefined, text);
});

Deno.test("R6: a malformed time-val is refused", () => {
  const malformed = [
    "",
    "2025",
    "2025010100000",
    "202501010000000",
    "20250101000000.",
    "20250101000000,5",
    "20250101000000.5.5",
    "20250101000000Z",
    "20250101000000 ",
    " 20250101000000",
    "20250101000000\n",
    "2025-01-01T00:00",
    "+2025010100000",
    "-0250101000000",
    "2025010100000x",
    "20250101000000.x",
    "20250101000000.-1",
    "２０２５０１０１００００００",
  ];
  for (const text of malformed) assert.equal(parseTimeVal(text), undefined, JSON.stringify(text));
});

/** Tests of src/protocol/days.ts: the same days as the calendar's. */

import assert from "node:assert/strict";
import { dayOf, secondOfDay, twoDigits } from "../../src/protocol/days.ts";
import { seeded } from "./_bytes.ts";

Deno.test("A moment's day and time are those of the calendar, before 1970 too", () => {
  const random = seeded(86400);
  for (let round = 0; round < 5000; round++) {
    const timeMs = (random(2 ** 32) - 2 ** 31) * 3000 + random(1000);
    const date = new Date(timeMs);
    assert.deepEqual({ ...dayOf(timeMs), second: secondOfDay(timeMs) }, {
      year: String(date.getUTCFullYear()).padStart(4, "0"),
      month: date.getUTCMonth(),
      date: date.getUTCDate(),
      second: date.getUTCHours() * 3600 + date.getUTCMinutes() * 60 + date.getUTCSeconds(),
    });
  }
});

Deno.test("The last moment of a day and the first of the next are of different days", () => {
  const midnightMs = Date.UTC(2026, 0, 1);
  assert.deepEqual(dayOf(midnightMs - 1), { year: "2025", month: 11, date: 31 });
  assert.deepEqual(dayOf(midnightMs), { year: "2026", month: 0, date: 1 });
  assert.equal(secondOfDay(midnightMs - 1), 86_399);
  assert.equal(secondOfDay(midnightMs), 0);
});

Deno.test("Every number below 100 has two digits", () => {
  assert.deepEqual([0, 7, 10, 99].map(twoDigits), ["00", "07", "10", "99"]);
});

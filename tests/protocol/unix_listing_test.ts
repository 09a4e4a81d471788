/** Tests of src/protocol/unix_listing.ts: lines of LIST, byte for byte. */

import assert from "node:assert/strict";
import {
  formatListingLine,
  formatListingTime,
  type ListingEntry,
  zoneOffset,
} from "../../src/protocol/unix_listing.ts";
import { seeded } from "./_bytes.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW_MS = Date.UTC(2025, 10, 22, 12, 0, 0);
const UTC = { nowMs: NOW_MS, offsetMs: (): number => 0 };

function line(entry: Partial<ListingEntry>): string {
  return formatListingLine({
    type: "file",
    mode: 0o644,
    links: 1,
    size: 1234,
    modifiedMs: Date.UTC(2025, 10, 5, 9, 7, 59),
    name: "read me.txt",
    ...entry,
  }, UTC);
}

/** The mode of a line, type letter first. */
function mode(bits: number, type: ListingEntry["type"] = "file"): string {
  return line({ type, mode: bits }).slice(0, 10);
}

Deno.test("S3: a file is one line as ls prints it", () => {
  assert.equal(line({}), "-rw-r--r--   1 ftp ftp         1234 Nov  5 09:07 read me.txt");
});

Deno.test("S3: a directory has a d", () => {
  assert.equal(
    line({ type: "directory", mode: 0o755, links: 12, size: 4096, name: "pub" }),
    "drwxr-xr-x  12 ftp ftp         4096 Nov  5 09:07 pub",
  );
});

Deno.test("S3: a link has an l, every bit, and its target behind an arrow", () => {
  assert.equal(
    line({ type: "link", mode: 0o600, size: 7, name: "now", target: "/2025 a" }),
    "lrwxrwxrwx   1 ftp ftp            7 Nov  5 09:07 now -> /2025 a",
  );
  assert.equal(
    line({ type: "link", mode: 0, name: "now" }),
    "lrwxrwxrwx   1 ftp ftp         1234 Nov  5 09:07 now",
  );
});

Deno.test("S3: anything else looks like a file", () => {
  assert.equal(mode(0o600, "other"), "-rw-------");
});

Deno.test("S3: every permission bit has its letter", () => {
  const letters = "rwxrwxrwx";
  for (let bits = 0; bits <= 0o777; bits++) {
    const expected = Array.from(letters, (letter, at) => bits & (1 << (8 - at)) ? letter : "-").join("");
    assert.equal(mode(bits), `-${expected}`, bits.toString(8));
  }
});

Deno.test("S3: setuid, setgid and sticky stand where ls puts them, in capitals without the x", () => {
  const cases: [bits: number, expected: string][] = [
    [0o4755, "-rwsr-xr-x"],
    [0o4644, "-rwSr--r--"],
    [0o2755, "-rwxr-sr-x"],
    [0o2745, "-rwxr-Sr-x"],
    [0o1777, "-rwxrwxrwt"],
    [0o1776, "-rwxrwxrwT"],
    [0o7777, "-rwsrwsrwt"],
    [0o7000, "---S--S--T"],
  ];
  for (const [bits, expected] of cases) assert.equal(mode(bits), expected, bits.toString(8));
});

Deno.test("S3: the file type bits of st_mode do not show", () => {
  assert.equal(mode(0o100644), "-rw-r--r--");
  assert.equal(mode(0o040755, "directory"), "drwxr-xr-x");
});

Deno.test("S3: columns align for sizes up to a terabyte, and larger ones keep their digits", () => {
  const names = [0, 9, 123_456_789_012].map((size) => line({ size }).indexOf("read me"));
  assert.equal(new Set(names).size, 1);
  assert.match(
    line({ size: 9_007_199_254_740_991, links: 65_000 }),
    /^-rw-r--r-- 65000 ftp ftp 9007199254740991 Nov/,
  );
});

Deno.test("S3: the name is last and unescaped", () => {
  for (const name of [" a ", "a -> b", '"', "ü", "-l", "*"]) {
    assert.ok(line({ name }).endsWith(`09:07 ${name}`));
  }
});

Deno.test("S6: owner and group are virtual and have no spaces", () => {
  assert.deepEqual(line({}).split(/ +/).slice(2, 4), ["ftp", "ftp"]);
});

Deno.test("S4: a time within the last 180 days shows hour and minute", () => {
  assert.equal(formatListingTime(NOW_MS, UTC), "Nov 22 12:00");
  assert.equal(formatListingTime(NOW_MS - 1000, UTC), "Nov 22 11:59");
  assert.equal(formatListingTime(NOW_MS - 180 * DAY_MS + 1, UTC), "May 26 12:00");
});

Deno.test("S4: from 180 days on the year is shown", () => {
  assert.equal(formatListingTime(NOW_MS - 180 * DAY_MS, UTC), "May 26  2025");
  assert.equal(formatListingTime(Date.UTC(1970, 0, 1), UTC), "Jan  1  1970");
  assert.equal(formatListingTime(Date.UTC(1969, 11, 31), UTC), "Dec 31  1969");
});

Deno.test("S4: a time to come shows its year", () => {
  assert.equal(formatListingTime(NOW_MS + 1, UTC), "Nov 22  2025");
  assert.equal(formatListingTime(Date.UTC(2038, 0, 19, 3, 14, 7), UTC), "Jan 19  2038");
});

Deno.test("S4: midnight is 00:00 and days below ten are padded with a space", () => {
  assert.equal(formatListingTime(Date.UTC(2025, 10, 1, 0, 0, 0), UTC), "Nov  1 00:00");
  assert.equal(formatListingTime(Date.UTC(2025, 9, 31, 23, 59, 59), UTC), "Oct 31 23:59");
});

Deno.test("S4: months are English and every date is twelve characters wide", () => {
  const months = Array.from({ length: 12 }, (_, at) => formatListingTime(Date.UTC(2024, at, 15), UTC));
  assert.deepEqual(
    months.map((text) => text.slice(0, 3)),
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
  );
  for (let day = -400; day < 400; day++) {
    assert.equal(formatListingTime(NOW_MS + day * DAY_MS, UTC).length, 12);
  }
});

Deno.test("S4: the zone decides which hour, day and year are shown, not what is recent", () => {
  const offsetMs = (): number => 2 * 60 * 60 * 1000;
  const clock = { nowMs: NOW_MS, offsetMs };
  assert.equal(formatListingTime(Date.UTC(2025, 9, 31, 23, 30), clock), "Nov  1 01:30");
  assert.equal(formatListingTime(Date.UTC(2023, 11, 31, 23, 30), clock), "Jan  1  2024");
  assert.equal(formatListingTime(NOW_MS, clock), "Nov 22 14:00");
  assert.equal(formatListingTime(NOW_MS - 180 * DAY_MS, clock), "May 26  2025");
});

/** The hour that a zone shows at this moment. */
function shown(timeZone: string, timeMs: number): string {
  return formatListingTime(timeMs, { nowMs: timeMs, offsetMs: zoneOffset(timeZone) });
}

Deno.test("S4: Berlin is one hour ahead in winter, two in summer, and changes at 01:00 UTC", () => {
  const springMs = Date.UTC(2025, 2, 30, 1), autumnMs = Date.UTC(2025, 9, 26, 1);
  assert.equal(shown("Europe/Berlin", Date.UTC(2025, 0, 15, 12)), "Jan 15 13:00");
  assert.equal(shown("Europe/Berlin", Date.UTC(2025, 6, 15, 12)), "Jul 15 14:00");
  assert.equal(shown("Europe/Berlin", springMs - 1), "Mar 30 01:59");
  assert.equal(shown("Europe/Berlin", springMs), "Mar 30 03:00");
  assert.equal(shown("Europe/Berlin", autumnMs - 1), "Oct 26 02:59");
  assert.equal(shown("Europe/Berlin", autumnMs), "Oct 26 02:00");
});

Deno.test("S4: zones off the full hour, west of Greenwich, and across midnight", () => {
  assert.equal(shown("Asia/Kathmandu", Date.UTC(2025, 5, 1, 0, 0)), "Jun  1 05:45");
  assert.equal(shown("Asia/Kolkata", Date.UTC(2025, 5, 1, 20, 0)), "Jun  2 01:30");
  assert.equal(shown("America/St_Johns", Date.UTC(2025, 0, 1, 1, 0)), "Dec 31 21:30");
  assert.equal(shown("Australia/Lord_Howe", Date.UTC(2025, 6, 1, 0, 0)), "Jul  1 10:30");
  assert.equal(shown("America/New_York", Date.UTC(2024, 1, 29, 5, 0)), "Feb 29 00:00");
});

Deno.test("S4: UTC has no offset", () => {
  const offsetMs = zoneOffset("UTC");
  for (const timeMs of [0, -1, NOW_MS]) assert.equal(offsetMs(timeMs), 0);
});

Deno.test("S4: one zone answers for many times as a fresh one does, past the size of its memory", () => {
  const kept = zoneOffset("Europe/Berlin");
  const random = seeded(2025);
  for (let round = 0; round < 12_000; round++) {
    const timeMs = random(2 ** 31) * 1000;
    const offset = kept(timeMs);
    assert.ok(offset === 3_600_000 || offset === 7_200_000, `${timeMs}: ${offset}`);
    if (round % 200 === 0) assert.equal(kept(timeMs), zoneOffset("Europe/Berlin")(timeMs), String(timeMs));
  }
});

Deno.test("S4: one zone keeps the two sides of a change apart", () => {
  const offsetMs = zoneOffset("Europe/Berlin");
  const springMs = Date.UTC(2025, 2, 30, 1);
  assert.equal(offsetMs(springMs), 7_200_000);
  assert.equal(offsetMs(springMs - 1), 3_600_000);
  assert.equal(offsetMs(springMs + 1), 7_200_000);
});

Deno.test("S4: a zone that changes on the half hour has the new time from then on", () => {
  const offsetMs = zoneOffset("Australia/Lord_Howe");
  const springMs = Date.UTC(2025, 9, 4, 15, 30);
  assert.equal(offsetMs(springMs - 1), 10.5 * 3_600_000);
  assert.equal(offsetMs(springMs), 11 * 3_600_000);
});

Deno.test("S4: times before 1970 have an offset too", () => {
  assert.equal(zoneOffset("Europe/Berlin")(Date.UTC(1965, 6, 1, 0, 0, 1)), 3_600_000);
});

Deno.test("A zone that does not exist is refused when it is set, not when it is used", () => {
  assert.throws(() => zoneOffset("Mars/Olympus"), RangeError);
});

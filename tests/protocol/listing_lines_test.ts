/**
 * Tests of what writes lines of listings as bytes: they are what plain and slow spellings say, for whatever
 * entries.
 */

import { equal } from "node:assert/strict";
import fc from "fast-check";
import {
  FactLines,
  type FactName,
  factValues,
  formatFacts,
  parseFactList,
} from "../../src/protocol/facts.ts";
import { LineBuffer } from "../../src/protocol/line_buffer.ts";
import {
  formatListingLine,
  type ListingClock,
  ListingLines,
  zoneOffset,
} from "../../src/protocol/unix_listing.ts";

const NOW_MS = Date.UTC(2026, 2, 29, 12, 34, 56, 789);
const DAY_MS = 24 * 60 * 60 * 1000;
const RECENT_MS = 180 * DAY_MS;
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const ALL_FACTS = [
  ...["type", "size", "modify", "create", "perm", "unique", "UNIX.mode", "UNIX.owner", "UNIX.group"],
] as FactName[];

/** Moments from 1901 to 2106, and many near those where the form of a date changes. */
const moment = fc.oneof(
  fc.integer({ min: -(2 ** 31), max: 2 ** 32 }).map((seconds) => seconds * 1000 + 250),
  fc.integer({ min: -70_000, max: 70_000 }).map((ms) => NOW_MS + ms),
  fc.integer({ min: -70_000, max: 70_000 }).map((ms) => NOW_MS - RECENT_MS + ms),
  fc.integer({ min: 0, max: RECENT_MS }).map((ms) => NOW_MS - ms),
  fc.constantFrom(0, -1, -1000, 2 ** 31 * 1000, 2 ** 31 * 1000 - 1, Date.UTC(2100, 1, 28, 23, 59, 59, 999)),
);
const size = fc.oneof(fc.nat(10_000), fc.maxSafeNat(), fc.constantFrom(2 ** 32, 2 ** 53));
const entry = fc.record({
  type: fc.constantFrom("file", "directory", "other"),
  size,
  modifiedMs: moment,
  createdMs: fc.option(moment, { nil: undefined }),
  mode: fc.integer({ min: 0, max: 0o7777 }),
  links: fc.oneof(fc.nat(12), fc.nat(100_000)),
  unique: fc.stringMatching(/^[a-z0-9]{1,20}$/),
  link: fc.option(fc.constant("/away"), { nil: undefined }),
});
type RandomEntry = typeof entry extends fc.Arbitrary<infer T> ? T : never;

/** Zones of today's full, half and quarter hours, and two that were seconds off them for long. */
const clocks: readonly ListingClock[] = [
  "UTC",
  "Europe/Berlin",
  "America/St_Johns",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Kiritimati",
  "Africa/Monrovia",
].map((timeZone) => ({ nowMs: NOW_MS, offsetMs: zoneOffset(timeZone) }));

function shownType({ type, link }: RandomEntry): RandomEntry["type"] | "link" {
  return link === undefined ? type : "link";
}

/** All before the name, by the language's own means. */
function plainListing(entry: RandomEntry, { nowMs, offsetMs }: ListingClock): string {
  const letters = Array.from("rwxrwxrwx", (letter, at) => entry.mode & (0o400 >> at) ? letter : "-");
  for (const [bit, at, set] of [[0o4000, 2, "s"], [0o2000, 5, "s"], [0o1000, 8, "t"]] as const) {
    if (entry.mode & bit) letters[at] = letters[at] === "x" ? set : set.toUpperCase();
  }
  const first = entry.type === "directory" ? "d" : "-";
  const mode = entry.link === undefined ? first + letters.join("") : "lrwxrwxrwx";
  const shown = new Date(entry.modifiedMs + offsetMs(entry.modifiedMs));
  const date = `${MONTHS[shown.getUTCMonth()]} ${String(shown.getUTCDate()).padStart(2)}`;
  const ageMs = nowMs - entry.modifiedMs;
  const hour = shown.toISOString().replace(/^.*T(\d\d:\d\d).*$/, "$1");
  const end = ageMs >= 0 && ageMs < RECENT_MS ? hour : ` ${shown.getUTCFullYear()}`;
  const links = String(entry.links).padStart(3), size = String(entry.size).padStart(12);
  return `${mode} ${links} ftp ftp ${size} ${date} ${end} `;
}

function plainTimeVal(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\..*|[-:T]/g, "");
}

/** Each fact that applies, with its value. */
function plainFacts(entry: RandomEntry, perm: string | undefined): [FactName, string][] {
  const other = entry.link === undefined ? "OS.unix=special" : "OS.unix=slink";
  const facts: [FactName, string | undefined][] = [
    ["type", { file: "file", directory: "dir", other }[entry.type]],
    ["size", entry.type === "file" ? String(entry.size) : undefined],
    ["modify", plainTimeVal(entry.modifiedMs)],
    ["create", entry.createdMs === undefined ? undefined : plainTimeVal(entry.createdMs)],
    ["perm", perm],
    ["unique", entry.unique],
    ["UNIX.mode", entry.mode.toString(8).padStart(4, "0")],
    ["UNIX.owner", "ftp"],
    ["UNIX.group", "ftp"],
  ];
  return facts.filter((fact): fact is [FactName, string] => fact[1] !== undefined);
}

/** What is put, as text. */
function textOf(put: (out: LineBuffer) => void): string {
  const out = new LineBuffer(16);
  put(out);
  return new TextDecoder().decode(out.take());
}

Deno.test("S3 S4: lines of LIST are those of a plain spelling, one behind the other", () => {
  const entries = fc.array(entry, { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(entries, fc.constantFrom(...clocks), (entries, clock) => {
      const lines = new ListingLines(clock);
      const text = textOf((out) => {
        for (const entry of entries) {
          lines.put(out, shownType(entry), entry);
          out.end();
        }
      });
      equal(text, entries.map((entry) => `${plainListing(entry, clock)}\r\n`).join(""));
    }),
    { numRuns: 1000 },
  );
});

Deno.test("S4: times are told alike whatever was told before, to the second where a form changes", () => {
  for (const clock of clocks) {
    const kept = new ListingLines(clock);
    const edges = [
      NOW_MS,
      NOW_MS - RECENT_MS,
      0,
      2 ** 31 * 1000,
      Date.UTC(1971, 5, 1),
      Date.UTC(1901, 11, 14),
    ]
      .flatMap((edgeMs) => [edgeMs, edgeMs - clock.offsetMs(edgeMs)]);
    for (const edgeMs of edges) {
      for (const byMs of [-900_001, -60_000, -1000, -1, 0, 1, 999, 60_000, 899_999, 900_000]) {
        const entry = {
          type: "file",
          mode: 0o644,
          links: 1,
          size: 0,
          unique: "",
          createdMs: undefined,
          link: undefined,
          modifiedMs: edgeMs + byMs,
        } as const;
        const expected = plainListing(entry, clock);
        equal(textOf((out) => kept.put(out, "file", entry)), expected, String(entry.modifiedMs));
        equal(formatListingLine({ ...entry, name: "é" }, clock), `${expected}é`);
      }
    }
  }
});

Deno.test("S3: every mode of every type is told as a plain spelling does", () => {
  const clock = clocks[0]!;
  const lines = new ListingLines(clock);
  const rest = { size: 1, links: 1, modifiedMs: NOW_MS, createdMs: undefined, unique: "u", link: undefined };
  for (let mode = 0; mode <= 0o7777; mode++) {
    for (const type of ["file", "directory", "other"] as const) {
      const entry = { ...rest, type, mode };
      equal(textOf((out) => lines.put(out, type, entry)), plainListing(entry, clock));
    }
  }
});

Deno.test("M3 M11: lines of facts are those of a plain spelling, for every selection", () => {
  const perm = fc.option(fc.stringMatching(/^[a-z]{0,9}$/), { nil: undefined });
  const selection = fc.subarray(ALL_FACTS);
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 5 }), perm, selection, (entries, perm, selected) => {
      const lines = new FactLines(new Set(selected));
      for (const entry of entries) {
        const facts = plainFacts(entry, perm).filter(([name]) => selected.includes(name));
        const expected = `${facts.map(([name, value]) => `${name}=${value};`).join("")} `;
        equal(textOf((out) => lines.put(out, entry, perm)), expected);
        equal(formatFacts(factValues(entry, perm), new Set(selected), ""), expected);
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("M11: each of the 512 selections of facts is told in the order of the facts", () => {
  const entry: RandomEntry = {
    type: "file",
    size: 2 ** 53,
    modifiedMs: -1,
    createdMs: Date.UTC(2100, 1, 28),
    mode: 0o4755,
    links: 1,
    unique: "1g2",
    link: undefined,
  };
  for (let bits = 0; bits < 2 ** ALL_FACTS.length; bits++) {
    const selected = parseFactList(ALL_FACTS.filter((_, at) => bits & (1 << at)).toReversed().join(";"))!;
    const facts = plainFacts(entry, "adfrw").filter(([name]) => selected.has(name));
    const expected = `${facts.map(([name, value]) => `${name}=${value};`).join("")} `;
    equal(textOf((out) => new FactLines(selected).put(out, entry, "adfrw")), expected);
  }
});

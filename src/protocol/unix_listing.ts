/**
 * Lines of LIST: what `/bin/ls -l` prints, since that is what clients parse. Practice; RFC 959 leaves the
 * format open.
 */

import { dayOf, secondOfDay, twoDigits } from "./days.ts";
import { LineBuffer, Spellings } from "./line_buffer.ts";

/** What a listing line tells of one entry. */
export interface ListingEntry {
  readonly type: "file" | "directory" | "link" | "other";
  /** Permission bits, the lower nine (and setuid, setgid, sticky) as in `st_mode`. */
  readonly mode: number;
  /** Hard links. */
  readonly links: number;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
  readonly name: string;
  /** Where a link leads, as a path that the client can use. */
  readonly target?: string;
}

/** How times are shown. */
export interface ListingClock {
  /** Now, milliseconds since 1970. */
  readonly nowMs: number;
  /** What to add to UTC at this moment to get the time to show, milliseconds. */
  readonly offsetMs: (timeMs: number) => number;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const MINUTE_MS = 60_000, QUARTER_HOUR_MS = 15 * MINUTE_MS, DAY_MS = 96 * QUARTER_HOUR_MS;
/** Older than this, a file shows its year instead of its hour. */
const RECENT_MS = 180 * DAY_MS;

/**
 * One line without its end: mode, links, owner, group, size, date, name. Owner and group are always `ftp`:
 * real ones are nobody's business.
 */
export function formatListingLine(entry: ListingEntry, clock: ListingClock): string {
  const out = new LineBuffer(256);
  new ListingLines(clock).put(out, entry.type, entry);
  const name = entry.target === undefined ? entry.name : `${entry.name} -> ${entry.target}`;
  return new TextDecoder().decode(out.take()) + name;
}

/** What a line tells before the name. */
export type ListingFacts = Pick<ListingEntry, "mode" | "links" | "size" | "modifiedMs">;

/** Lines of one listing as bytes, times as seen at one moment. */
export class ListingLines {
  readonly #clock: ListingClock;
  readonly #recentTimes: Spellings;
  readonly #otherDays = new Spellings((day) => formatDistantTime(day * DAY_MS));

  constructor(clock: ListingClock) {
    this.#clock = clock;
    this.#recentTimes = new Spellings((minute) => formatRecentTime(minute * MINUTE_MS, clock));
  }

  /** Puts all that stands before the name, the blank included. */
  put(out: LineBuffer, type: ListingEntry["type"], { mode, links, size, modifiedMs }: ListingFacts): void {
    out.piece(MODES[type].of(type === "link" ? 0o777 : mode));
    out.decimal(links, 3);
    out.ascii(" ftp ftp ");
    out.decimal(size, 12);
    out.ascii(" ");
    const { nowMs, offsetMs } = this.#clock;
    out.piece(
      isRecent(modifiedMs, nowMs)
        ? this.#recentTimes.of(Math.floor(modifiedMs / MINUTE_MS))
        // Zones were seconds off the full minute once, so days began at whatever second.
        : this.#otherDays.of(Math.floor((modifiedMs + offsetMs(modifiedMs)) / DAY_MS)),
    );
    out.ascii(" ");
  }
}

/** `Nov  5 09:07` within the last 180 days, else `Nov  5  2025`; a time to come shows its year too. */
export function formatListingTime(timeMs: number, clock: ListingClock): string {
  if (isRecent(timeMs, clock.nowMs)) return formatRecentTime(timeMs, clock);
  return formatDistantTime(timeMs + clock.offsetMs(timeMs));
}

function isRecent(timeMs: number, nowMs: number): boolean {
  return timeMs <= nowMs && nowMs - timeMs < RECENT_MS;
}

function formatRecentTime(timeMs: number, { offsetMs }: ListingClock): string {
  const shownMs = timeMs + offsetMs(timeMs);
  const minutes = Math.floor(secondOfDay(shownMs) / 60);
  return `${formatDay(shownMs)} ${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

function formatDistantTime(shownMs: number): string {
  return `${formatDay(shownMs)}  ${dayOf(shownMs).year}`;
}

function formatDay(shownMs: number): string {
  const { month, date } = dayOf(shownMs);
  return `${MONTHS[month]} ${date < 10 ? " " : ""}${date}`;
}

/** `-rwxr-xr-x ` by the mode, with setuid, setgid and sticky where `ls` puts them. There are 4096 at most. */
const MODES: Readonly<Record<ListingEntry["type"], Spellings>> = {
  file: new Spellings((mode) => `-${spellMode(mode)} `),
  directory: new Spellings((mode) => `d${spellMode(mode)} `),
  link: new Spellings((mode) => `l${spellMode(mode)} `),
  other: new Spellings((mode) => `-${spellMode(mode)} `),
};

function spellMode(mode: number): string {
  const bits = Array.from("rwxrwxrwx", (letter, at) => mode & (0o400 >> at) ? letter : "-");
  if (mode & 0o4000) bits[2] = bits[2] === "x" ? "s" : "S";
  if (mode & 0o2000) bits[5] = bits[5] === "x" ? "s" : "S";
  if (mode & 0o1000) bits[8] = bits[8] === "x" ? "t" : "T";
  return bits.join("");
}

/**
 * The offset of a time zone for {@linkcode ListingClock}. Offsets change on quarter hours, so one look-up
 * serves all times of the same one.
 *
 * @param timeZone An IANA name such as `Europe/Berlin`.
 * @throws {RangeError} for a zone that does not exist.
 */
export function zoneOffset(timeZone: string): (timeMs: number) => number {
  if (timeZone === "UTC") return () => 0;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const known = new Map<number, number>();
  return (timeMs) => {
    const quarter = Math.floor(timeMs / QUARTER_HOUR_MS);
    const cached = known.get(quarter);
    if (cached !== undefined) return cached;
    if (known.size > 10_000) known.clear();
    const startMs = quarter * QUARTER_HOUR_MS;
    const part = Object.fromEntries(
      format.formatToParts(startMs).map(({ type, value }) => [type, Number(value)]),
    );
    const shownMs = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
    known.set(quarter, shownMs - startMs);
    return shownMs - startMs;
  };
}

/**
 * Lines of LIST: what `/bin/ls -l` prints, since that is what clients parse. Practice; RFC 959 leaves the
 * format open.
 */

import { dayOf, secondOfDay, twoDigits } from "./days.ts";

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

const TYPE_LETTER = { file: "-", directory: "d", link: "l", other: "-" } as const;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
/** Older than this, a file shows its year instead of its hour. */
const RECENT_MS = 180 * 24 * 60 * 60 * 1000;

/**
 * One line without its end: mode, links, owner, group, size, date, name. Owner and group are always `ftp`:
 * real ones are nobody's business.
 */
export function formatListingLine(entry: ListingEntry, clock: ListingClock): string {
  const mode = TYPE_LETTER[entry.type] + formatMode(entry.type === "link" ? 0o777 : entry.mode);
  const links = String(entry.links).padStart(3);
  const size = String(entry.size).padStart(12);
  const name = entry.target === undefined ? entry.name : `${entry.name} -> ${entry.target}`;
  return `${mode} ${links} ftp ftp ${size} ${formatListingTime(entry.modifiedMs, clock)} ${name}`;
}

/** `Nov  5 09:07` within the last 180 days, else `Nov  5  2025`; a time to come shows its year too. */
export function formatListingTime(timeMs: number, { nowMs, offsetMs }: ListingClock): string {
  const shownMs = timeMs + offsetMs(timeMs);
  const { year, month, date } = dayOf(shownMs);
  const day = `${MONTHS[month]} ${date < 10 ? " " : ""}${date}`;
  const isRecent = timeMs <= nowMs && nowMs - timeMs < RECENT_MS;
  if (!isRecent) return `${day}  ${year}`;
  const minutes = Math.floor(secondOfDay(shownMs) / 60);
  return `${day} ${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

/** The modes seen so far: a directory has few different ones. There are 4096 at most. */
const modes = new Map<number, string>();

/** `rwxr-xr-x`, with setuid, setgid and sticky where `ls` puts them. */
function formatMode(mode: number): string {
  let text = modes.get(mode);
  if (text === undefined) modes.set(mode, text = spellMode(mode));
  return text;
}

function spellMode(mode: number): string {
  const bits = Array.from("rwxrwxrwx", (letter, at) => mode & (0o400 >> at) ? letter : "-");
  if (mode & 0o4000) bits[2] = bits[2] === "x" ? "s" : "S";
  if (mode & 0o2000) bits[5] = bits[5] === "x" ? "s" : "S";
  if (mode & 0o1000) bits[8] = bits[8] === "x" ? "t" : "T";
  return bits.join("");
}

const QUARTER_HOUR_MS = 15 * 60 * 1000;

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

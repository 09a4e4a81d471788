/**
 * Days of the calendar, in UTC, spelt once each: files that are listed together are of few different days.
 */

/** A day. */
export interface Day {
  /** Four digits at least. */
  readonly year: string;
  /** 0 to 11. */
  readonly month: number;
  /** 1 to 31. */
  readonly date: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Three years of days; more of them are spelt again. */
const MOST_KEPT = 1000;

const days = new Map<number, Day>();

/** The day of a moment, milliseconds since 1970. */
export function dayOf(timeMs: number): Day {
  const number = Math.floor(timeMs / DAY_MS);
  return days.get(number) ?? keep(number);
}

/** How far the day had gone, whole seconds. */
export function secondOfDay(timeMs: number): number {
  return Math.floor((timeMs - Math.floor(timeMs / DAY_MS) * DAY_MS) / 1000);
}

const PAIRS = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, "0"));

/** A number below 100 as two digits. */
export function twoDigits(number: number): string {
  return PAIRS[number]!;
}

function keep(number: number): Day {
  const date = new Date(number * DAY_MS);
  const day: Day = {
    year: String(date.getUTCFullYear()).padStart(4, "0"),
    month: date.getUTCMonth(),
    date: date.getUTCDate(),
  };
  if (days.size >= MOST_KEPT) days.clear();
  days.set(number, day);
  return day;
}

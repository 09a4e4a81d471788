/** Time-vals: `YYYYMMDDHHMMSS[.sss]`, always UTC. RFC 3659 §2.3. */

import { dayOf, secondOfDay, twoDigits } from "./days.ts";

const TIME_VAL = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d+))?$/;

/**
 * A time as 14 digits. No fraction is sent: it is optional, old clients stumble over it, and not every file
 * system keeps it.
 *
 * @param timeMs Milliseconds since 1970.
 */
export function formatTimeVal(timeMs: number): string {
  const { year, month, date } = dayOf(timeMs);
  const seconds = secondOfDay(timeMs);
  return year + twoDigits(month + 1) + twoDigits(date) + twoDigits(Math.floor(seconds / 3600)) +
    twoDigits(Math.floor(seconds / 60) % 60) + twoDigits(seconds % 60);
}

/**
 * Milliseconds since 1970 of a time-val; undefined when it is malformed or no such moment exists. A leap
 * second counts as the next one.
 */
export function parseTimeVal(text: string): number | undefined {
  const match = TIME_VAL.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const fractionMs = Number((match[7] ?? "").slice(0, 3).padEnd(3, "0"));
  return date.setUTCHours(hour, minute, second, fractionMs);
}

const SITE_UTIME = /^(\d{12}(?:\d\d)?) (.+)$/s;
const SITE_UTIME_OF_THREE = /^(.+) \d{12}(?:\d\d)? (\d{12}(?:\d\d)?) \d{12}(?:\d\d)? UTC$/is;

/**
 * Reads the argument of SITE UTIME in its two forms: `time path`, and `path access-time modification-time
 * creation-time UTC`. Times may lack their seconds.
 *
 * @returns The modification time, milliseconds since 1970, and the path; undefined when it is malformed.
 */
export function parseSiteUtime(argument: string): { timeMs: number; pathname: string } | undefined {
  const three = SITE_UTIME_OF_THREE.exec(argument);
  const one = three ? undefined : SITE_UTIME.exec(argument);
  const [time, pathname] = three ? [three[2], three[1]] : [one?.[1], one?.[2]];
  if (time === undefined || pathname === undefined) return undefined;
  const timeMs = parseTimeVal(time.padEnd(14, "0"));
  return timeMs === undefined ? undefined : { timeMs, pathname };
}

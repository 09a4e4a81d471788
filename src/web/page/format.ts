/** Sizes and times as people read them, in the language of the page. */

import { language } from "./i18n.ts";

const UNITS = ["B", "KB", "MB", "GB", "TB", "PB"];

/** A number of bytes: `0 B`, `812 B`, `1.4 MB`. */
export function formatSize(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${numbers(digits).format(value)} ${UNITS[unit]}`;
}

/** The exact number of bytes, for a title. */
export function exactSize(bytes: number): string {
  return `${numbers(0).format(bytes)} B`;
}

/** A local time to the minute. */
export function formatTime(timeMs: number): string {
  return times().format(timeMs);
}

/** The same in UTC to the second, for a title. */
export function utcTime(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/**
 * A name as it can be shown: line breaks, other controls and marks that turn the direction of what follows
 * are shown as such, so that no name looks like another one.
 */
export function printable(name: string): string {
  return name.replace(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, "\ufffd");
}

/** Formatters cost a millisecond each to make, so they are kept. */
const kept = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function numbers(digits: number): Intl.NumberFormat {
  return keep(
    `${language.value} ${digits}`,
    (locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }),
  );
}

function times(): Intl.DateTimeFormat {
  return keep(
    language.value,
    (locale) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }),
  );
}

function keep<Format extends Intl.NumberFormat | Intl.DateTimeFormat>(
  key: string,
  make: (locale: string | undefined) => Format,
): Format {
  const found = kept.get(key) as Format | undefined;
  if (found) return found;
  // The browser's own variant of the language writes dates as the person is used to.
  const locale = navigator.languages.find((name) => name.startsWith(language.value)) ?? language.value;
  const made = make(locale);
  kept.set(key, made);
  return made;
}

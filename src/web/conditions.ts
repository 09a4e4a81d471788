/** Conditional requests: whether what the client knows of a file still holds. RFC 9110 §13. */

import { matchesStrongly, matchesWeakly } from "./entity_tag.ts";

/** What is there. */
export interface Validators {
  /** Its entity tag; see `entity_tag.ts`. */
  readonly tag: string;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
}

/** Whether to go on; `unmodified` is 304 for who reads, `failed` is 412. */
export type Verdict = "go-on" | "unmodified" | "failed";

/** More tags than these are not compared. */
const LONGEST_LIST = 4096;

/**
 * Judges the conditions of a request in the order of RFC 9110 §13.2.2. A condition that cannot be read is
 * ignored if it is a date, and does not hold if it is a list of tags.
 *
 * @param current What is there; undefined for nothing.
 */
export function judge({ method, headers }: Request, current: Validators | undefined): Verdict {
  const isReading = method === "GET" || method === "HEAD";
  const ifMatch = headers.get("if-match");
  if (ifMatch !== null) {
    if (!holds(ifMatch, current, matchesStrongly)) return "failed";
  } else if (isLater(current, headers.get("if-unmodified-since"))) return "failed";
  const ifNoneMatch = headers.get("if-none-match");
  if (ifNoneMatch !== null) {
    if (!holds(ifNoneMatch, current, matchesWeakly)) return "go-on";
    return isReading ? "unmodified" : "failed";
  }
  const since = headers.get("if-modified-since");
  return isReading && current && isLater(current, since) === false ? "unmodified" : "go-on";
}

/**
 * Whether the part that a client asks for belongs to what it has already. RFC 9110 §13.1.5. A date never
 * tells: clients may set the times of files, so that two states of one may have the same.
 */
export function mayContinue({ headers }: Request, tag: string): boolean {
  const ifRange = headers.get("if-range");
  return ifRange === null || matchesStrongly(ifRange.trim(), tag);
}

function holds(
  list: string,
  current: Validators | undefined,
  matches: (one: string, other: string) => boolean,
): boolean {
  if (!current) return false;
  if (list.trim() === "*") return true;
  if (list.length > LONGEST_LIST) return false;
  return Array.from(list.matchAll(/(?:W\/)?"[^"]*"/g)).some(([tag]) => matches(tag, current.tag));
}

/** Whether what is there changed after the second of a date; undefined where that is none. */
function isLater(current: Validators | undefined, date: string | null): boolean | undefined {
  const dateMs = date === null ? NaN : Date.parse(date);
  if (!current || Number.isNaN(dateMs)) return undefined;
  return Math.floor(current.modifiedMs / 1000) > Math.floor(dateMs / 1000);
}

/** `Content-Range` in requests: which part of a file a body is. RFC 9110 §14.4, §14.5. */

import { HttpError } from "./http_error.ts";

/** What it says. */
export type ContentRange =
  | {
    readonly kind: "part";
    /** The first byte. */
    readonly offset: number;
    readonly bytes: number;
    /** Bytes of the whole file; undefined where the client does not know yet. */
    readonly totalBytes: number | undefined;
  }
  /** No bytes at all: it asks how much of the file is there. */
  | { readonly kind: "question"; readonly totalBytes: number | undefined };

/**
 * Reads it; undefined where there is none.
 *
 * @throws {HttpError} 400 for what is none: a body in a place that nobody knows is stored nowhere.
 */
export function contentRangeOf({ headers }: Request): ContentRange | undefined {
  const text = headers.get("content-range");
  if (text === null) return undefined;
  const match = /^bytes +(?:(\d+)-(\d+)|\*)\/(\d+|\*)$/i.exec(text.trim());
  if (!match) throw malformed();
  const [, first, last, total = "*"] = match;
  const totalBytes = total === "*" ? undefined : safe(total);
  if (first === undefined || last === undefined) return { kind: "question", totalBytes };
  const offset = safe(first);
  const end = safe(last);
  if (end < offset || (totalBytes !== undefined && end >= totalBytes)) throw malformed();
  return { kind: "part", offset, bytes: end - offset + 1, totalBytes };
}

function safe(digits: string): number {
  const number = Number(digits);
  if (!Number.isSafeInteger(number)) throw malformed();
  return number;
}

function malformed(): HttpError {
  return new HttpError({
    status: 400,
    code: "range",
    message: "Content-Range has to be written as in: bytes 500-999/1000",
  });
}

/** The header Range: which part of a file is wanted. RFC 9110 §14. */

import type { ByteRange } from "../protocol/byte_range.ts";

/** A range that is longer is not looked at: nobody who means one part needs so much. */
const LONGEST_HEADER = 64;

/** What is to be sent: all of it, a part, or a refusal since there is no such part. */
export type ChosenRange = "whole" | "unsatisfiable" | ByteRange;

/**
 * What a header asks for of so many bytes. Several ranges, other units and what is malformed are as if
 * absent, which RFC 9110 §14.2 allows: so nobody can ask for many small or overlapping ones.
 */
export function chooseRange(header: string | null, sizeBytes: number): ChosenRange {
  if (header === null || header.length > LONGEST_HEADER) return "whole";
  const [, first, last] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header) ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return "whole";
  if (first === "") return suffix(Number(last), sizeBytes);
  const start = Number(first), end = last === "" ? Infinity : Number(last);
  if (start > end) return "whole";
  return start < sizeBytes ? { start, end: Math.min(end, sizeBytes - 1) } : "unsatisfiable";
}

/** The last so many bytes. Of an empty file they are all of it, which no Content-Range can tell. */
function suffix(bytes: number, sizeBytes: number): ChosenRange {
  if (bytes === 0) return "unsatisfiable";
  return sizeBytes === 0 ? "whole" : { start: Math.max(0, sizeBytes - bytes), end: sizeBytes - 1 };
}

/** The header Content-Range of a part. RFC 9110 §14.4. */
export function contentRange({ start, end }: ByteRange, sizeBytes: number): string {
  return `bytes ${start}-${end}/${sizeBytes}`;
}

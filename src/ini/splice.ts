/** Text edited by its places: what is put where, and what may be written there. */

/** A part of a text and what comes in its place. */
export interface Splice {
  /** Offset of the first character that goes. */
  readonly start: number;
  /** Offset just after the last one; the same as `start` where nothing goes. */
  readonly end: number;
  readonly text: string;
}

/** The text with all splices in it; of those that begin at one place the first comes first. */
export function spliced(text: string, splices: readonly Splice[]): string {
  let result = "";
  let done = 0;
  for (const { start, end, text: fresh } of splices.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(done, start) + fresh;
    done = end;
  }
  return result + text.slice(done);
}

/** The first line end of the text, for new lines to be like the old ones. */
export function lineEndOf(text: string): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? "\n";
}

/**
 * A value as it is written in a section.
 *
 * @throws {Error} When it has a line end or another control character in it.
 */
export function writtenValue(value: string): string {
  const isPlain = value !== "" && value === value.trim() && !value.startsWith('"') &&
    !/(?:^|\s)[#;]/.test(value);
  return checkLine(isPlain ? value : `"${value.replace(/["\\]/g, "\\$&")}"`);
}

/** Whether a field of a row can hold it. */
export function isField(value: string): boolean {
  // deno-lint-ignore no-control-regex -- control characters are what must not pass
  return value !== "" && !/[\s#\x00-\x1f\x7f]/.test(value);
}

/**
 * The line as it is.
 *
 * @throws {Error} When it has a line end or another control character in it.
 */
export function checkLine(line: string): string {
  // deno-lint-ignore no-control-regex -- control characters are what must not pass
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(line)) {
    throw new Error("Cannot write a line end or another control character into the accounts file");
  }
  return line;
}

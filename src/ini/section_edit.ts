/** Edits of sections: keys set and removed, and which lines belong to an account. */

import type { IniDocument, IniSection } from "./ini_document.ts";
import { type Line, linesOf } from "./lines.ts";
import { checkLine, lineEndOf, type Splice, writtenValue } from "./splice.ts";

/**
 * The splices that give keys of a section their values; undefined removes the line of a key. A comment behind
 * a value stays. New keys come behind the last one.
 *
 * @throws {Error} When a value cannot be written.
 */
export function keySplices(
  document: IniDocument,
  section: IniSection,
  changes: ReadonlyMap<string, string | undefined>,
): Splice[] {
  const { text } = document;
  const lines = [...linesOf(text)];
  const splices: Splice[] = [];
  const fresh: string[] = [];
  for (const [key, value] of changes) {
    const entry = section.entries.find((entry) => entry.key === key);
    if (!entry) {
      if (value !== undefined) fresh.push(checkLine(`${key} = ${writtenValue(value)}`));
      continue;
    }
    const { start, end } = entry.value;
    const line = lines[entry.line - 1]!;
    if (value === undefined) splices.push({ start: line.start, end: line.next, text: "" });
    // A comment sign needs a blank before it.
    else splices.push({ start, end, text: writtenValue(value) + (/^[#;]/.test(text.slice(end)) ? " " : "") });
  }
  if (fresh.length === 0) return splices;
  const lastLine = Math.max(section.line, ...section.entries.map(({ line }) => line));
  const at = lines[lastLine - 1]!.next;
  const lineEnd = lineEndOf(text);
  const indent = /^\s*/.exec(lastLine === section.line ? "" : lines[lastLine - 1]!.text)![0];
  // The last line may have no end.
  const begun = /[\r\n]$/.test(text.slice(0, at)) ? "" : lineEnd;
  return [...splices, {
    start: at,
    end: at,
    text: begun + fresh.map((line) => indent + line + lineEnd).join(""),
  }];
}

/**
 * The lines of an account, which begins on that line, and of its comments: those directly above it, unless
 * the file begins with them, or other rows follow that they may be the heading of. Empty lines behind it go
 * too where there is one before it.
 */
export function removedLines(document: IniDocument, first: number): { start: number; end: number } {
  const lines = [...linesOf(document.text)];
  const isRow = document.rows.some(({ line }) => line === first);
  const after = isRow ? first : lastLineOf(lines, document, first);
  const isHeading = isRow && lines[after] !== undefined && isContent(lines[after]);
  const above = isHeading ? first : firstCommentOf(lines, first);
  const begin = above === 1 ? first : above;
  let end = after;
  if (begin === 1 || isBlank(lines[begin - 2]!)) {
    while (lines[end] !== undefined && isBlank(lines[end]!)) end++;
  }
  return { start: lines[begin - 1]!.start, end: lines[end - 1]!.next };
}

/**
 * The last line of a section: of its last key, or of the comments directly below that are not of the next.
 */
function lastLineOf(lines: readonly Line[], { users }: IniDocument, header: number): number {
  const section = users.find(({ line }) => line === header)!;
  const last = Math.max(header, ...section.entries.map(({ line }) => line));
  let end = last;
  while (lines[end] !== undefined && isComment(lines[end]!)) end++;
  return lines[end] !== undefined && isContent(lines[end]!) ? last : end;
}

function firstCommentOf(lines: readonly Line[], line: number): number {
  let first = line;
  while (first > 1 && isComment(lines[first - 2]!)) first--;
  return first;
}

function isBlank({ text }: Line): boolean {
  return text.trim() === "";
}

function isComment({ text }: Line): boolean {
  return /^\s*[#;]/.test(text);
}

function isContent(line: Line): boolean {
  return !isBlank(line) && !isComment(line);
}

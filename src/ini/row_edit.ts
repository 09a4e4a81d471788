/** Edits of rows: fields get other values, and columns that were in line stay so. */

import type { IniDocument, IniRow } from "./ini_document.ts";
import type { Splice } from "./splice.ts";

/** A field with its new value, which a row can hold. */
export interface NewField {
  readonly row: IniRow;
  readonly field: "password" | "permissions" | "home";
  readonly value: string;
}

/** A field, and the blanks between it and the next one. */
interface Place extends NewField {
  readonly start: number;
  readonly end: number;
  /** Columns from the start of the line, of the field and of the next one. */
  readonly column: number;
  readonly nextColumn: number;
}

/** People part columns by two blanks or more, and this many are left where the new value is too long. */
const GAP = 2;

/**
 * The splices that give those fields their values. Where several rows have their next fields in one column,
 * they have them in one column afterwards too, if they are all among those that change.
 */
export function fieldSplices(document: IniDocument, fields: readonly NewField[]): Splice[] {
  const places = fields.map((field) => placeOf(document.text, field));
  const byColumn = Map.groupBy(places, ({ field, nextColumn }) => `${field} ${nextColumn}`);
  return [...byColumn.values()].flatMap((group) => {
    const gap = Math.min(
      GAP,
      ...group.map(({ start, end, column, nextColumn }) => nextColumn - column - (end - start)),
    );
    const wanted = group.map(({ column, value }) => column + value.length + gap);
    const next = Math.max(group[0]!.nextColumn, ...wanted);
    return group.map(({ start, end, column, nextColumn, value }): Splice => {
      if (nextColumn < 0) return { start, end, text: value };
      const blanks = nextColumn - column - (end - start);
      return { start, end: end + blanks, text: value + " ".repeat(next - column - value.length) };
    });
  });
}

function placeOf(text: string, field: NewField): Place {
  const { start, end } = field.row[field.field];
  const next = { password: "permissions", permissions: "home", home: undefined } as const;
  const follower = next[field.field];
  const lineStart = Math.max(text.lastIndexOf("\n", start - 1), text.lastIndexOf("\r", start - 1)) + 1;
  const nextStart = follower && field.row[follower].start;
  // Tabs put the columns in line by themselves.
  const isAligned = nextStart !== undefined && /^ +$/.test(text.slice(end, nextStart));
  return {
    ...field,
    start,
    end,
    column: start - lineStart,
    nextColumn: isAligned ? nextStart - lineStart : -1,
  };
}

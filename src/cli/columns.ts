/** Tables on a terminal: columns side by side, no wider than the terminal. */

import { escapeControls } from "../telemetry/escape_controls.ts";
import { cutToWidth, padded, widthOf } from "./text_width.ts";

/** A column. */
export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** Where its texts stand; numbers stand at the right. By default at the left. */
  readonly side?: "left" | "right";
  /** How far it may be made narrower where there is no room, columns; by default not at all. */
  readonly least?: number;
}

const GAP = "  ";

/**
 * The lines of a table, the titles first. Columns that may are made narrower, the widest first, until it
 * fits; control characters are written out.
 *
 * @param columns Those of the terminal; Infinity where nothing is to be cut.
 */
export function tableLines<Row>(
  rows: readonly Row[],
  table: readonly Column<Row>[],
  columns: number,
): string[] {
  const texts = rows.map((row) => table.map(({ text }) => escapeControls(text(row))));
  const all = [table.map(({ title }) => title), ...texts];
  const widths = table.map((_, at) => all.reduce((most, line) => Math.max(most, widthOf(line[at]!)), 0));
  const least = table.map(({ least }, at) => Math.min(widths[at]!, least ?? Infinity));
  fit(widths, { least, most: columns - GAP.length * (table.length - 1) });
  return all.map((line) =>
    line.map((text, at) => padded(cutToWidth(text, widths[at]!), widths[at]!, table[at]!.side)).join(GAP)
      .trimEnd()
  );
}

function fit(widths: number[], { least, most }: { least: readonly number[]; most: number }): void {
  const sum = (): number => widths.reduce((sum, width) => sum + width, 0);
  for (let over = sum() - most; over > 0; over = sum() - most) {
    const room = widths.map((width, at) => width > least[at]! ? width : -1);
    const widest = Math.max(...room);
    if (widest < 0) return;
    widths[room.indexOf(widest)]!--;
  }
}

/** The columns of the terminal that standard output is; Infinity where it is none, so that nothing is cut. */
export function terminalColumns(): number {
  if (!Deno.stdout.isTerminal()) return Infinity;
  try {
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
}

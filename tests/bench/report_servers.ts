/** The table of each server's own figures: the median of its values, and of its CPU for one operation. */

import type { Measured } from "./loaded.ts";
import { type Load, rowsOf } from "./measure.ts";
import { median, shown, type Table } from "./report_cells.ts";
import type { Row } from "./rows.ts";

/** The lines of the table; a row that is part of another one's measurement is in the first table alone. */
export function serversTable({ kind, sizes, versions, rounds }: Load, format: Table): string[] {
  const names = Object.keys(versions);
  const medianOf = (name: string, { id }: Row, field: "value" | "cpu_us"): number | undefined =>
    median(rounds.map(({ servers }) => servers[name]?.find(({ row }: Measured) => row === id)?.[field]));
  const cell = (name: string, row: Row): string => {
    const [value, cpu] = [medianOf(name, row, "value"), medianOf(name, row, "cpu_us")];
    if (value === undefined) return "–";
    return cpu === undefined ? shown(value) : `${shown(value)} (${shown(cpu)} µs)`;
  };
  const lines = rowsOf(kind).filter(({ within }) => !within).map((row) => [
    `${row.title(sizes)}, ${row.unit}`,
    ...names.map((name) => cell(name, row)),
  ]);
  return format(
    ["row (server CPU for each)", ...names],
    lines.filter((cells) => cells.slice(1).some((c) => c !== "–")),
  );
}

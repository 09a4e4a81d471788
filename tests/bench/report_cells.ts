/** What the benchmark's tables are made of: medians, numbers as they are shown, columns. */

/** Makes a table's lines of heads and rows. */
export type Table = (heads: readonly string[], rows: readonly (readonly string[])[]) => string[];

/** The middle one of the values that there are, or the mean of the two in the middle. */
export function median(values: readonly (number | undefined)[]): number | undefined {
  const sorted = values.filter((value) => value !== undefined && Number.isFinite(value)).sort((a, b) =>
    a! - b!
  );
  if (sorted.length === 0) return undefined;
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

/** Three digits that count. */
export function shown(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : value >= 1 ? 2 : value >= 0.01 ? 3 : 5);
}

/** Columns under each other: the first to the left, the others to the right. */
export function alignedTable(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [heads, ...rows];
  const widths = heads.map((_, at) => Math.max(...all.map((cells) => cells[at]!.length)));
  return all.map((cells) =>
    cells.map((cell, at) => at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)).join("  ")
  );
}

/** What a scrape tells, as a test reads it. */

import assert from "node:assert/strict";
import { exposition } from "../../src/metrics/exposition.ts";
import type { MetricBoard } from "../../src/metrics/metric_board.ts";
import { until } from "./raw_socket.ts";

/** The values of a scrape by the text before them: `baseftp_sessions{protocol="ftp"}`. */
export function valuesOf(text: string): Map<string, number> {
  assert.ok(text.endsWith("\n"), "the text ends with a line feed");
  const lines = text.slice(0, -1).split("\n").filter((line) => !line.startsWith("#"));
  const values = new Map(lines.map((line) => {
    const at = line.lastIndexOf(" ");
    return [line.slice(0, at), Number(line.slice(at + 1))] as const;
  }));
  assert.equal(values.size, lines.length, "no series stands there twice");
  return values;
}

/** The values that are counted at this moment. */
export function countedIn(board: MetricBoard): Map<string, number> {
  return valuesOf(exposition(board.counts(), []));
}

/** Waits until these values are told. */
export async function untilCounted(
  board: MetricBoard,
  expected: Readonly<Record<string, number>>,
): Promise<void> {
  const holds = (): boolean => {
    const values = countedIn(board);
    return Object.entries(expected).every(([series, value]) => values.get(series) === value);
  };
  await until(holds, JSON.stringify(expected)).catch((error) => {
    const values = countedIn(board);
    const found = Object.keys(expected).map((series) => [series, values.get(series)]);
    throw new Error(`${error.message}; found ${JSON.stringify(Object.fromEntries(found))}`);
  });
}

/** The Prometheus text format 0.0.4: what a scrape gets. */

import { ASKED_ROWS, type AskedName, type AskedSample } from "./asked.ts";
import { type Place, PLACES } from "./cells.ts";
import type { Metric } from "./metric.ts";
import type { Counts } from "./metric_board.ts";

/** The media type of the text. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** All metrics with their values. */
export function exposition(counts: Counts, samples: Iterable<AskedSample>): string {
  return [...PLACES.flatMap((place) => counted(place, counts)), ...asked(samples), ""].join("\n");
}

function heading({ name, kind, help }: Metric): string[] {
  return [
    `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}`,
    `# TYPE ${name} ${kind}`,
  ];
}

function counted(place: Place, { all, byThread }: Counts): string[] {
  const { row } = place;
  const lines = heading(row);
  if (!row.isPerThread) return [...lines, ...seriesLines(place, all, [])];
  for (const [thread, sum] of byThread) lines.push(...seriesLines(place, sum, [["thread", thread]]));
  return lines;
}

type Labels = readonly (readonly [name: string, value: string])[];

function seriesLines({ row, at, series, width }: Place, cells: Float64Array, more: Labels): string[] {
  const names = Object.keys(row.labels);
  return series.flatMap((values, index) => {
    const labels: Labels = [...more, ...values.map((value, label) => [names[label]!, value] as const)];
    const first = at + index * width;
    if (!row.bounds) return [line(row.name, labels, cells[first]!)];
    return histogram(row.name, labels, { bounds: row.bounds, cells: cells.subarray(first, first + width) });
  });
}

function histogram(
  name: string,
  labels: Labels,
  { bounds, cells }: { bounds: readonly number[]; cells: Float64Array },
): string[] {
  let count = 0;
  const buckets = [...bounds, Infinity].map((bound, index) => {
    count += cells[index]!;
    const le = bound === Infinity ? "+Inf" : String(bound);
    return line(`${name}_bucket`, [...labels, ["le", le]], count);
  });
  return [...buckets, line(`${name}_sum`, labels, cells.at(-1)!), line(`${name}_count`, labels, count)];
}

function asked(samples: Iterable<AskedSample>): string[] {
  const byMetric = new Map<AskedName, AskedSample[]>();
  for (const sample of samples) {
    const of = byMetric.get(sample.metric);
    if (of) of.push(sample);
    else byMetric.set(sample.metric, [sample]);
  }
  return ASKED_ROWS.flatMap(([key, row]) => {
    const found = byMetric.get(key);
    if (!found) return [];
    const lines = found.map(({ labels = [], value }) =>
      line(row.name, row.labels.map((name, index) => [name, labels[index] ?? ""]), value)
    );
    return [...heading(row), ...lines];
  });
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = labels.map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}`;
}

/** A label's value: it may be the name of an account. */
function escaped(text: string): string {
  return text.replace(/[\\"\n]/g, (sign) => sign === "\n" ? "\\n" : `\\${sign}`);
}

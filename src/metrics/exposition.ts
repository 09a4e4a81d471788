/** The Prometheus text format 0.0.4: what a scrape gets. */

import { ASKED_ROWS, type AskedName, type AskedSample } from "./asked.ts";
import { type Place, PLACES } from "./cells.ts";
import type { CountedName } from "./counted.ts";
import type { Metric } from "./metric.ts";
import type { Counts } from "./metric_board.ts";

/** The media type of the text. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

type Labels = readonly (readonly [name: string, value: string])[];

/** All metrics with their values. */
export function exposition(counts: Counts, samples: Iterable<AskedSample>): string {
  let text = "";
  for (const place of PLACES) text += counted(place, counts);
  return text + asked(samples);
}

function heading({ name, kind, help }: Metric): string {
  return `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n# TYPE ${name} ${kind}\n`;
}

function counted(place: Place, { all, byThread }: Counts): string {
  if (!place.row.isPerThread) return heading(place.row) + seriesLines(startsOf(place), all, place);
  let text = heading(place.row);
  for (const [thread, sum] of byThread) text += seriesLines(startsOf(place, thread), sum, place);
  return text;
}

/** The beginnings of the lines of a metric, for each of its series: all that a scrape does not change. */
type Starts = readonly (readonly string[])[];

/** Made once: there are hundreds of lines, and as many threads as cores. */
const madeStarts = new Map<CountedName | `${CountedName} ${string}`, Starts>();

function startsOf(place: Place, thread?: string): Starts {
  const key = thread === undefined ? place.key : `${place.key} ${thread}` as const;
  const starts = madeStarts.get(key) ??
    makeStarts(place, thread === undefined ? [] : [["thread", thread]]);
  madeStarts.set(key, starts);
  return starts;
}

function makeStarts({ row, series }: Place, more: Labels): Starts {
  const names = Object.keys(row.labels);
  return series.map((values) => {
    const labels: Labels = [...more, ...values.map((value, label) => [names[label]!, value] as const)];
    if (!row.bounds) return [start(row.name, labels)];
    const bounds = [...row.bounds.map(String), "+Inf"];
    return [
      ...bounds.map((le) => start(`${row.name}_bucket`, [...labels, ["le", le]])),
      start(`${row.name}_sum`, labels),
      start(`${row.name}_count`, labels),
    ];
  });
}

function seriesLines(starts: Starts, cells: Float64Array, { row, at, width }: Place): string {
  let text = "";
  for (const [index, lines] of starts.entries()) {
    const first = at + index * width;
    text += row.bounds ? histogram(lines, cells, { first, width }) : `${lines[0]}${cells[first]}\n`;
  }
  return text;
}

/** Cells have what fell into each bucket, the text what fell into it or below. The sum is the last cell. */
function histogram(
  lines: readonly string[],
  cells: Float64Array,
  { first, width }: { readonly first: number; readonly width: number },
): string {
  const buckets = width - 1;
  let text = "";
  let count = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    count += cells[first + bucket]!;
    text += `${lines[bucket]}${count}\n`;
  }
  return `${text}${lines[buckets]}${cells[first + buckets]}\n${lines[buckets + 1]}${count}\n`;
}

function asked(samples: Iterable<AskedSample>): string {
  const byMetric = Map.groupBy(samples, ({ metric }: AskedSample): AskedName => metric);
  let text = "";
  for (const [key, row] of ASKED_ROWS) {
    const found = byMetric.get(key);
    if (!found) continue;
    text += heading(row);
    for (const { labels = [], value } of found) {
      text += `${start(row.name, row.labels.map((name, index) => [name, labels[index] ?? ""]))}${value}\n`;
    }
  }
  return text;
}

/** A line up to its value. */
function start(name: string, labels: Labels): string {
  const pairs = labels.map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} `;
}

/** A label's value: it may be the name of an account. */
function escaped(text: string): string {
  return text.replace(/[\\"\n]/g, (sign) => sign === "\n" ? "\\n" : `\\${sign}`);
}

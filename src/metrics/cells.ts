/**
 * Metric cells: what one thread has counted, in memory that the main thread reads. That thread alone writes
 * it, so no cell needs an exchange, and when the thread dies its cells say what it had counted.
 */

import { COUNTED_ROWS, type CountedName } from "./counted.ts";
import type { CountedMetric } from "./metric.ts";

/** Where the cells of a metric lie. */
export interface Place {
  readonly key: CountedName;
  readonly row: CountedMetric;
  /** Its first cell. */
  readonly at: number;
  /** One for each combination of its labels' values: the last label changes first. */
  readonly series: readonly (readonly string[])[];
  /** The cells of a series: a histogram has one for each bucket, one above all, and the sum. */
  readonly width: number;
}

function placed(): Place[] {
  let at = 0;
  return COUNTED_ROWS.map(([key, row]) => {
    const series = Object.values(row.labels).reduce<string[][]>(
      (before, values) => before.flatMap((start) => values.map((value) => [...start, value])),
      [[]],
    );
    const width = row.bounds ? row.bounds.length + 2 : 1;
    const place: Place = { key, row, at, series, width };
    at += series.length * width;
    return place;
  });
}

/** The metrics in the order of their cells. */
export const PLACES: readonly Place[] = placed();

/** How many cells a thread has. */
export const CELL_COUNT: number = PLACES.reduce((sum, { series, width }) => sum + series.length * width, 0);

const BY_KEY = Object.fromEntries(PLACES.map((place) => [place.key, place])) as Record<CountedName, Place>;

/**
 * The cells of one thread. They are 64-bit floats: exact up to 2^53, and written as one word on every machine
 * that the runtime knows.
 */
export class Cells {
  readonly memory: SharedArrayBuffer;
  readonly #cells: Float64Array;

  /** @param memory Of {@linkcode Cells.shared}. */
  constructor(memory: SharedArrayBuffer = Cells.shared()) {
    this.memory = memory;
    this.#cells = new Float64Array(memory);
  }

  /** Memory for one thread, with nothing counted. */
  static shared(): SharedArrayBuffer {
    return new SharedArrayBuffer(CELL_COUNT * Float64Array.BYTES_PER_ELEMENT);
  }

  /** Counts in a series of a counter or a gauge. */
  add(key: CountedName, series: number, amount = 1): void {
    this.#cells[BY_KEY[key].at + series]! += amount;
  }

  /** Takes note of a time in a series of a histogram. */
  observe(key: CountedName, series: number, seconds: number): void {
    const { at, width, row } = BY_KEY[key];
    const first = at + series * width;
    const bounds = row.bounds!;
    let bucket = 0;
    while (bucket < bounds.length && seconds > bounds[bucket]!) bucket++;
    this.#cells[first + bucket]! += 1;
    this.#cells[first + width - 1]! += seconds;
  }

  /** Adds all that was counted to a sum; gauges only where they are wanted. */
  addTo(sum: Float64Array, { withGauges }: { readonly withGauges: boolean }): void {
    for (const { row, at, series, width } of PLACES) {
      if (row.kind === "gauge" && !withGauges) continue;
      for (let cell = at; cell < at + series.length * width; cell++) sum[cell]! += sound(this.#cells[cell]!);
    }
  }
}

/** What stands in a cell: a thread that a client has got hold of can write anything. */
function sound(value: number): number {
  return value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : 0;
}

/** The series of a metric for the values of its labels, in the order of the row. */
export function seriesOf(key: CountedName, ...values: readonly string[]): number {
  const lists = Object.values<readonly string[]>(BY_KEY[key].row.labels);
  return lists.reduce(
    (series, list, index) => series * list.length + Math.max(0, list.indexOf(values[index]!)),
    0,
  );
}

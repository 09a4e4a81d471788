/** What a metric is: a row of a table, from which text, documentation and dashboard follow. */

/** How a metric behaves, in the words of the Prometheus text format 0.0.4. */
export type MetricKind = "counter" | "gauge" | "histogram";

/** What every metric says of itself. */
export interface Metric {
  /** As it is scraped: with the unit, and `_total` for what only grows. */
  readonly name: string;
  readonly kind: MetricKind;
  /** What it tells: a sentence without a period. */
  readonly help: string;
}

/** A metric that the threads count in cells of shared memory. */
export interface CountedMetric extends Metric {
  /** Its labels, each with all the values that it can have: none is a client's to choose. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  /** Of a histogram: the upper ends of its buckets, seconds, rising. */
  readonly bounds?: readonly number[];
  /** Whether each thread is told of by itself, under the label `thread`. */
  readonly isPerThread?: boolean;
}

/** A metric that is asked for at each scrape, in the main thread. */
export interface AskedMetric extends Metric {
  readonly kind: "counter" | "gauge";
  /** The names of its labels. Their values are the operator's: accounts, hooks. */
  readonly labels: readonly string[];
}

/** A value of an {@linkcode AskedMetric}, with the values of its labels in the order of the row. */
export interface Sample<Name extends string = string> {
  readonly metric: Name;
  readonly labels?: readonly string[];
  readonly value: number;
}

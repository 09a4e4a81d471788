/**
 * What a row of the tables is: its name, which way is better, what it should reach, and what the machine
 * could do. The rows themselves: rows_plain.ts, rows_tls.ts.
 */

import type { HomeFiles } from "./home.ts";
import type { Sizes } from "./options.ts";

/** What `load/limits.py` found: rates a second, MB/s, seconds, CPU seconds for a GB. */
export type Limits = Readonly<
  Partial<
    Record<
      | "copied"
      | "discarded"
      | "discarded_many"
      | "stored"
      | "sending_cpu"
      | "storing_cpu"
      | "round_trips"
      | "connections"
      | "listed"
      | "tls"
      | "handshakes"
      | "resumptions",
      number
    >
  >
>;

/**
 * What we want. All but `most` are ratios that tell how many times as good we are, whichever way is better:
 * to the best peer, to the bare loop, to our own value of another row. `most` is in the row's unit.
 */
export type Target =
  | { readonly peer: number }
  | { readonly floor: number }
  | { readonly own: string; readonly ratio: number }
  | { readonly most: number };

/** One row. */
export interface Row {
  /** Its name in the JSON and for `--rows`. */
  readonly id: string;
  readonly title: (sizes: Sizes) => string;
  /** Of rates more is better, of all else less. */
  readonly unit: "MB/s" | "files/s" | "/s" | "s" | "µs" | "MiB" | "KiB";
  /** The row of `load/load.py` to run. Default: the ID. */
  readonly run?: string;
  /** How many clients are logged in meanwhile, by the name of their number. Default: nobody. */
  readonly crowd?: "small" | "clients" | "idle";
  /** Set where what others do says nothing: then it is measured for ours alone. */
  readonly only?: "ours";
  /** Files that it needs besides small ones. */
  readonly needs?: HomeFiles;
  /** The row whose measurement holds this one's value, in this field. */
  readonly within?: { readonly row: string; readonly field: "cpu_per_gb" | "cpu_us" };
  /** Default: none, the row is there to be looked at. */
  readonly target?: Target;
  /** What the machine could do, from its limits. */
  readonly limit?: (limits: Required<Limits>, sizes: Sizes) => number;
}

/** A check that the bytes arrive; it comes first and has no line in the table. */
export const CHECK = "check";

/** The bare loop does without all that a server is, so we may cost twice of it. */
const TWICE: Target = { floor: 0.5 };

/** The row of the server's CPU for one operation of another row. */
export function cpuOf(row: string, operation: string): Row {
  return {
    id: `cpu_${row}`,
    within: { row, field: "cpu_us" },
    title: () => `server CPU for ${operation}`,
    unit: "µs",
    target: TWICE,
  };
}

/** Whether more of the row's unit is better. */
export function isRate({ unit }: Pick<Row, "unit">): boolean {
  return unit.endsWith("/s");
}

/** How many times as good a value is as another, whichever way is better. */
export function ratioOf(row: Pick<Row, "unit">, value: number, other: number): number {
  return isRate(row) ? value / other : other / value;
}

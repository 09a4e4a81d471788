/** What came of each row: medians of the rounds, and how they stand to what we want. */

import type { Measured } from "./loaded.ts";
import { type Load, rowsOf } from "./measure.ts";
import { median } from "./report_cells.ts";
import { isRate, type Limits, ratioOf, type Row, type Target } from "./rows.ts";

/** A row's medians. */
export interface Summary {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly target: Target | undefined;
  /** Undefined when it failed in every round. */
  readonly ours: number | undefined;
  /** What ours is compared with: the best peer, the bare loop, or our own value of another row. */
  readonly beside: { readonly name: string; readonly value: number } | undefined;
  /** How many times as good we are, whichever way is better: the median of the rounds' ratios. */
  readonly ratio: number | undefined;
  /** Whether the target is reached; undefined where there is none or nothing to compare with. */
  readonly reached: boolean | undefined;
  /** What the machine could do. */
  readonly limit: number | undefined;
}

const OURS = "baseftp";

/** The medians of every row that was measured. */
export function summarise(load: Load): Summary[] {
  return rowsOf(load.kind)
    .filter((row) => load.rounds.some(({ servers }) => Object.values(servers).some((all) => find(all, row))))
    .map((row) => summaryOf(row, load));
}

function summaryOf(row: Row, load: Load): Summary {
  const { id, unit, target } = row;
  const ours = valuesOf(load, OURS, row), beside = besideOf(row, load);
  const ratios = ours.map((value, round) => {
    const other = beside?.values[round];
    return value === undefined || other === undefined ? undefined : ratioOf(row, value, other);
  });
  const [value, ratio] = [median(ours), median(ratios)];
  return {
    id,
    title: row.title(load.sizes),
    unit,
    target,
    ours: value,
    beside: beside && { name: beside.name, value: median(beside.values)! },
    ratio,
    reached: isReached(target, { value, ratio }),
    limit: limitOf(row, load),
  };
}

function isReached(
  target: Target | undefined,
  { value, ratio }: { value: number | undefined; ratio: number | undefined },
): boolean | undefined {
  if (!target) return undefined;
  if ("most" in target) return value === undefined ? undefined : value <= target.most;
  return ratio === undefined ? undefined : ratio >= ratioWanted(target);
}

/** The ratio that a target asks for. */
export function ratioWanted(target: Exclude<Target, { readonly most: number }>): number {
  if ("peer" in target) return target.peer;
  return "floor" in target ? target.floor : target.ratio;
}

interface Beside {
  readonly name: string;
  /** By round. */
  readonly values: readonly (number | undefined)[];
}

function besideOf(row: Row, load: Load): Beside | undefined {
  const { target } = row;
  if (target && "own" in target) {
    const other = rowsOf(load.kind).find(({ id }) => id === target.own)!;
    const values = valuesOf(load, OURS, other);
    return median(values) === undefined ? undefined : { name: "without", values };
  }
  const kind = target && "floor" in target ? "floor" : "peer";
  const others = Object.keys(load.versions).filter((name) => load.kinds[name] === kind)
    .map((name) => ({ name, values: valuesOf(load, name, row) }))
    .filter(({ values }) => median(values) !== undefined);
  return others.sort((a, b) => ratioOf(row, median(b.values)!, median(a.values)!) - 1)[0];
}

function limitOf(row: Row, { rounds, sizes }: Load): number | undefined {
  const limits = rounds.map(({ limits }) => row.limit?.(limits as Required<Limits>, sizes))
    .filter((limit) => limit !== undefined && Number.isFinite(limit)) as number[];
  if (limits.length === 0) return undefined;
  return isRate(row) ? Math.max(...limits) : Math.min(...limits);
}

/** A server's values of a row, by round. */
function valuesOf({ rounds }: Load, name: string, row: Row): (number | undefined)[] {
  return rounds.map(({ servers }) => find(servers[name] ?? [], row)?.[row.within?.field ?? "value"]);
}

function find(records: readonly Measured[], { id, within }: Row): Measured | undefined {
  return records.find(({ row }) => row === (within?.row ?? id));
}

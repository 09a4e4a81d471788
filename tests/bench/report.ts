/**
 * Tables of what was measured: medians of the rounds, beside the best other server and what the machine could
 * do.
 */

import { table } from "../support/markdown.ts";
import type { Fairness } from "./fairness.ts";
import { fairnessSection } from "./fairness_report.ts";
import { type Machine, machineSentence } from "./machine.ts";
import { type Load, type Measured, rowsOf } from "./measure.ts";
import type { MicroResult } from "./micro.ts";
import { alignedTable, median, shown, type Table } from "./report_cells.ts";
import { serversTable } from "./report_servers.ts";
import { CHECK, type Limits, type Row } from "./rows.ts";

/** Everything that one run measured; the JSON is this. */
export interface Results {
  readonly machine: Machine;
  readonly micro?: readonly MicroResult[];
  readonly loads: readonly Load[];
  readonly fairness?: Fairness;
}

/** A row's medians. */
export interface Summary {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly target: Row["target"];
  /** Undefined when it failed in every round. */
  readonly ours: number | undefined;
  readonly best: { readonly name: string; readonly value: number } | undefined;
  /**
   * How many times as good as the best peer we are, whichever way is better: the median of the rounds'
   * ratios.
   */
  readonly ratio: number | undefined;
  /** What the machine could do in its best round. */
  readonly limit: number | undefined;
}

const OURS = "baseftp";

/** The tables as text for a terminal. */
export function textOf(results: Results): string {
  return sections(results, alignedTable).join("\n");
}

/** The tables as Markdown. */
export function markdownOf(results: Results): string {
  return sections(results, table).join("\n");
}

const [BEGIN, END] = ["<!-- deno-fmt-ignore-start -->\n", "<!-- deno-fmt-ignore-end -->\n"];

/** The heading of a document behind which the fairness table stands. */
const FAIRNESS_HEADING = "## Fairness\n";

/** The document with other tables, each kind in its own place; what was not measured stays as it is. */
export function withResults(document: string, { fairness, ...speed }: Results): string {
  const isSpeed = speed.micro !== undefined || speed.loads.length > 0;
  const tables = isSpeed ? withTables(document, markdownOf(speed)) : document;
  if (!fairness) return tables;
  const { machine } = speed;
  return withTables(tables, markdownOf({ machine, loads: [], fairness }), FAIRNESS_HEADING);
}

/**
 * The document with other tables, in the first place for them behind a heading.
 *
 * @throws {Error} when it does not say where they are.
 */
export function withTables(document: string, tables: string, heading = ""): string {
  const start = document.indexOf(BEGIN, document.indexOf(heading)), end = document.indexOf(END, start);
  if (start < 0 || end < start || !document.includes(heading)) {
    throw new Error(`Cannot replace the tables: no place between ${BEGIN.trim()}`);
  }
  return `${document.slice(0, start)}${BEGIN}\n${tables}\n${document.slice(end)}`;
}

function sections({ machine, micro, loads, fairness }: Results, format: Table): string[] {
  const lines = [`Measured on ${machine.date}: ${machineSentence(machine)}`, ""];
  for (const load of loads) lines.push(...loadSection(load, format));
  if (fairness) lines.push(...fairnessSection(fairness, format));
  if (micro) {
    lines.push("baseftp's own parts:", "");
    lines.push(
      ...format(
        ["part", "median"],
        micro.map(({ title, value, unit }) => [title, `${shown(value)} ${unit}`]),
      ),
    );
    lines.push("");
  }
  return lines;
}

function loadSection(load: Load, format: Table): string[] {
  const { kind, versions, missing, fileSystem, sizes } = load;
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ");
  const left = missing.length > 0 ? `; not here: ${missing.join(", ")}` : "";
  const rounds = sizes.rounds === 1 ? "one round" : `medians of ${sizes.rounds} rounds`;
  const heads = ["row", "target", "ours", "best peer", "ratio", "the machine"];
  return [
    `${kind === "tls" ? "FTP over TLS" : "FTP"}, ${rounds}, files on ${fileSystem}: ${names}${left}.`,
    "",
    ...format(heads, summarise(load).map(cells)),
    "",
    ...notes(load),
    "",
    ...serversTable(load, format),
    "",
  ];
}

/** The medians of every row that was measured. */
export function summarise(load: Load): Summary[] {
  return rowsOf(load.kind)
    .filter((row) => load.rounds.some(({ servers }) => Object.values(servers).some((all) => find(all, row))))
    .map((row) => summaryOf(row, load));
}

function summaryOf(row: Row, { rounds, sizes, versions, kinds }: Load): Summary {
  const valuesOf = (name: string): (number | undefined)[] =>
    rounds.map(({ servers }) => valueOf(find(servers[name] ?? [], row), row));
  const isRate = row.unit.endsWith("/s");
  const isBetter = (a: number, b: number): boolean => isRate ? a > b : a < b;
  let best: Summary["best"];
  for (const name of Object.keys(versions)) {
    const value = median(valuesOf(name));
    if (kinds[name] !== "peer" || value === undefined) continue;
    if (!best || isBetter(value, best.value)) best = { name, value };
  }
  const ours = valuesOf(OURS), theirs = best ? valuesOf(best.name) : [];
  const ratios = ours.map((value, round) => {
    const other = theirs[round];
    if (value === undefined || other === undefined) return undefined;
    return isRate ? value / other : other / value;
  });
  const { id, unit, target } = row;
  const limits = rounds.map(({ limits }) => row.limit?.(limits as Required<Limits>, sizes))
    .filter((value) => value !== undefined && Number.isFinite(value));
  return {
    id,
    title: row.title(sizes),
    unit,
    target,
    ours: median(ours),
    best,
    ratio: median(ratios),
    limit: limits.reduce((a, b) => a !== undefined && isBetter(a, b!) ? a : b, undefined),
  };
}

function find(records: readonly Measured[], { id, within }: Row): Measured | undefined {
  return records.find(({ row }) => row === (within?.row ?? id));
}

function valueOf(record: Measured | undefined, { within }: Row): number | undefined {
  return record?.[within ? within.field : "value"];
}

function cells({ title, unit, target, ours, best, ratio, limit }: Summary): string[] {
  return [
    `${title}, ${unit}`,
    typeof target === "number" ? `≥ ${target.toFixed(2)}` : `≤ ${target.mostMiB} MiB`,
    ours === undefined ? "fails" : shown(ours),
    best ? `${shown(best.value)} ${best.name}` : "none",
    ratio === undefined ? "–" : ratio.toFixed(2),
    limit === undefined ? "–" : shown(limit),
  ];
}

/** What failed, who did not resume, and how busy the machine was with other things. */
function notes({ kind, rounds }: Load): string[] {
  const failures = new Map<string, string[]>(), known = new Set<string>();
  let other = 0, seconds = 0;
  for (const [name, records] of rounds.flatMap(({ servers }) => Object.entries(servers))) {
    for (const { row, error, resumed, ...cost } of records) {
      const failure = kind === "tls" && resumed === false ? "the TLS session is not resumed" : error;
      // The same row may fail a little differently in each round.
      if (failure !== undefined && !known.has(`${name} ${row}`)) {
        known.add(`${name} ${row}`);
        const key = `${name}: ${failure.replace(/\.$/, "")}`;
        failures.set(key, [...failures.get(key) ?? [], row]);
      }
      if (row === CHECK) continue;
      other += cost.other_cpu;
      seconds += cost.seconds;
    }
  }
  return [
    ...Array.from(failures, ([failure, rows]) => `- ${failure} (${rows.join(", ")}).`),
    `- Not counted to servers and client were ${
      Math.max(0, other / seconds).toFixed(2)
    } busy cores on average: other processes, the kernel, the hypervisor.`,
  ];
}

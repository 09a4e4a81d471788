/**
 * Tables of what was measured: medians of the rounds, beside the best other server and what the machine could
 * do.
 */

import { table } from "../support/markdown.ts";
import type { Fairness } from "./fairness.ts";
import { fairnessSection } from "./fairness_report.ts";
import { type Machine, machineSentence } from "./machine.ts";
import type { Load } from "./measure.ts";
import type { MicroResult } from "./micro.ts";
import { alignedTable, shown, type Table } from "./report_cells.ts";
import { serversTable } from "./report_servers.ts";
import { CHECK, type Target } from "./rows.ts";
import { ratioWanted, summarise, type Summary } from "./summary.ts";

/** Everything that one run measured; the JSON is this. */
export interface Results {
  readonly machine: Machine;
  readonly micro?: readonly MicroResult[];
  readonly loads: readonly Load[];
  readonly fairness?: Fairness;
}

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

const TITLES = { plain: "FTP", tls: "FTP over TLS", memory: "Memory" } as const;

function loadSection(load: Load, format: Table): string[] {
  const { kind, versions, missing, fileSystem, sizes } = load;
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ");
  const left = missing.length > 0 ? `; not here: ${missing.join(", ")}` : "";
  const rounds = sizes.rounds === 1 ? "one round" : `medians of ${sizes.rounds} rounds`;
  const heads = ["row", "target", "ours", "beside", "ratio", "reached", "the machine"];
  const summaries = summarise(load);
  return [
    `${TITLES[kind]}, ${rounds}, files on ${fileSystem}: ${names}${left}.`,
    "",
    ...format(heads, summaries.map(cells)),
    "",
    reachedNote(summaries),
    ...notes(load),
    "",
    ...serversTable(load, format),
    "",
  ];
}

function cells({ title, unit, target, ours, beside, ratio, reached, limit }: Summary): string[] {
  return [
    `${title}, ${unit}`,
    target ? wanted(target, unit) : "–",
    ours === undefined ? "fails" : shown(ours),
    beside ? `${shown(beside.value)} ${beside.name}` : "–",
    ratio === undefined ? "–" : ratio.toFixed(2),
    reached === undefined ? "–" : reached ? "yes" : "no",
    limit === undefined ? "–" : shown(limit),
  ];
}

function wanted(target: Target, unit: string): string {
  return "most" in target ? `≤ ${target.most} ${unit}` : `≥ ${ratioWanted(target).toFixed(2)}`;
}

function reachedNote(summaries: readonly Summary[]): string {
  const judged = summaries.filter(({ reached }) => reached !== undefined);
  return `- ${judged.filter(({ reached }) => reached).length} of ${judged.length} targets are reached.`;
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

/** The fairness table as lines. */

import type { ActRecord, Fairness, Waits } from "./fairness.ts";

/** How long others may wait, seconds. */
const MOST_NOOP_S = 0.1, MOST_GREETING_S = 0.25, MOST_PAGE_S = 0.25;
/** How much memory many listings may take the server, MiB. */
const MOST_MIB = 400;

/** Formats a table; of a terminal or of Markdown. */
type Table = (heads: readonly string[], rows: readonly (readonly string[])[]) => string[];

/** A table for each disk. */
export function fairnessSection(fairness: Fairness, format: Table): string[] {
  const { version, workers, disks, missing } = fairness;
  const threads = workers === 0 ? "in the main thread" : `in ${workers} worker${workers === 1 ? "" : "s"}`;
  const heads = [
    "what one client does",
    "s",
    "replies",
    "NOOP, ms",
    "greeting, ms",
    "page, ms",
    "machine, ms",
    "fair",
  ];
  return [
    `The worst waits of others, sessions ${threads}: baseftp ${version}.`,
    "",
    ...disks.flatMap(({ name, fileSystem, acts }) => [
      `Disk ${name} (${fileSystem}):`,
      "",
      ...format(heads, acts.map(cells)),
      "",
    ]),
    ...missing.map((reason) => `- Not measured: ${reason}.`),
    ...missing.length > 0 ? [""] : [],
  ];
}

/** Whether others were served in time; undefined when that is not known. */
export function isFair({ noop, greeting, page, memory, error }: ActRecord): boolean | undefined {
  if (memory !== undefined) return error === undefined && memory <= MOST_MIB;
  if (!noop || !greeting) return undefined;
  if (page && (page.failure || page.worst > MOST_PAGE_S)) return false;
  return !noop.failure && !greeting.failure && noop.worst <= MOST_NOOP_S && greeting.worst <= MOST_GREETING_S;
}

function cells(record: ActRecord): string[] {
  const { title, seconds, noop, greeting, page, machine, memory } = record;
  const fair = isFair(record);
  const waits = memory === undefined
    ? [wait(noop), wait(greeting), wait(page), wait(machine)]
    : [`memory: ${memory.toFixed(0)} MiB`, "–", "–", "–"];
  return [
    title,
    seconds.toFixed(2),
    replies(record),
    ...waits,
    fair === undefined ? "–" : fair ? "yes" : "no",
  ];
}

function wait(waits: Waits | undefined): string {
  if (!waits) return "–";
  const { worst, unanswered, failure } = waits;
  return `${unanswered ? "> " : ""}${(worst * 1000).toFixed(worst < 0.01 ? 1 : 0)}${
    failure ? ` ${failure}` : ""
  }`;
}

/** Such as `200, 213 × 40`, and how it ended where that was not by itself. */
function replies({ codes, aborted, error }: ActRecord): string {
  const runs: { code: string; count: number }[] = [];
  for (const code of codes) {
    if (runs.at(-1)?.code === code) runs.at(-1)!.count++;
    else runs.push({ code, count: 1 });
  }
  const parts = runs.map(({ code, count }) => count === 1 ? code : `${code} × ${count}`);
  if (aborted !== undefined) {
    parts.push(aborted === null ? "ABOR not heard" : `ABOR heard after ${(aborted * 1000).toFixed(0)} ms`);
  }
  return [...parts, ...error ? [error] : []].join(", ") || "–";
}

/** The text of the file of bans: JSON lines, one for each ban, and what is wrong in it. */

import { type Ban, formatBan, parseBan } from "./ban.ts";
import { MOST_BANS } from "./ban_table.ts";

/** More than all bans take. */
export const MOST_BYTES = 4 * 1024 * 1024;
/** Wrong lines that are named; of the others it is told how many there are. */
const MOST_NAMED = 5;

/** What a text says. */
export interface BanLines {
  readonly bans: readonly Ban[];
  /** What is wrong, each with its line; empty as a rule. */
  readonly problems: readonly string[];
}

/** Reads the text. Of two lines for one network the second one counts. */
export function parseBanLines(text: string, { file }: { file: string }): BanLines {
  const bans = new Map<string, Ban>();
  const problems: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const ban = parseBan(line);
    if (typeof ban === "string") problems.push(`${file}, line ${index + 1}: Cannot read a ban: ${ban}`);
    else bans.set(ban.network, ban);
  }
  const named = problems.slice(0, MOST_NAMED);
  const more = problems.length - named.length;
  if (more > 0) named.push(`${file}: Cannot read ${more} more lines`);
  const kept = bounded(bans);
  const lost = bans.size - kept.length;
  if (lost > 0) {
    named.push(
      `${file}: Cannot keep ${lost} bans: there are ${MOST_BANS} at most, ban wider networks instead`,
    );
  }
  return { bans: kept, problems: named };
}

/** The text for these bans, without those that are over. */
export function formatBanLines(bans: Iterable<Ban>, nowMs: number): string {
  const holding = [...bans].filter(({ untilMs = Infinity }) => untilMs > nowMs);
  return holding.map((ban) => `${formatBan(ban)}\n`).join("");
}

/** Not more than there can be: the oldest of the guard's go first, then what stands last. */
export function bounded(bans: ReadonlyMap<string, Ban>): Ban[] {
  const all = [...bans.values()];
  let tooMany = Math.max(0, all.length - MOST_BANS);
  return all.filter(({ by }) => by === "operator" || tooMany-- <= 0).slice(0, MOST_BANS);
}

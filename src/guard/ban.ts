/** A ban: a network whose connections are refused, and its line in the file of bans. */

import { formatNetwork, networkToBan } from "./network.ts";

/** Who has banned a network. */
export type BannedBy = "guard" | "operator";

/** What there is to say of a ban. */
export interface BanTerms {
  /** When it ends, milliseconds since 1970; undefined for never. */
  readonly untilMs: number | undefined;
  /** Why, for people. */
  readonly reason: string;
  /** Who says so. */
  readonly by: BannedBy;
}

/** A ban. */
export interface Ban extends BanTerms {
  /** The network as `formatNetwork` spells it. */
  readonly network: string;
  /** Since when, milliseconds since 1970. */
  readonly sinceMs: number;
}

/** A ban as it is shown, with how many connections it has refused since it was made or the server started. */
export interface ShownBan extends Ban {
  /** Connections. */
  readonly refused: number;
}

/** The longest reason, UTF-16 units. */
export const LONGEST_REASON = 200;

/** The line of a ban: JSON, times in ISO 8601. */
export function formatBan({ network, sinceMs, untilMs, by, reason }: Ban): string {
  const until = untilMs === undefined ? {} : { until: new Date(untilMs).toISOString() };
  return JSON.stringify({ network, since: new Date(sinceMs).toISOString(), ...until, by, reason });
}

/**
 * The ban of a line.
 *
 * @returns What is wrong with the line, where it is none.
 */
export function parseBan(line: string): Ban | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return "it is no JSON object";
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "it is no JSON object";
  const { network, since, until, by, reason } = value as Record<string, unknown>;
  const parsed = typeof network === "string" ? networkToBan(network) : undefined;
  if (!parsed) return `"network" is no address and no network`;
  const sinceMs = timeOf(since);
  if (sinceMs === undefined) return `"since" is no time`;
  const untilMs = until === undefined ? undefined : timeOf(until);
  if (until !== undefined && untilMs === undefined) return `"until" is no time`;
  if (by !== "guard" && by !== "operator") return `"by" is neither guard nor operator`;
  if (typeof reason !== "string") return `"reason" is no text`;
  return { network: formatNetwork(parsed), sinceMs, untilMs, by, reason: reason.slice(0, LONGEST_REASON) };
}

function timeOf(value: unknown): number | undefined {
  const ms = typeof value === "string" ? Date.parse(value) : NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** Whose sessions a ban ends. */
export interface EndedSessions {
  readonly network: string;
  /** Everybody's, or those of clients that have not logged in. */
  readonly whose: "all" | "strangers";
}

/**
 * Whose sessions end with a ban. The operator means everybody. The guard judges an address by what came from
 * it, and others behind the same router may have shown a password: they go on, and may not come back.
 */
export function endedBy({ network, by }: Ban): EndedSessions {
  return { network, whose: by === "operator" ? "all" : "strangers" };
}

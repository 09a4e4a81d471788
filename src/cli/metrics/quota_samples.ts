/** What quotas have to tell to metrics. */

import type { AskedSample } from "../../metrics/asked.ts";
import type { UsageRow } from "../../quotas.ts";

/** More accounts are not told of by name: each takes up to four lines of every scrape. */
const MOST_ACCOUNTS = 1000;

/** The values for these accounts, by their names or only of the fullest. */
export function quotaSamples(
  rows: readonly UsageRow[],
  { withNames }: { readonly withNames: boolean },
): AskedSample[] {
  if (rows.length === 0) return [];
  const fullest: AskedSample = { metric: "quotaFullest", value: Math.max(...rows.map(fullness)) };
  return withNames ? [fullest, ...rows.slice(0, MOST_ACCOUNTS).flatMap(samplesOf)] : [fullest];
}

function samplesOf({ user, used, quota }: UsageRow): AskedSample[] {
  const labels = [user];
  return [
    ...used ? [{ metric: "quotaBytesUsed", labels, value: used.bytes } as const] : [],
    ...used ? [{ metric: "quotaFilesUsed", labels, value: used.files } as const] : [],
    ...quota.bytes === undefined ? [] : [{ metric: "quotaBytesLimit", labels, value: quota.bytes } as const],
    ...quota.files === undefined ? [] : [{ metric: "quotaFilesLimit", labels, value: quota.files } as const],
  ];
}

function fullness({ used, quota }: UsageRow): number {
  if (!used) return 0;
  return Math.max(part(used.bytes, quota.bytes), part(used.files, quota.files));
}

/** A quota of nothing is full. */
function part(used: number, limit: number | undefined): number {
  if (limit === undefined) return 0;
  return limit === 0 ? 1 : used / limit;
}

/** `quota` and `quota-scan`: what the homes of accounts with quotas hold, as counted or counted anew. */

import type { UsageRow } from "../../quotas.ts";
import type { ControlAction, ControlledServer } from "../action.ts";
import { onlyParams, textParam } from "../params.ts";
import { ControlError, type Params } from "../protocol.ts";

/** An account with a quota. */
export interface QuotaFacts {
  readonly account: string;
  readonly home: string;
  /** What the home holds; null where it was not counted yet. */
  readonly bytes: number | null;
  readonly files: number | null;
  /** What it may hold; null for any amount. */
  readonly quotaBytes: number | null;
  readonly quotaFiles: number | null;
  /** Set by a count that came to nothing, since clients changed the home all the time. */
  readonly isBusy?: true;
}

/** How many accounts were told of. */
export interface QuotaResult {
  readonly accounts: number;
}

/** `name`: an account; all that have quotas where it is left out. Tells of each. */
export const quota: ControlAction = {
  name: "quota",
  async run(params, running, tell): Promise<QuotaResult> {
    const rows = await wantedRows(params, running);
    for (const row of rows) await tell(quotaFacts(row));
    return { accounts: rows.length };
  },
};

/** Counts anew before it tells; params as those of `quota`. */
export const quotaScan: ControlAction = {
  name: "quota-scan",
  about: ({ name }) => name === undefined ? "all homes" : String(name),
  async run(params, running, tell): Promise<QuotaResult> {
    const rows = await wantedRows(params, running);
    for (const { user } of rows) {
      const counted = await recount(user, running);
      const row = (await running.quotas.usage()).find((row) => row.user === user);
      if (row) await tell({ ...quotaFacts(row), ...!counted && { isBusy: true } });
    }
    return { accounts: rows.length };
  },
};

/** The facts of an account. */
export function quotaFacts({ user, home, used, quota }: UsageRow): QuotaFacts {
  return {
    account: user,
    home,
    bytes: used?.bytes ?? null,
    files: used?.files ?? null,
    quotaBytes: quota.bytes ?? null,
    quotaFiles: quota.files ?? null,
  };
}

async function wantedRows(params: Params, { quotas }: ControlledServer): Promise<readonly UsageRow[]> {
  onlyParams(params, ["name"]);
  const rows = await quotas.usage();
  if (params.name === undefined) return rows;
  const name = textParam(params, "name");
  const wanted = rows.filter(({ user }) => user === name);
  if (wanted.length > 0) return wanted;
  throw new ControlError(
    "not-found",
    `Cannot tell of ${JSON.stringify(name)}: no account of that name has a quota`,
  );
}

async function recount(name: string, { quotas }: ControlledServer): Promise<boolean> {
  try {
    return await quotas.recount(name) !== undefined;
  } catch (error) {
    throw new ControlError("failed", error instanceof Error ? error.message : String(error));
  }
}

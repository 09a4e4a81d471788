/**
 * `quota` and `quota scan`: what the homes of accounts with quotas hold. A server that runs is asked; where
 * none does, the ledger tells, and is written anew.
 */

import { NoServerError } from "../control/control_client.ts";
import { ControlError } from "../control/protocol.ts";
import { type QuotaFacts, quotaFacts } from "../control/actions/quota.ts";
import { QuotaKeeper, type UsageRow } from "../quota/quota_keeper.ts";
import { readMounts } from "../storage/mounts.ts";
import { formatBytes } from "../telemetry/byte_text.ts";
import { HomeLooks } from "../users/home_looks.ts";
import { everyone } from "../users/accounts.ts";
import { type Column, tableLines, terminalColumns } from "./columns.ts";
import type { Invocation } from "./command.ts";
import { readConfiguration } from "./configuration.ts";
import { quotaFileOf } from "./protected_files.ts";
import { connect, PlaceError } from "./running.ts";
import { callOf, print, printError } from "./terminal.ts";

/** What is wanted. */
export interface QuotaWish extends Pick<Invocation, "config" | "configFile"> {
  /** Whether homes are counted anew. */
  readonly scans: boolean;
  /** The account; undefined for all that have quotas. */
  readonly name: string | undefined;
  readonly asJson: boolean;
}

/** It cannot be told; the message says why. */
class QuotaError extends Error {}

/** Prints a line for each account, or an object with `--json`. */
export async function quota(wish: QuotaWish): Promise<number> {
  try {
    const facts = await askServer(wish) ?? await readLedger(wish);
    if (wish.asJson) { for (const row of facts) print(JSON.stringify(row)); }
    else printTable(facts, wish);
    const busy = facts.filter(({ isBusy }) => isBusy).map(({ account }) => account);
    if (busy.length === 0) return 0;
    printError(
      `Cannot count exactly for ${busy.join(", ")}: clients change files there; it is done when they rest`,
    );
    return 1;
  } catch (error) {
    return refused(error);
  }
}

/**
 * Counts anew for an account whose home this program has changed.
 *
 * @returns The exit code.
 */
export async function countAnew(
  name: string,
  server: Pick<QuotaWish, "config" | "configFile">,
): Promise<number> {
  const wish: QuotaWish = { ...server, name, scans: true, asJson: true };
  try {
    await askServer(wish) ?? await readLedger(wish);
    return 0;
  } catch (error) {
    return refused(error);
  }
}

function refused(error: unknown): number {
  const isExpected = error instanceof ControlError || error instanceof PlaceError ||
    error instanceof QuotaError;
  if (!isExpected) throw error;
  printError(error.message);
  return 1;
}

/** What the running server says; undefined where none runs. */
async function askServer({ scans, name, ...server }: QuotaWish): Promise<QuotaFacts[] | undefined> {
  try {
    using client = await connect(server);
    const facts: QuotaFacts[] = [];
    await client.call(
      scans ? "quota-scan" : "quota",
      { ...name !== undefined && { name } },
      (item) => facts.push(item as QuotaFacts),
    );
    return facts;
  } catch (error) {
    if (error instanceof NoServerError) return undefined;
    // Whoever only looks may read what the server has written; to count is for one at a time.
    if (error instanceof PlaceError && !scans) return undefined;
    throw error;
  }
}

async function readLedger({ scans, name, config, configFile }: QuotaWish): Promise<QuotaFacts[]> {
  const looks = new HomeLooks({ readMounts });
  const { accounts, problems } = await readConfiguration({ config, configFile, flags: new Map() }, looks);
  if (problems.length > 0) {
    throw new QuotaError(`Cannot read ${configFile}: it has problems; "${callOf("check")}" tells which`);
  }
  const keeper = await QuotaKeeper.open({
    file: quotaFileOf(configFile),
    accounts: () => everyone(accounts),
    realPathOf: async (home) => {
      const state = looks.known(home) ?? await looks.look(home);
      return state.kind === "there" ? state.real : home;
    },
    record: (event) => {
      if (event.kind === "warning" || event.kind === "error") printError(event.message);
    },
    slots: [],
  });
  const wanted = (rows: readonly UsageRow[]): UsageRow[] =>
    rows.filter(({ user }) => name === undefined || user === name);
  const rows = wanted(await keeper.usage());
  if (rows.length === 0 && name !== undefined) {
    throw new QuotaError(`Cannot tell of ${JSON.stringify(name)}: no account of that name has a quota`);
  }
  if (!scans) return rows.map(quotaFacts);
  try {
    for (const { user } of rows) await keeper.recount(user);
  } catch (error) {
    throw new QuotaError(error instanceof Error ? error.message : String(error));
  }
  await keeper.close();
  return wanted(await keeper.usage()).map(quotaFacts);
}

const COLUMNS: readonly Column<QuotaFacts>[] = [
  { title: "ACCOUNT", text: ({ account }) => account, least: 8 },
  { title: "USED", text: ({ bytes }) => bytes === null ? "?" : formatBytes(bytes), side: "right" },
  {
    title: "OF",
    text: ({ quotaBytes }) => quotaBytes === null ? "" : formatBytes(quotaBytes),
    side: "right",
  },
  { title: "", text: shareOf, side: "right" },
  { title: "FILES", text: ({ files }) => files === null ? "?" : String(files), side: "right" },
  { title: "OF", text: ({ quotaFiles }) => quotaFiles === null ? "" : String(quotaFiles), side: "right" },
  { title: "HOME", text: ({ home }) => home, least: 8 },
];

function shareOf({ bytes, quotaBytes }: QuotaFacts): string {
  return bytes === null || quotaBytes === null ? "" : `${Math.floor(bytes / quotaBytes * 100)}%`;
}

function printTable(facts: readonly QuotaFacts[], { configFile }: QuotaWish): void {
  if (facts.length === 0) return print(`No account in ${configFile} has a quota`);
  for (const line of tableLines(facts, COLUMNS, terminalColumns())) print(line);
  if (facts.some(({ bytes }) => bytes === null)) {
    print(`? was not counted yet: "${callOf("quota scan")}" counts it now, the next upload does so too`);
  }
}

/** Starts the thread that sweeps, for one sweep, and hears what it did. Loaded when there is a rule. */

import type { HomeCounts } from "../quotas.ts";
import { type RetentionJob, retentionJobs } from "../storage/retention_jobs.ts";
import type { ServerEvent } from "../telemetry/events.ts";
import type { HomeLooks } from "../users/home_looks.ts";
import type { User } from "../users/user.ts";
import type { CountedJob, RetentionMessage, RetentionOrder } from "./retention_messages.ts";
import { homePaths, workerPermissions } from "./homes.ts";

/** What {@linkcode runRetention} needs. */
export interface RetentionOptions {
  readonly users: Iterable<User>;
  readonly looks: HomeLooks;
  readonly record: (event: ServerEvent) => void;
  /** Where what goes is counted; by default nowhere. */
  readonly quotas?: HomeCounts | undefined;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** What was told of a rule, by account and directory: the same is not told again. */
  readonly told: Map<string, string>;
}

/**
 * Sweeps once for all accounts. Resolves when that is done, or the signal has fired; a disk that hangs keeps
 * the thread until then, and nobody else.
 */
export async function runRetention(options: RetentionOptions): Promise<void> {
  const { users, looks, record, quotas, signal, told } = options;
  const all = [...users].filter(({ retention = [] }) => retention.length > 0);
  const jobs = retentionJobs(all);
  if (jobs.length === 0) return;
  const permissions = { ...workerPermissions(await homePaths(all, looks)), net: false, sys: false };
  if (signal.aborted) return;
  const thread = new Worker(new URL("./retention_worker.ts", import.meta.url), {
    type: "module",
    name: "retention",
    deno: { permissions },
  });
  const order = (order: RetentionOrder): void => thread.postMessage(order);
  const done = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => done.resolve());
  thread.onmessage = ({ data }: MessageEvent<RetentionMessage>) => {
    if (data.kind === "done") return done.resolve();
    if (data.kind === "expired") return record(data);
    if (data.kind === "open") return void openFor(data.account, { all, quotas }).then(order);
    const { account, directory, problem } = data;
    const key = JSON.stringify([account, directory]);
    // Of a clock that is wrong for days each sweep would tell; times in the text make it another one.
    const known = told.get(key);
    if (problem === undefined) told.delete(key);
    else told.set(key, withoutNumbers(problem));
    if (problem === undefined || known === withoutNumbers(problem)) return;
    record({ kind: "warning", message: `Retention of ${account} in ${directory}: ${problem}` });
  };
  thread.onerror = (event) => {
    // Else the error would end the whole program.
    event.preventDefault();
    record({
      kind: "error",
      message: "Retention has failed",
      error: event.error ?? new Error(event.message),
    });
    done.resolve();
  };
  const slot = quotas?.takeSlot() ?? 0;
  try {
    order({
      kind: "sweep",
      jobs: await Promise.all(jobs.map((job) => countedJob(job, { all, quotas }))),
      slot,
    });
    await done.promise;
  } finally {
    thread.terminate();
    quotas?.endSlot(slot);
  }
}

/** The accounts that are swept for, and who counts what they hold. */
interface Counting {
  readonly all: readonly User[];
  readonly quotas: HomeCounts | undefined;
}

async function countedJob(job: RetentionJob, { all, quotas }: Counting): Promise<CountedJob> {
  return { job, counted: await quotas?.cellsOf(userOf(job.account, all)) };
}

async function openFor(account: string, { all, quotas }: Counting): Promise<RetentionOrder> {
  try {
    await quotas?.open(userOf(account, all));
    return { kind: "open", account, problem: undefined };
  } catch (error) {
    return { kind: "open", account, problem: error instanceof Error ? error.message : String(error) };
  }
}

function userOf(account: string, all: readonly User[]): User {
  return all.find(({ name }) => name === account)!;
}

function withoutNumbers(text: string): string {
  return text.replace(/\d+/g, "0");
}

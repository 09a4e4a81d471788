/** Starts the thread that sweeps, for one sweep, and hears what it did. Loaded when there is a rule. */

import { retentionJobs } from "../storage/retention_jobs.ts";
import type { ServerEvent } from "../telemetry/events.ts";
import type { HomeLooks } from "../users/home_looks.ts";
import type { User } from "../users/user.ts";
import type { RetentionMessage } from "./retention_messages.ts";
import { homePaths, workerPermissions } from "./homes.ts";

/** What {@linkcode runRetention} needs. */
export interface RetentionOptions {
  readonly users: Iterable<User>;
  readonly looks: HomeLooks;
  readonly record: (event: ServerEvent) => void;
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
  const { users, looks, record, signal, told } = options;
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
  const done = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => done.resolve());
  thread.onmessage = ({ data }: MessageEvent<RetentionMessage>) => {
    if (data.kind === "done") return done.resolve();
    if (data.kind === "expired") return record(data);
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
  thread.postMessage(jobs);
  await done.promise;
  thread.terminate();
}

function withoutNumbers(text: string): string {
  return text.replace(/\d+/g, "0");
}

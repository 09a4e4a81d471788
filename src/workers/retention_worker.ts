/** The thread that sweeps: it may touch the homes and nothing else. Started by retention_thread.ts. */

import { Usage } from "../limits/usage.ts";
import { UsageCells } from "../limits/usage_cells.ts";
import { Disks } from "../storage/disks.ts";
import { FreeSpaces } from "../storage/free_space.ts";
import { MeteredDisks } from "../storage/metered_disks.ts";
import { sweepAll } from "../storage/retention_jobs.ts";
import type { CountedJob, RetentionMessage, RetentionOrder } from "./retention_messages.ts";

/** What a worker has for a global scope; the types of this program are those of a main thread. */
interface WorkerScope {
  postMessage(message: RetentionMessage): void;
  onmessage: (message: { readonly data: RetentionOrder }) => void;
}

const scope = self as unknown as WorkerScope;

/** Who waits until a home may be changed, by account. */
const waiting = new Map<string, PromiseWithResolvers<void>>();
const spaces = new FreeSpaces();

scope.onmessage = async ({ data }) => {
  if (data.kind === "open") return opened(data.account, data.problem);
  const { jobs, slot } = data;
  const disks = new Map(jobs.map((job) => [job.job, disksOf(job, slot)]));
  await sweepAll(jobs.map(({ job }) => job), {
    nowMs: Date.now(),
    isDry: false,
    disksOf: (job) => disks.get(job)!,
    onExpired: ({ account }, expired) => scope.postMessage({ kind: "expired", account, ...expired }),
    onSwept: ({ account }, { rule: { directory }, problem }) =>
      scope.postMessage({ kind: "swept", account, directory, problem }),
  });
  scope.postMessage({ kind: "done" });
};

/** The disks of an account; what goes from a home that is counted is counted too. */
function disksOf({ job: { account }, counted }: CountedJob, slot: number): Disks {
  if (!counted) return new Disks();
  const { memory, home } = counted;
  const cells = new UsageCells(memory, slot);
  const usage = new Usage({ cells, home, quota: {}, open: () => open(account) });
  return new MeteredDisks(new Disks(), { usage, within: home, minFree: undefined, spaces });
}

function open(account: string): Promise<void> {
  const { promise } = waiting.getOrInsertComputed(account, () => {
    scope.postMessage({ kind: "open", account });
    return Promise.withResolvers<void>();
  });
  return promise;
}

function opened(account: string, problem: string | undefined): void {
  const waiter = waiting.get(account);
  waiting.delete(account);
  if (problem === undefined) waiter?.resolve();
  else waiter?.reject(new Error(problem));
}

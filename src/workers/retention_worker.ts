/** The thread that sweeps: it may touch the homes and nothing else. Started by retention_thread.ts. */

import { type RetentionJob, sweepAll } from "../storage/retention_jobs.ts";
import type { RetentionMessage } from "./retention_messages.ts";

/** What a worker has for a global scope; the types of this program are those of a main thread. */
interface WorkerScope {
  postMessage(message: RetentionMessage): void;
  onmessage: (message: { readonly data: readonly RetentionJob[] }) => void;
}

const scope = self as unknown as WorkerScope;

scope.onmessage = async ({ data }) => {
  await sweepAll(data, {
    nowMs: Date.now(),
    isDry: false,
    onExpired: ({ account }, expired) => scope.postMessage({ kind: "expired", account, ...expired }),
    onSwept: ({ account }, { rule: { directory }, problem }) =>
      scope.postMessage({ kind: "swept", account, directory, problem }),
  });
  scope.postMessage({ kind: "done" });
};

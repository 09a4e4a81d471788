/** What the thread that sweeps and the main thread tell each other. */

import type { HomeCells } from "../limits/usage_cells.ts";
import type { RetentionJob } from "../storage/retention_jobs.ts";
import type { Expired } from "../storage/retention.ts";

/** A job, and where it is counted what the home holds; undefined where nobody has a quota there. */
export interface CountedJob {
  readonly job: RetentionJob;
  readonly counted: HomeCells | undefined;
}

/** What the thread is told: what to do, or that a home may be changed, unless there is a problem. */
export type RetentionOrder =
  | { readonly kind: "sweep"; readonly jobs: readonly CountedJob[]; readonly slot: number }
  | { readonly kind: "open"; readonly account: string; readonly problem: string | undefined };

/** A message: a home is to be changed, what went, what came of a rule, or that all is done. */
export type RetentionMessage =
  | { readonly kind: "open"; readonly account: string }
  | ({ readonly kind: "expired"; readonly account: string } & Expired)
  | {
    readonly kind: "swept";
    readonly account: string;
    readonly directory: string;
    readonly problem: string | undefined;
  }
  | { readonly kind: "done" };

/** What the thread that sweeps tells the main thread. */

import type { Expired } from "../storage/retention.ts";

/** A message: what went, what came of a rule, or that all is done. */
export type RetentionMessage =
  | ({ readonly kind: "expired"; readonly account: string } & Expired)
  | {
    readonly kind: "swept";
    readonly account: string;
    readonly directory: string;
    readonly problem: string | undefined;
  }
  | { readonly kind: "done" };

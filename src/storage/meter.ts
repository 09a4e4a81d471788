/** The meter of a home: what is counted of it, and what its disks have to keep. */

import type { Usage } from "../limits/usage.ts";
import type { Room } from "../users/account_kinds.ts";
import type { FreeSpaces } from "./free_space.ts";

/** What is kept of a home. */
export interface Meter {
  /** What it holds, under the account's quota; undefined where nobody counts. */
  readonly usage: Usage | undefined;
  /**
   * The host directory that is counted alone, links followed; by default all that the disks are used for.
   */
  readonly within?: string | undefined;
  /** What its disks have to keep free; undefined for nothing. */
  readonly minFree: Room | undefined;
  /** What this thread knows of the disks. */
  readonly spaces: FreeSpaces;
}

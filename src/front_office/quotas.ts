/** Quotas as sessions and workers ask for them: where it is counted what a home holds, and by whom. */

import type { HomeCells } from "../limits/usage_cells.ts";
import type { User } from "../users/user.ts";

/** Knows what homes hold. */
export interface Quotas {
  /**
   * Where all threads count what is in the account's home; undefined where no account has a quota there. See
   * `UsageCells`.
   */
  cellsOf(user: User): Promise<HomeCells | undefined>;
  /**
   * Lets changes of the account's home begin: resolves when it is known what it holds.
   *
   * @throws {Error} when that cannot be told.
   */
  open(user: User): Promise<void>;
  /** A slot in the cells for a thread that starts. */
  takeSlot(): number;
  /** The thread has ended, in the middle of changes perhaps. */
  endSlot(slot: number): void;
  /** No change will come any more: what homes hold is kept for the next start. */
  close(): Promise<void>;
}

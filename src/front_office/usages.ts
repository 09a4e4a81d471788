/** Usages: what is counted of the homes of those who were let in, as the thread of their sessions has it. */

import { Usage } from "../limits/usage.ts";
import { type HomeCells, UsageCells } from "../limits/usage_cells.ts";
import { quotaOf } from "../users/quota.ts";
import type { User } from "../users/user.ts";

/** How {@linkcode Usages} works. */
export interface UsagesOptions {
  /** The slot of this thread in all cells. */
  readonly slot: number;
  /** Lets changes of the account's home begin; see `Quotas.open`. */
  readonly open: (user: User) => Promise<void>;
}

/** One usage for each account that is counted. An edit of an account makes another one. */
export class Usages {
  readonly #options: UsagesOptions;
  readonly #usages = new WeakMap<User, Usage>();

  constructor(options: UsagesOptions) {
    this.#options = options;
  }

  /** Takes over where an account's home is counted; undefined where it is not. */
  share(user: User, shared: HomeCells | undefined): void {
    if (!shared || this.#usages.has(user)) return;
    const { slot, open } = this.#options;
    const { memory, home } = shared;
    const cells = new UsageCells(memory, slot);
    this.#usages.set(user, new Usage({ cells, home, quota: quotaOf(user), open: () => open(user) }));
  }

  /** What is counted of an account's home. */
  of(user: User): Usage | undefined {
    return this.#usages.get(user);
  }
}

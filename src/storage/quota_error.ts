/** The refusal of a storage whose account has used its quota up. */

import type { Exceeded } from "../limits/usage.ts";
import { StorageError } from "./storage.ts";

/** There is no room under a quota. */
export class QuotaError extends StorageError {
  readonly exceeded: Exceeded;

  /** @param action What was tried, for the log: `Cannot write /srv/files/a`. */
  constructor(exceeded: Exceeded, action: string) {
    const { what, used, limit } = exceeded;
    super("quota", `${action}: the quota of ${limit} ${what} has ${used} in use`);
    this.exceeded = exceeded;
  }
}

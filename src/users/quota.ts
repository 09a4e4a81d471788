/** The quota of an account: how much its home may hold. */

import type { User } from "./user.ts";

/** Most bytes, and most files, directories and links together; undefined for any amount. */
export interface AccountQuota {
  /** The sizes of all files together. */
  readonly bytes?: number;
  /** How many entries of directories there may be. */
  readonly files?: number;
}

/** The account's quota. */
export function quotaOf({ quotaBytes, quotaFiles }: User): AccountQuota {
  return {
    ...quotaBytes !== undefined && { bytes: quotaBytes },
    ...quotaFiles !== undefined && { files: quotaFiles },
  };
}

/** Whether an account has one. */
export function hasQuota({ quotaBytes, quotaFiles }: User): boolean {
  return quotaBytes !== undefined || quotaFiles !== undefined;
}

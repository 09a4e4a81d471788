/** `disks`: how full the disks are that homes lie on. */

import type { ControlAction } from "../action.ts";
import type { DiskLook } from "../disk_looks.ts";
import { onlyParams } from "../params.ts";

/** A disk, as JSON has it. */
export interface DiskFacts {
  /** Whose homes and mounts lie on it, some of them where there are many. */
  readonly accounts: readonly string[];
  /** A place on it. */
  readonly directory: string;
  /** How many homes and mounts lie on it. */
  readonly directories: number;
  /** Bytes; null where the disk does not answer. */
  readonly freeBytes: number | null;
  readonly totalBytes: number | null;
}

/** How many there are. */
export interface DisksResult {
  readonly disks: number;
}

/** Of a disk that all accounts are on. */
const MOST_ACCOUNTS = 20;

/** Tells of each. */
export const disks: ControlAction = {
  name: "disks",
  async run(params, running, tell): Promise<DisksResult> {
    onlyParams(params, []);
    const looks = await running.disks();
    for (const look of looks) await tell(facts(look));
    return { disks: looks.length };
  },
};

function facts({ directories, space }: DiskLook): DiskFacts {
  return {
    accounts: [...new Set(directories.map(({ account }) => account))].slice(0, MOST_ACCOUNTS),
    directory: directories[0]!.directory,
    directories: directories.length,
    freeBytes: space?.freeBytes ?? null,
    totalBytes: space?.totalBytes ?? null,
  };
}

/** Where virtual paths really lead on the local disk. */

import { parentOf, ROOT, segmentsOf, type VirtualPath } from "../protocol/pathname.ts";
import type { Containment } from "./containment.ts";
import type { Disks } from "./disks.ts";
import { pathBelow } from "./host_path.ts";
import { uniqueOf } from "./local_entry.ts";
import { isMissing, type Way } from "./storage.ts";
import { guarded } from "./system_error.ts";

/** Who knows the way. */
export interface Guides {
  readonly containment: Containment;
  readonly disks: Disks;
}

/**
 * Where a path really leads, links followed. The system's name for a place will not do: on a disk that folds
 * case it keeps the spelling that was asked for. So places are told by device and inode.
 */
export async function localWay(path: VirtualPath, { containment, disks }: Guides): Promise<Way> {
  const root = await containment.follow(ROOT);
  let place = path;
  let host: string | undefined;
  while (!(host = await followed(place, containment))) place = parentOf(place);
  const names = segmentsOf(containment.virtual(host)!);
  const marks: string[] = [];
  // One after the other: on a disk that hangs each call keeps a thread of the runtime.
  for (let depth = 0; depth <= names.length; depth++) {
    const at = pathBelow(root, names.slice(0, depth));
    marks.push(uniqueOf(await guarded(`Cannot look at ${at}`, () => disks.at(at).lstat(at))));
  }
  const end = place === path ? marks.pop() : undefined;
  return { through: marks, end };
}

/** The host path of what a path leads to; undefined when nothing is there, or it leads outside. */
async function followed(path: VirtualPath, containment: Containment): Promise<string | undefined> {
  try {
    return await containment.follow(path);
  } catch (error) {
    // Nothing is above the root: without it there is no way at all.
    if (path !== ROOT && isMissing(error)) return undefined;
    throw error;
  }
}

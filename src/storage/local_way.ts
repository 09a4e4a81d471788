/** Where virtual paths really lead on the local disk. */

import { childOf, parentOf, ROOT, segmentsOf, type VirtualPath } from "../protocol/pathname.ts";
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
  const whole = await followed(path, containment);
  const host = whole ?? await followedFar(parentOf(path), containment) ?? root;
  const real = containment.virtual(host)!;
  const names = segmentsOf(real);
  const marks: string[] = [];
  // One after the other: on a disk that hangs each call keeps a thread of the runtime.
  for (let depth = 0; depth <= names.length; depth++) {
    const at = pathBelow(root, names.slice(0, depth));
    marks.push(uniqueOf(await guarded(`Cannot look at ${at}`, () => disks.at(at).lstat(at))));
  }
  const end = whole === undefined ? undefined : marks.pop();
  return { through: marks, end, real };
}

/**
 * The host path of the last directory that is there on the way to something. A client may name thousands that
 * are not, so they are halved, not counted down.
 */
async function followedFar(path: VirtualPath, containment: Containment): Promise<string | undefined> {
  const names = segmentsOf(path);
  let found: string | undefined;
  for (let low = 0, high = names.length; low <= high;) {
    // The whole first: mostly only the last name is missing.
    const depth = high === names.length ? high : (low + high) >> 1;
    const host = await followed(names.slice(0, depth).reduce(childOf, ROOT), containment);
    if (host === undefined) high = depth - 1;
    else low = depth + 1;
    found = host ?? found;
  }
  return found;
}

/** The host path of what a path leads to; undefined when nothing is there, or it leads outside. */
async function followed(path: VirtualPath, containment: Containment): Promise<string | undefined> {
  try {
    return await containment.follow(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

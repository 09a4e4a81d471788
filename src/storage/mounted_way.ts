/** Where the paths of a tree with mounts really lead. */

import { parentOf, type VirtualPath } from "../protocol/pathname.ts";
import type { MountDoors, StorageMount } from "./mount_doors.ts";
import { PATIENCE } from "./mount_looks.ts";
import { marksOf, type Way } from "./storage.ts";

/**
 * Where a path leads. On the way to a mount are the directories that hold it in the tree, and those that hold
 * it on the host, as far as they belong to the tree at another place: what is there holds the mount too.
 *
 * The mount itself is not waited for: where it does not answer, its mark is what it was last. What lies in it
 * is.
 *
 * @throws {StorageError} `silent` for a path in a mount that does not answer.
 */
export async function mountedWay(path: VirtualPath, doors: MountDoors): Promise<Way> {
  const place = doors.tree.placeOf(path);
  const { mount } = place;
  if (!mount) return await doors.storageOf(place).way(path);
  const above = marksOf(await mountedWay(parentOf(mount.at), doors));
  if (path === mount.at) {
    const root = await doors.rootInPassing(mount);
    return { through: root ? [...above, ...await marksOnTheHost(mount, doors)] : above, end: root?.unique };
  }
  const state = await doors.look(mount, PATIENCE.goingIn);
  if (state.is === "refused") return { through: above, end: undefined };
  const { through, end } = await (await doors.entered(place)).way(place.inner);
  return { through: [...above, ...await marksOnTheHost(mount, doors), ...through], end };
}

/** The marks of the directories of other storages that hold the place of this one on the host. */
async function marksOnTheHost(mount: StorageMount, doors: MountDoors): Promise<string[]> {
  const marks: string[] = [];
  for (const { storage, directory } of await doors.holdersOf(mount)) {
    marks.push(...marksOf(await storage.way(directory)));
  }
  return marks;
}

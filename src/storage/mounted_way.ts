/** Where the paths of a tree with mounts really lead. */

import { pathIn, type VirtualPath } from "../protocol/pathname.ts";
import type { MountDoors, StorageMount } from "./mount_doors.ts";
import { PATIENCE } from "./mount_looks.ts";
import { marksOf, type Way } from "./storage.ts";

/**
 * Where a path leads. The way in a mount begins with the directories that hold it on the host, as far as they
 * belong to the tree at another place: they hold the mount too. What holds it in the tree is not on the way,
 * for no other path leads through that.
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
  if (path === mount.at) {
    const root = await doors.rootInPassing(mount);
    return { through: root ? await marksOnTheHost(mount, doors) : [], end: root?.unique, real: path };
  }
  const state = await doors.look(mount, PATIENCE.goingIn);
  if (state.is === "refused") return { through: [], end: undefined };
  const { through, end, real } = await (await doors.entered(place)).way(place.inner);
  return {
    through: [...await marksOnTheHost(mount, doors), ...through],
    end,
    real: real && pathIn(mount.at, real),
  };
}

/** The marks of the directories of other storages that hold the place of this one on the host. */
async function marksOnTheHost(mount: StorageMount, doors: MountDoors): Promise<string[]> {
  const marks: string[] = [];
  for (const holder of await doors.holdersOf(mount)) {
    marks.push(...marksOf(await doors.storageOf(holder).way(holder.directory)));
  }
  return marks;
}

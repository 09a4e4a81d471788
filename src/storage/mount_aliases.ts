/** Other paths to one place of a tree: what is mounted twice, or lies in the home too. */

import { isWithin, pathIn, ROOT, seenFrom, type VirtualPath } from "../protocol/pathname.ts";
import type { MountDoors, StorageMount } from "./mount_doors.ts";
import type { Alias } from "./storage.ts";

/** By what other storages of the tree a place is reached. What another mount covers is not. */
export async function mountAliases(real: VirtualPath, doors: MountDoors): Promise<readonly Alias[]> {
  const { mount, inner } = doors.tree.placeOf(real);
  const aliases: Alias[] = [];
  const add = (other: StorageMount | undefined, base: VirtualPath, below: VirtualPath): void => {
    const path = pathIn(base, below);
    if (doors.tree.placeOf(path).mount === other) aliases.push({ path, base });
  };
  for (const { mount: outer, path } of await doors.placesOf(mount)) {
    add(outer, pathIn(outer?.at ?? ROOT, path), inner);
  }
  for (const other of doors.othersOf(mount)) {
    for (const { mount: outer, path } of await doors.placesOf(other)) {
      if (outer === mount && isWithin(path, inner)) add(other, other?.at ?? ROOT, seenFrom(path, inner));
    }
  }
  return aliases;
}

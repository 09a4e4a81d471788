/** Partial uploads: what is held of an upload that was cut off. */

import type { Disk } from "./disk.ts";
import { statEntry } from "./disks.ts";
import { openLocked, release } from "./file_lock.ts";
import { partialPathOf } from "./partial_name.ts";
import { guarded } from "./system_error.ts";

/**
 * What is held of an upload to this target; null when nothing is.
 *
 * @param target The host path of the file to be.
 */
export async function heldPart(target: string, disk: Disk): Promise<Deno.FileInfo | null> {
  const held = await statEntry(partialPathOf(target), disk);
  // What is no file some hand has put there.
  return held?.isFile ? held : null;
}

/**
 * Deletes what is held of an upload to this target; tells whether there was any.
 *
 * @throws {StorageError} `busy` while the upload runs.
 */
export async function discardPart(target: string, disk: Disk): Promise<boolean> {
  const held = await heldPart(target, disk);
  if (!held) return false;
  const partial = partialPathOf(target);
  const { file } = await openLocked(partial, { disk });
  try {
    await guarded(`Cannot delete ${partial}`, () => disk.remove(partial, { frees: held.size }));
  } finally {
    await release(file);
  }
  return true;
}

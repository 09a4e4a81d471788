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
  return held?.isFile && !hasSecondName(held) ? held : null;
}

/**
 * Whether a part has another name too, and so is none: a crash between two steps, or a hand, has left it. The
 * file stays.
 */
export function hasSecondName({ nlink }: Deno.FileInfo): boolean {
  return (nlink ?? 1) > 1;
}

/**
 * Deletes what is held of an upload to this target; tells whether there was any.
 *
 * @throws {StorageError} `busy` while the upload runs.
 */
export async function discardPart(target: string, disk: Disk): Promise<boolean> {
  return await discardHidden(partialPathOf(target), disk);
}

/**
 * Deletes what lies under a hidden name; tells whether there was any.
 *
 * @param hidden The host path of a part, or of a copy that the server makes by itself.
 * @throws {StorageError} `busy` while somebody writes it.
 */
export async function discardHidden(hidden: string, disk: Disk): Promise<boolean> {
  const held = await statEntry(hidden, disk);
  if (!held?.isFile) return false;
  const remove = (): Promise<void> =>
    guarded(`Cannot delete ${hidden}`, () => disk.remove(hidden, { frees: held.size }));
  if (hasSecondName(held)) {
    await remove();
    return true;
  }
  const { file } = await openLocked(hidden, { disk });
  try {
    await remove();
  } finally {
    await release(file);
  }
  return true;
}

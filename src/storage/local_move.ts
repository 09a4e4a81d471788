/** Moving an entry of the local disk: renamed where the system can, else copied and removed. */

import { type DiskPlace, moveAcrossDevices } from "./cross_device.ts";
import { statEntry } from "./disks.ts";
import { refuseLocked } from "./file_lock.ts";
import { type MoveWork, StorageError } from "./storage.ts";
import { kindOf } from "./system_error.ts";

/**
 * Moves an entry. A file at the target is replaced, unless the work says otherwise, a directory is not.
 *
 * @throws {StorageError} `cross-device` for what is no file and would go to another disk.
 * @throws {Error} what the system says.
 */
export async function moveEntry(source: DiskPlace, target: DiskPlace, work: MoveWork): Promise<void> {
  const existing = await statEntry(target.path, target.disk);
  const { ino, dev, isFile } = await source.disk.lstat(source.path);
  const isSame = existing?.ino === ino && existing?.dev === dev;
  if (existing && !isSame && (existing.isDirectory || work.taken === "refused")) {
    throw new StorageError(
      "exists",
      `Cannot rename to ${target.path}: ${existing.isDirectory ? "it is a directory" : "it exists"}`,
    );
  }
  if (existing?.isFile && !isSame) await refuseLocked(target.path, target.disk);
  try {
    if (source.disk.countedBy !== target.disk.countedBy) {
      throw new StorageError("cross-device", `Cannot rename to ${target.path}: it is counted by itself`);
    }
    // The system itself replaces no directory that has something in it.
    if (isFile && !isSame && work.taken === "refused") return await renameToFreeName(source, target);
    await source.disk.rename(source.path, target.path, { frees: existing?.size ?? 0 });
  } catch (error) {
    if (kindOf(error) !== "cross-device" || !isFile) throw error;
    await moveAcrossDevices(source, target, work);
  }
}

/** Renames a file, only if nothing has the new name at this very moment. */
async function renameToFreeName(source: DiskPlace, target: DiskPlace): Promise<void> {
  const { disk } = source;
  try {
    await disk.link(source.path, target.path);
  } catch (error) {
    if (["exists", "cross-device", "not-found"].includes(kindOf(error))) throw error;
    // Some file systems have no second names.
    if (await statEntry(target.path, disk)) {
      throw new StorageError("exists", `Cannot rename to ${target.path}: it exists`);
    }
    return await disk.rename(source.path, target.path);
  }
  try {
    await disk.remove(source.path);
  } catch (error) {
    // It is where it was: nobody is to find it twice.
    await disk.remove(target.path);
    throw error;
  }
}

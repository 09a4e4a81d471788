/** Moving an entry of the local disk: renamed where the system can, else copied and removed. */

import { type DiskPlace, moveAcrossDevices } from "./cross_device.ts";
import { statEntry } from "./disks.ts";
import { refuseLocked } from "./file_lock.ts";
import { type LongWork, StorageError } from "./storage.ts";
import { kindOf } from "./system_error.ts";

/**
 * Moves an entry. A file at the target is replaced, a directory is not.
 *
 * @throws {StorageError} `cross-device` for what is no file and would go to another disk.
 * @throws {Error} what the system says.
 */
export async function moveEntry(source: DiskPlace, target: DiskPlace, work: LongWork): Promise<void> {
  const existing = await statEntry(target.path, target.disk);
  const { ino, dev, isFile } = await source.disk.lstat(source.path);
  const isSame = existing?.ino === ino && existing?.dev === dev;
  if (existing?.isDirectory && !isSame) {
    throw new StorageError("exists", `Cannot rename to ${target.path}: it is a directory`);
  }
  if (existing?.isFile && !isSame) await refuseLocked(target.path, target.disk);
  try {
    if (source.disk.countedBy !== target.disk.countedBy) {
      throw new StorageError("cross-device", `Cannot rename to ${target.path}: it is counted by itself`);
    }
    await source.disk.rename(source.path, target.path, { frees: existing?.size ?? 0 });
  } catch (error) {
    if (kindOf(error) !== "cross-device" || !isFile) throw error;
    await moveAcrossDevices(source, target, work);
  }
}

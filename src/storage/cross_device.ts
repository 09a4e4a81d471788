/** Moving a file where the system cannot: from one disk to another. */

import { counted } from "../bytes/ends.ts";
import { move } from "../bytes/move.ts";
import type { Disk } from "./disk.ts";
import { statEntry } from "./disks.ts";
import { sinkOf, sourceOf } from "./file_ends.ts";
import { isSame, release } from "./file_lock.ts";
import { scratchPathBeside } from "./partial_name.ts";
import { type LongWork, StorageError } from "./storage.ts";
import { storageErrorOf } from "./system_error.ts";

/** A place on a disk. */
export interface DiskPlace {
  readonly path: string;
  readonly disk: Disk;
}

/**
 * Moves a file to another disk. It is copied beside its new place first, so that it appears there whole or
 * not at all, and leaves its old place only as it was copied.
 *
 * @throws {StorageError} `busy` while an upload extends the file.
 */
export async function moveAcrossDevices(
  from: DiskPlace,
  to: DiskPlace,
  { signal, progress, buffers }: LongWork,
): Promise<void> {
  const file = await from.disk.open(from.path, { read: true });
  try {
    if (!await file.tryLock("exclusive")) {
      throw new StorageError("busy", `Cannot move ${from.path}: an upload has it open`);
    }
    const info = await file.stat();
    const source = sourceOf(file, { bytes: info.size, path: from.path });
    // The file stays open behind its end: it keeps the lock until the old place is empty.
    const open = { ...source, close: () => {} };
    const sink = await openCopy(to, info);
    try {
      await move(counted(open, progress), sink, { signal, buffers });
      await sink.close();
    } catch (error) {
      await sink.abort();
      throw error;
    }
    if (!isSame(await statEntry(from.path, from.disk), info)) return;
    await from.disk.remove(from.path, { frees: info.size });
  } finally {
    await release(file);
  }
}

async function openCopy(
  { path: target, disk }: DiskPlace,
  info: Deno.FileInfo,
): Promise<ReturnType<typeof sinkOf>> {
  const path = scratchPathBeside(target);
  const mode = info.mode === null ? undefined : info.mode & 0o777;
  const file = await disk.open(path, { write: true, createNew: true, mode });
  const drop = async (): Promise<void> => {
    await Promise.resolve(disk.remove(path, { frees: info.size })).catch(() => {});
    await file.close();
  };
  return sinkOf(file, {
    path,
    end: {
      async commit(file): Promise<void> {
        try {
          await file.settle({ durable: false });
          if (info.atime && info.mtime) await disk.setTimes(path, info.atime, info.mtime);
          await disk.rename(path, target, { frees: (await statEntry(target, disk))?.size ?? 0 });
        } catch (error) {
          await drop();
          throw storageErrorOf(error, `Cannot move to ${target}`);
        }
        await file.close();
      },
      abandon: drop,
    },
  });
}

/** Moving a file where the system cannot: from one disk to another. */

import { type ByteSink, counted } from "../bytes/ends.ts";
import { move } from "../bytes/move.ts";
import type { Disk, DiskFile } from "./disk.ts";
import { statEntry } from "./disks.ts";
import { sinkOf, sourceOf } from "./file_ends.ts";
import { createLocked, isSame, refuseLocked, release } from "./file_lock.ts";
import { scratchPathOf } from "./partial_name.ts";
import { discardHidden } from "./partial_upload.ts";
import { type MoveWork, StorageError } from "./storage.ts";
import { storageErrorOf } from "./system_error.ts";
import { takeFreeName } from "./upload_end.ts";

/** A place on a disk. */
export interface DiskPlace {
  readonly path: string;
  readonly disk: Disk;
}

/**
 * Moves a file to another disk. It is copied beside its new place first, so that it appears there whole or
 * not at all, replaces only what lay there when it began, and leaves its old place only as it was copied.
 *
 * @throws {StorageError} `busy` while an upload extends either file, or another move goes to the same place.
 */
export async function moveAcrossDevices(
  from: DiskPlace,
  to: DiskPlace,
  { signal, progress, buffers, taken }: MoveWork,
): Promise<void> {
  const file = await from.disk.open(from.path, { read: true });
  try {
    if (!await file.tryLock("exclusive")) {
      throw new StorageError("busy", `Cannot move ${from.path}: an upload has it open`);
    }
    const info = await file.stat();
    const source = sourceOf(file, { offset: 0, bytes: info.size, path: from.path });
    // The file stays open behind its end: it keeps the lock until the old place is empty.
    const open = { ...source, close: () => {} };
    const sink = await openCopy(to, { info, taken });
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
  { info: { mode, atime, mtime, size }, taken }: { info: Deno.FileInfo; taken: MoveWork["taken"] },
): Promise<ByteSink> {
  const replaced = await statEntry(target, disk);
  if (replaced && taken === "refused") {
    throw new StorageError("exists", `Cannot move to ${target}: it exists`);
  }
  const path = scratchPathOf(target);
  // What a crash has left.
  await discardHidden(path, disk);
  const bits = mode === null ? undefined : mode & 0o777;
  const { file, info: own } = await createLocked(path, { disk, mode: bits });
  const abandon = async (file: DiskFile): Promise<void> => {
    try {
      if (isSame(await disk.lstat(path), own)) await disk.remove(path, { frees: size });
    } catch {
      // The disk fails: it stays.
    } finally {
      await release(file);
    }
  };
  return sinkOf(file, {
    offset: 0,
    path,
    end: {
      async commit(file): Promise<void> {
        try {
          await file.settle({ durable: false });
          if (atime && mtime) await disk.setTimes(path, atime, mtime);
          // The system takes some bits away from what is made.
          if (bits !== undefined && bits !== ((own.mode ?? bits) & 0o7777)) await disk.setMode(path, bits);
          if (!isSame(await statEntry(path, disk), own)) {
            throw new StorageError("unavailable", `${path} is not there any more`);
          }
          await putCopy(path, { target, disk, replaced });
        } catch (error) {
          await abandon(file);
          throw storageErrorOf(error, `Cannot move to ${target}`);
        }
        await release(file);
      },
      abandon,
    },
  });
}

async function putCopy(
  path: string,
  { target, disk, replaced }: { target: string; disk: Disk; replaced: Deno.FileInfo | null },
): Promise<void> {
  if (!replaced) return await takeFreeName(path, { target, disk });
  if (!isSame(await statEntry(target, disk), replaced)) {
    throw new StorageError("busy", `${target} was replaced meanwhile`);
  }
  if (replaced.isFile) await refuseLocked(target, disk);
  await disk.rename(path, target, { frees: replaced.size });
}

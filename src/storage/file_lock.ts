/**
 * Locks that keep two uploads from one file. They are the system's: they hold across threads and processes.
 */

import type { Disk, DiskFile } from "./disk.ts";
import { statEntry } from "./disks.ts";
import { StorageError } from "./storage.ts";
import { kindOf, storageErrorOf } from "./system_error.ts";

/** A file that no other upload has open. */
export interface LockedFile {
  readonly file: DiskFile;
  /** Its facts when it was opened. */
  readonly info: Deno.FileInfo;
}

/** Which file is opened, and how. */
export interface LockOptions {
  readonly disk: Disk;
  /** The permission bits of a file that is made, of which the system may take some away. */
  readonly mode?: number;
}

/**
 * Makes a file for writing that no other upload has open, or opens the one that is there.
 *
 * @throws {StorageError} `busy` when another upload has it, `not-a-file` for anything else than a regular
 *   file.
 */
export async function makeLocked(path: string, options: LockOptions): Promise<LockedFile> {
  try {
    return await createLocked(path, options);
  } catch (error) {
    if (kindOf(error) !== "exists") throw error;
  }
  return await openLocked(path, options);
}

/**
 * Makes a file for writing that no other upload has open.
 *
 * @throws {StorageError} `exists` when something lies there.
 */
export async function createLocked(path: string, { disk, mode }: LockOptions): Promise<LockedFile> {
  try {
    const file = await disk.open(path, { read: true, write: true, createNew: true, mode });
    return await lock(path, file, { disk, isMade: true });
  } catch (error) {
    throw storageErrorOf(error, `Cannot write ${path}`);
  }
}

/**
 * Opens a file for writing that was there a moment ago and that no other upload has open.
 *
 * @throws {StorageError} `busy` when another upload has it, `not-a-file` for anything else than a regular
 *   file.
 */
export async function openLocked(path: string, { disk }: LockOptions): Promise<LockedFile> {
  await requireFile(path, disk);
  try {
    return await lock(path, await disk.open(path, { read: true, write: true }), { disk, isMade: false });
  } catch (error) {
    throw kindOf(error) === "not-found" ? busy(path) : storageErrorOf(error, `Cannot write ${path}`);
  }
}

/**
 * Makes sure that no upload has the file open at this moment; one that is not there nobody has.
 *
 * @throws {StorageError} `busy` when an upload has it.
 */
export async function refuseLocked(path: string, disk: Disk): Promise<void> {
  let file: DiskFile;
  try {
    file = await disk.open(path, { read: true });
  } catch (error) {
    // What is not there or may not be opened no upload of ours has open.
    if (["denied", "not-found"].includes(kindOf(error))) return;
    throw storageErrorOf(error, `Cannot look whether ${path} is in use`);
  }
  let isFree = true;
  try {
    isFree = await file.tryLock("shared");
  } catch {
    // Where nothing can be locked, nothing is uploaded.
  } finally {
    await release(file);
  }
  if (!isFree) throw busy(path);
}

/** Closes a file that was locked. */
export async function release(file: DiskFile): Promise<void> {
  try {
    // Not left to the close: a program that was started meanwhile may hold the file open, and with it the
    // lock.
    await file.unlock();
  } catch {
    // The close does it then.
  } finally {
    await file.close();
  }
}

/** Whether both are the same file. */
export function isSame(one: Deno.FileInfo | null, other: Deno.FileInfo): boolean {
  return one !== null && one.ino === other.ino && one.dev === other.dev;
}

/** To open a FIFO waits, to open a link for writing may make what it leads to. */
async function requireFile(path: string, disk: Disk): Promise<void> {
  const info = await statEntry(path, disk);
  // It was there a moment ago, so whoever had it has just moved or deleted it.
  if (!info) throw busy(path);
  if (!info.isFile) throw new StorageError("not-a-file", `Cannot write ${path}: it is no regular file`);
}

async function lock(
  path: string,
  file: DiskFile,
  { disk, isMade }: { disk: Disk; isMade: boolean },
): Promise<LockedFile> {
  let isTaken = false;
  try {
    isTaken = !await file.tryLock("exclusive");
    if (isTaken) throw busy(path);
    const info = await file.stat();
    // Whoever held the lock may just have moved the file to its final name or deleted it: then this is not
    // what lies at the path now.
    if (!isSame(await statEntry(path, disk), info)) throw busy(path);
    return { file, info };
  } catch (error) {
    if (isMade && !isTaken) await removeMade(path, file, disk);
    await release(file);
    throw error;
  }
}

/** An upload that is refused leaves no empty file behind. */
async function removeMade(path: string, file: DiskFile, disk: Disk): Promise<void> {
  try {
    const info = await file.stat();
    if (info.size === 0 && isSame(await disk.lstat(path), info)) await disk.remove(path);
  } catch {
    // The disk fails: it stays.
  }
}

function busy(path: string): StorageError {
  return new StorageError("busy", `Cannot write ${path}: another upload has it open`);
}

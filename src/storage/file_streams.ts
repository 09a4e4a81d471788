/** Files as Web Streams, and the locks that keep two uploads from one file. */

import { DirectReadable, DirectWritable } from "./direct_streams.ts";
import { type Disk, statEntry } from "./disk.ts";
import type { DiskFile } from "./disk_file.ts";
import { StorageError } from "./storage.ts";
import { storageErrorOf } from "./system_error.ts";

/**
 * The bytes of an open file from its position on; the file is closed at the end, on errors and on cancel.
 *
 * @param options `bytes`: how many there were when it was opened. File systems of other programs (FUSE)
 *   sometimes give less than asked for in the middle of a file, so only behind these does a short read mean
 *   the end.
 */
export function readableOf(
  file: DiskFile,
  { chunkBytes, bytes, path }: { chunkBytes: number; bytes: number; path: string },
): DirectReadable {
  let left = bytes;
  const fail = (error: unknown): never => {
    throw storageErrorOf(error, `Cannot read ${path}`);
  };
  const fill = async (buffer: Uint8Array, begun: number | null | Promise<number | null>) => {
    let length = 0;
    for (let step = await begun; step !== null; step = await file.read(buffer.subarray(length))) {
      length += step;
      left -= step;
      if (length === buffer.length || left <= 0) break;
    }
    return length || null;
  };
  return new DirectReadable({
    read(buffer): Promise<number | null> | number | null {
      try {
        const length = file.read(buffer);
        const isWhole = typeof length === "number" && (length === buffer.length || length >= left);
        if (!isWhole) return fill(buffer, length).catch(fail);
        left -= length;
        return length;
      } catch (error) {
        return fail(error);
      }
    },
    close: () => file.close(),
  }, { chunkBytes });
}

/** What happens at the end of an upload. Both own the file and close it. */
export interface UploadEnd {
  /** All bytes have come: make them the file. */
  commit(file: DiskFile): Promise<void>;
  /** The upload was cut off; `error` is set when the storage itself failed. */
  abandon(file: DiskFile, error: StorageError | undefined): Promise<void>;
}

/** A stream that writes to an open file from its position on. */
export function writableOf(
  file: DiskFile,
  { path, end }: { path: string; end: UploadEnd },
): DirectWritable {
  let isAbandoned = false;
  const abandon = async (error: StorageError | undefined): Promise<void> => {
    // An abort that comes while a write fails reaches us behind that failure.
    if (isAbandoned) return;
    isAbandoned = true;
    await end.abandon(file, error);
  };
  const writeRest = async (bytes: Uint8Array, begun: number | Promise<number>): Promise<void> => {
    for (let written = await begun; written < bytes.length;) {
      written += await file.write(bytes.subarray(written));
    }
  };
  const fail = async (error: unknown): Promise<void> => {
    const failure = storageErrorOf(error, `Cannot write ${path}`);
    await abandon(failure);
    throw failure;
  };
  return new DirectWritable({
    write(bytes): Promise<void> | void {
      try {
        const written = file.write(bytes);
        return written === bytes.length ? undefined : writeRest(bytes, written).catch(fail);
      } catch (error) {
        return fail(error);
      }
    },
    async close(): Promise<void> {
      try {
        await file.settle();
      } catch (error) {
        return await fail(error);
      }
      await end.commit(file);
    },
    abort: () => abandon(undefined),
  });
}

/** A file that no other upload has open. */
export interface LockedFile {
  readonly file: DiskFile;
  /** Its facts when it was opened. */
  readonly info: Deno.FileInfo;
}

/** How a file is opened. */
interface LockOptions {
  /** Whether it is made when it is not there. */
  readonly create: boolean;
  readonly disk: Disk;
}

/**
 * Opens a file for writing that no other upload has open.
 *
 * The lock is the system's, so it holds across threads and processes and is gone with whoever held it.
 *
 * @throws {StorageError} `busy` when another upload has it.
 */
export async function openLocked(path: string, options: LockOptions): Promise<LockedFile> {
  const { disk } = options;
  const file = await lock(path, options);
  try {
    // Whoever held the lock may just have moved the file to its final name or deleted it: then this handle is
    // not on what lies at the path now.
    const [atPath, info] = await Promise.all([statEntry(path, disk).catch(() => null), file.stat()]);
    if (atPath?.ino === info.ino && atPath.dev === info.dev) return { file, info };
  } catch (error) {
    await file.close();
    throw storageErrorOf(error, `Cannot write ${path}`);
  }
  await file.close();
  throw busy(path);
}

/**
 * Makes sure that no other upload has the file open at this moment; one that is not there nobody has.
 *
 * @throws {StorageError} `busy` when another upload has it.
 */
export async function refuseLocked(path: string, disk: Disk): Promise<void> {
  try {
    await (await lock(path, { create: false, disk })).close();
  } catch (error) {
    if (!(error instanceof StorageError) || error.kind !== "not-found") throw error;
  }
}

async function lock(path: string, { create, disk }: LockOptions): Promise<DiskFile> {
  let file: DiskFile | undefined;
  try {
    file = await disk.open(path, { read: true, write: true, create });
    if (await file.tryLock()) return file;
  } catch (error) {
    await file?.close();
    throw storageErrorOf(error, `Cannot write ${path}`);
  }
  await file.close();
  throw busy(path);
}

function busy(path: string): StorageError {
  return new StorageError("busy", `Cannot write ${path}: another upload has it open`);
}

/**
 * Uploads to the local disk: atomic ones by way of a hidden partial file, resumed and appended ones, and
 * plain ones.
 */

import { type Disk, statEntry } from "./disk.ts";
import type { DiskFile } from "./disk_file.ts";
import { StorageError, type WriteMode } from "./storage.ts";
import { openLocked, refuseLocked, type UploadEnd, writableOf } from "./file_streams.ts";
import { partialPathOf } from "./partial_upload.ts";
import { guarded, storageErrorOf } from "./system_error.ts";

/** How {@linkcode openUpload} works. */
export interface UploadOptions {
  /** Whether the file shows under its name only when it is complete. */
  readonly atomic: boolean;
  /** What lies at the target; null when nothing does. */
  readonly existing: Deno.FileInfo | null;
  readonly disk: Disk;
}

/**
 * Opens the upload of a target on the local disk.
 *
 * A new or replaced file is written under its partial name and moved to the final one when it is complete.
 * `append` and `resume` continue a partial upload where there is one; without one they change an existing
 * file in place, since that is what they ask for.
 *
 * @param target Host path of the file to be, checked and with links followed.
 * @throws {StorageError} `busy` when another session uploads to the same target; `out-of-range` for an offset
 *   beyond what is held.
 */
export async function openUpload(
  target: string,
  mode: WriteMode,
  { atomic, existing, disk }: UploadOptions,
): Promise<WritableStream<Uint8Array>> {
  if (existing && !existing.isFile) {
    throw new StorageError(
      existing.isDirectory ? "is-a-directory" : "not-a-file",
      `Cannot write ${target}: it is no regular file`,
    );
  }
  if (existing && mode.kind === "create") {
    throw new StorageError("exists", `Cannot create ${target}: it exists`);
  }
  const partial = partialPathOf(target);
  const startsAnew = mode.kind === "replace" || mode.kind === "create" ||
    (mode.kind === "resume" && mode.offset === 0);
  if (startsAnew) {
    // An append or a resume in place has its lock on the target itself.
    if (existing && atomic) await refuseLocked(target, disk);
    return atomic
      ? await writePartial(target, partial, { offset: 0, existing, disk })
      : await writeInPlace(target, mode, disk);
  }
  const held = atomic ? (await statEntry(partial, disk))?.size : undefined;
  if (held !== undefined) {
    return await continuePartial(target, partial, { mode, held, existing, disk });
  }
  if (existing) return await writeInPlace(target, mode, disk);
  if (mode.kind === "resume") {
    throw new StorageError(
      "out-of-range",
      `Cannot resume ${target} at ${mode.offset}: nothing is held of it`,
    );
  }
  return atomic
    ? await writePartial(target, partial, { offset: 0, existing, disk })
    : await writeInPlace(target, mode, disk);
}

/** Bytes held of an upload to this target that was cut off; undefined when there is none. */
export async function heldBytes(target: string, disk: Disk): Promise<number | undefined> {
  return (await statEntry(partialPathOf(target), disk))?.size;
}

/**
 * Deletes what is held of an upload that was cut off; tells whether there was any. Refuses with `busy` while
 * the upload runs.
 */
export async function discardPartial(target: string, disk: Disk): Promise<boolean> {
  const partial = partialPathOf(target);
  if (!await statEntry(partial, disk)) return false;
  const { file } = await openLocked(partial, { create: false, disk });
  try {
    await guarded(`Cannot delete ${partial}`, () => Deno.remove(partial));
  } finally {
    await file.close();
  }
  return true;
}

async function continuePartial(
  target: string,
  partial: string,
  { mode, held, existing, disk }: Omit<UploadOptions, "atomic"> & { mode: WriteMode; held: number },
): Promise<WritableStream<Uint8Array>> {
  if (mode.kind === "resume") {
    if (mode.offset <= held) {
      return await writePartial(target, partial, { offset: mode.offset, existing, disk });
    }
    throw new StorageError(
      "out-of-range",
      `Cannot resume ${target} at ${mode.offset}: ${held} bytes are held`,
    );
  }
  // SIZE told the client about the old file, so nobody knows whether these bytes belong behind that or behind
  // the part of the new one.
  if (existing) {
    throw new StorageError(
      "busy",
      `Cannot append to ${target}: an interrupted upload of it holds ${held} bytes`,
    );
  }
  return await writePartial(target, partial, { offset: held, existing, disk });
}

async function writePartial(
  target: string,
  partial: string,
  { offset, existing, disk }: Omit<UploadOptions, "atomic"> & { offset: number },
): Promise<WritableStream<Uint8Array>> {
  const { file, info } = await openLocked(partial, { create: true, disk });
  await position(file, partial, { offset, cut: info.size > offset });
  const end: UploadEnd = {
    commit: (file) => moveIntoPlace(file, { partial, target, existing, own: info, disk }),
    async abandon(file, error): Promise<void> {
      // A part that filled the disk would keep it full without anybody seeing why.
      const isEmpty = (await statEntry(partial, disk).catch(() => null))?.size === 0;
      const isWorthKeeping = error?.kind !== "no-space" && !isEmpty;
      if (!isWorthKeeping) await Deno.remove(partial).catch(() => {});
      await file.close();
    },
  };
  return writableOf(file, { path: partial, end });
}

async function writeInPlace(
  target: string,
  mode: WriteMode,
  disk: Disk,
): Promise<WritableStream<Uint8Array>> {
  const { file, info: { size } } = await openLocked(target, { create: mode.kind !== "resume", disk });
  if (mode.kind === "resume" && mode.offset > size) {
    await file.close();
    throw new StorageError("out-of-range", `Cannot resume ${target} at ${mode.offset}: it has ${size} bytes`);
  }
  const offset = mode.kind === "resume" ? mode.offset : mode.kind === "append" ? size : 0;
  await position(file, target, {
    offset,
    cut: (mode.kind === "replace" || mode.kind === "create") && size > 0,
  });
  const end: UploadEnd = {
    commit: async (file) => await file.close(),
    async abandon(file, error): Promise<void> {
      // When the disk is full the file gets its old end back; bytes that a broken connection left are kept
      // for a resume.
      if (error?.kind === "no-space") {
        await Promise.resolve(file.truncate(Math.max(size, offset))).catch(() => {});
      }
      await file.close();
    },
  };
  return writableOf(file, { path: target, end });
}

async function position(
  file: DiskFile,
  path: string,
  { offset, cut }: { offset: number; cut: boolean },
): Promise<void> {
  try {
    if (cut) await file.truncate(offset);
    if (offset > 0) await file.seek(offset);
  } catch (error) {
    await file.close();
    throw storageErrorOf(error, `Cannot write ${path}`);
  }
}

async function moveIntoPlace(
  file: DiskFile,
  { partial, target, existing, own, disk }: Omit<UploadOptions, "atomic"> & {
    partial: string;
    target: string;
    /** The facts of the part. */
    own: Deno.FileInfo;
  },
): Promise<void> {
  try {
    if (existing) {
      await keepAttributes(partial, { wanted: await statEntry(target, disk) ?? existing, own });
    }
    // The lock must outlast the rename; Windows alone cannot rename an open file.
    if (Deno.build.os === "windows") await file.close();
    await disk.rename(partial, target);
  } catch (error) {
    throw storageErrorOf(error, `Cannot move ${partial} to ${target}`);
  } finally {
    if (Deno.build.os !== "windows") await file.close();
  }
}

/** A replaced file keeps its mode and, where we may set it, its owner. */
async function keepAttributes(
  partial: string,
  { wanted: { mode, uid, gid }, own }: { wanted: Deno.FileInfo; own: Deno.FileInfo },
): Promise<void> {
  if (Deno.build.os === "windows" || mode === null) return;
  const isOwners = uid === own.uid && gid === own.gid;
  if (!isOwners) await Deno.chown(partial, uid, gid).catch(() => {});
  // Another owner takes some bits of the mode away.
  if (!isOwners || mode !== own.mode) await Deno.chmod(partial, mode & 0o7777).catch(() => {});
}

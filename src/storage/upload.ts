/**
 * Uploads to the local disk: atomic ones by way of a hidden partial file, resumed and appended ones, and
 * plain ones.
 */

import type { Disk, DiskFile } from "./disk.ts";
import { statEntry } from "./disks.ts";
import { sinkOf } from "./file_ends.ts";
import {
  createLocked,
  type LockedFile,
  type LockOptions,
  makeLocked,
  openLocked,
  refuseLocked,
  release,
} from "./file_lock.ts";
import { writeJoined } from "./joining.ts";
import { giveBits } from "./new_modes.ts";
import { partialPathOf } from "./partial_name.ts";
import { hasSecondName, heldPart } from "./partial_upload.ts";
import { StorageError, type UploadSink, type WriteMode } from "./storage.ts";
import { kindOf, storageErrorOf } from "./system_error.ts";
import { inPlaceEnd, partEnd, type PartEnding } from "./upload_end.ts";

/** How {@linkcode openUpload} works. */
export interface UploadOptions {
  /** Whether the file shows under its name only when it is complete. */
  readonly atomic: boolean;
  /** Whether file and directory are settled on the disk before the upload counts as complete. */
  readonly durable: boolean;
  /** What lies at the target; null when nothing does. */
  readonly existing: Deno.FileInfo | null;
  readonly disk: Disk;
}

/**
 * Opens the upload of a target on the local disk.
 *
 * A new or replaced file is written under its partial name and moved to the final one when it is complete.
 * `append` and `resume` continue a partial upload where there is one; without one they change an existing
 * file in place, since that is what they ask for. Where both are there and either may be meant, they are
 * refused. `part` says that the partial upload is meant.
 *
 * @param target Host path of the file to be, checked and with links followed.
 * @throws {StorageError} `busy` when another session uploads to the same target; `out-of-range` for an offset
 *   beyond what is held; `interrupted` where nobody knows which bytes are meant.
 */
export async function openUpload(
  target: string,
  mode: WriteMode,
  options: UploadOptions,
): Promise<UploadSink> {
  const { atomic, existing, disk } = options;
  if (existing && !existing.isFile) {
    throw new StorageError(
      existing.isDirectory ? "is-a-directory" : "not-a-file",
      `Cannot write ${target}: it is no regular file`,
    );
  }
  // A name under which an upload was cut off is taken too: its sender will come back.
  const isTaken = mode.kind === "create" && (existing || (atomic && (await heldPart(target, disk))?.size));
  if (isTaken) throw exists(target);
  if (mode.kind === "part") return await openPart(target, mode, options);
  if (mode.kind === "append" || (mode.kind === "resume" && mode.offset > 0)) {
    return await continueUpload(target, mode, options);
  }
  if (mode.kind === "join") return await writeJoined(target, mode, options);
  if (!atomic) return await writeInPlace(target, mode, options);
  // An append or a resume in place has its lock on the target itself.
  if (existing) await refuseLocked(target, disk);
  return await writePart(target, { offset: 0, mode, ...options });
}

/** An upload that goes on with nothing but a part, or begins one. */
async function openPart(
  target: string,
  mode: Extract<WriteMode, { kind: "part" }>,
  options: UploadOptions,
): Promise<UploadSink> {
  const { offset, taken, bits } = mode;
  const { atomic, existing, disk } = options;
  if (!atomic) {
    // What grows in place is its own part, so a name can only be taken when it begins.
    if (offset > 0) return await writeInPlace(target, { kind: "resume", offset }, options);
    const mustBeFree = taken === "refused" || taken === "beside";
    if (mustBeFree && existing) throw exists(target);
    return await writeInPlace(target, { kind: mustBeFree ? "create" : "replace", bits }, options);
  }
  if (existing && taken === "refused") throw exists(target);
  if (existing) await refuseLocked(target, disk);
  if (offset === 0) return await writePart(target, { offset, mode, ...options });
  const held = (await heldPart(target, disk))?.size ?? 0;
  if (held < offset) throw beyond(target, offset, held);
  return await writePart(target, { offset, mode, ...options });
}

async function continueUpload(
  target: string,
  mode: Extract<WriteMode, { kind: "append" | "resume" }>,
  options: UploadOptions,
): Promise<UploadSink> {
  const { atomic, existing, disk } = options;
  const held = atomic ? (await heldPart(target, disk))?.size : undefined;
  // Whoever may be meant, while it runs it is somebody else's.
  if (existing && held !== undefined) await refuseLocked(partialPathOf(target), disk);
  if (mode.kind === "append") {
    // SIZE told the client about the old file, so nobody knows whether these bytes belong behind that or
    // behind the part of the new one.
    if (existing && held !== undefined) throw interrupted(target, held);
    const { partBytes } = mode;
    if (existing && partBytes !== undefined) {
      throw new StorageError("busy", `Cannot go on with ${target}: it was completed meanwhile`);
    }
    if (existing || !atomic) return await writeInPlace(target, mode, options);
    if (partBytes !== undefined && partBytes > (held ?? 0)) throw beyond(target, partBytes, held ?? 0);
    return await writePart(target, { offset: partBytes ?? held ?? 0, mode, ...options });
  }
  const { offset } = mode;
  const fitsPart = held !== undefined && offset <= held;
  const fitsFile = existing !== null && offset <= existing.size;
  if (fitsPart && fitsFile) throw interrupted(target, held);
  if (fitsPart) return await writePart(target, { offset, mode, ...options });
  if (fitsFile) return await writeInPlace(target, mode, options);
  throw beyond(target, offset, Math.max(existing?.size ?? 0, held ?? 0));
}

function exists(target: string): StorageError {
  return new StorageError("exists", `Cannot create ${target}: it exists`);
}

function beyond(target: string, offset: number, heldBytes: number): StorageError {
  return new StorageError(
    "out-of-range",
    `Cannot resume ${target} at ${offset}: ${heldBytes} bytes are held`,
  );
}

function interrupted(target: string, held: number): StorageError {
  const message = `Cannot continue ${target}: an interrupted upload in its place holds ${held} bytes`;
  return new StorageError("interrupted", message);
}

async function writePart(
  target: string,
  { offset, mode, existing, disk, durable }: UploadOptions & { offset: number; mode: WriteMode },
): Promise<UploadSink> {
  const partial = partialPathOf(target);
  // The part of a private file is private from its first byte on, and can be gone on with.
  const wanted = existing ? existing.mode ?? undefined : mode.bits;
  const bits = wanted === undefined ? undefined : wanted & 0o777 | 0o600;
  const { file, info } = offset === 0
    ? await beginPart(partial, { disk, mode: bits })
    : await openLocked(partial, { disk });
  if (hasSecondName(info) || info.size < offset) {
    await release(file);
    throw new StorageError("not-a-file", `Cannot write ${partial}: it is not the part that it was`);
  }
  await position(file, partial, { offset, cut: info.size > offset });
  const replaces = replacedBy(mode, existing);
  const end = partEnd({ partial, target, info, disk, durable, offset, mode, replaces });
  return sinkOf(file, { offset, path: partial, end });
}

function replacedBy(mode: WriteMode, existing: Deno.FileInfo | null): PartEnding["replaces"] {
  switch (mode.kind) {
    // What APPE extends is what it found: a file that has come to be there meanwhile is not to be replaced.
    case "append":
    case "create":
      return "nothing";
    case "part":
      if (mode.taken === "same") return existing ?? "nothing";
      if (mode.taken === "beside") return "nothing-beside";
      return mode.taken === "refused" ? "nothing" : "anything";
    default:
      return "anything";
  }
}

/** Nearly always nothing is there, so that is tried first. */
async function beginPart(partial: string, options: LockOptions): Promise<LockedFile> {
  try {
    return await createLocked(partial, options);
  } catch (error) {
    if (kindOf(error) !== "exists") throw error;
  }
  await dropSecondName(partial, options.disk);
  return await makeLocked(partial, options);
}

async function dropSecondName(partial: string, disk: Disk): Promise<void> {
  const info = await statEntry(partial, disk);
  if (!info?.isFile || !hasSecondName(info)) return;
  try {
    await disk.remove(partial);
  } catch (error) {
    throw storageErrorOf(error, `Cannot write ${partial}`);
  }
}

async function writeInPlace(
  target: string,
  mode: Exclude<WriteMode, { kind: "join" | "part" }>,
  options: UploadOptions,
): Promise<UploadSink> {
  const { disk, durable } = options;
  const { file, info } = await openInPlace(target, mode, options);
  const { size } = info;
  const offset = mode.kind === "resume" ? mode.offset : mode.kind === "append" ? size : 0;
  if (offset > size) {
    await release(file);
    throw beyond(target, offset, size);
  }
  const isReplaced = mode.kind === "replace";
  await dropLentRights(target, { file, info, disk });
  if (!options.existing) await giveBits(target, { bits: mode.bits, info, disk });
  await position(file, target, { offset, cut: isReplaced && size > 0 });
  const end = inPlaceEnd({ target, info, disk, durable, keptBytes: isReplaced ? 0 : size });
  return sinkOf(file, { offset, path: target, end });
}

function openInPlace(
  target: string,
  { kind, bits }: WriteMode,
  { disk, existing }: UploadOptions,
): Promise<LockedFile> {
  if (kind === "create") return createLocked(target, { disk, mode: bits });
  const mustBeThere = kind === "resume" || (kind === "append" && existing);
  return mustBeThere ? openLocked(target, { disk }) : makeLocked(target, { disk, mode: bits });
}

/** What clients write lends nobody the rights of its owner, from the first byte on. */
async function dropLentRights(
  target: string,
  { file, info, disk }: LockedFile & { disk: Disk },
): Promise<void> {
  if (((info.mode ?? 0) & 0o7000) === 0) return;
  try {
    await disk.setMode(target, info.mode! & 0o777);
  } catch (error) {
    // The system itself does so when somebody writes who is not the owner.
    if (kindOf(error) === "denied") return;
    await release(file);
    throw storageErrorOf(error, `Cannot write ${target}`);
  }
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
    await release(file);
    throw storageErrorOf(error, `Cannot write ${path}`);
  }
}

/**
 * How uploads end: a part takes its final name, what was written in place stays, what was cut off waits to be
 * resumed.
 */

import type { Disk, DiskFile } from "./disk.ts";
import { statEntry } from "./disks.ts";
import type { UploadEnd } from "./file_ends.ts";
import { isSame, release } from "./file_lock.ts";
import { lastName, parentPath, pathBeside } from "./host_path.ts";
import { giveBits } from "./new_modes.ts";
import { numberedNames } from "./numbered_name.ts";
import { StorageError, type WriteMode } from "./storage.ts";
import { kindOf, storageErrorOf } from "./system_error.ts";

/** What the ends of all uploads know. */
interface Ending {
  /** The host path of the file to be. */
  readonly target: string;
  /** The facts of the file that is written, when it was opened. */
  readonly info: Deno.FileInfo;
  readonly disk: Disk;
  /** Whether file and directory are settled before the upload counts as complete. */
  readonly durable: boolean;
}

/** An upload in a part of its own. */
export interface PartEnding extends Ending {
  /** The host path of the part. */
  readonly partial: string;
  /** Bytes of it that earlier sessions sent. */
  readonly offset: number;
  readonly mode: WriteMode;
  /**
   * What may lie at the target when the part takes its place: nothing at all, or else it takes a place beside
   * it, anything, or this very file.
   */
  readonly replaces: "nothing" | "nothing-beside" | "anything" | Deno.FileInfo;
}

/** The end of an upload in a part of its own. */
export function partEnd(ending: PartEnding): UploadEnd {
  return {
    async commit(file): Promise<string | undefined> {
      let given: string | undefined;
      try {
        await file.settle(ending);
        given = await putIntoPlace(file, ending);
      } catch (error) {
        const failure = storageErrorOf(error, `Cannot move ${ending.partial} to ${ending.target}`);
        await abandonPart(file, { ...ending, failure });
        throw failure;
      }
      await release(file);
      await settleName(ending);
      return given;
    },
    abandon: (file, failure) => abandonPart(file, { ...ending, failure }),
  };
}

/** Tells the name that it got, where that is not the target's. */
async function putIntoPlace(file: DiskFile, ending: PartEnding): Promise<string | undefined> {
  const { partial, target, info, disk, replaces, mode: { bits } } = ending;
  // Only the file that is open: the folder may have another name meanwhile, and another upload its part
  // there.
  if (!isSame(await statEntry(partial, disk), info)) {
    throw new StorageError("unavailable", `${partial} is not there any more`);
  }
  if (replaces === "nothing" || replaces === "nothing-beside") {
    await giveBits(partial, { bits, info, disk });
    if (replaces === "nothing-beside") return await takeNumberedName(partial, { target, disk });
    await takeFreeName(partial, { target, disk });
    return undefined;
  }
  const replaced = await statEntry(target, disk);
  if (replaces !== "anything" && !isSame(replaced, replaces)) {
    throw new StorageError("busy", `${target} was replaced meanwhile`);
  }
  if (replaced?.isFile) await keepAttributes(partial, { wanted: replaced, own: info, disk });
  else await giveBits(partial, { bits, info, disk });
  // The lock must outlast the rename; Windows alone cannot rename an open file.
  if (Deno.build.os === "windows") await release(file);
  await disk.rename(partial, target, { frees: replaced?.size ?? 0 });
  return undefined;
}

/** Gives a file the target's name, or the first one beside it that is free; tells which, if another. */
async function takeNumberedName(
  path: string,
  { target, disk }: { readonly target: string; readonly disk: Disk },
): Promise<string | undefined> {
  for (const name of numberedNames(lastName(target))) {
    try {
      await takeFreeName(path, { target: pathBeside(target, name), disk });
      return name === lastName(target) ? undefined : name;
    } catch (error) {
      if (kindOf(error) !== "exists") throw error;
    }
  }
  throw new StorageError("exists", `Cannot find a free name beside ${target}`);
}

/** Gives a file the name of the target, only if nothing has it at this very moment. */
export async function takeFreeName(
  path: string,
  { target, disk }: { readonly target: string; readonly disk: Disk },
): Promise<void> {
  try {
    await disk.link(path, target);
  } catch (error) {
    if (kindOf(error) === "exists") throw error;
    // Some file systems have no second names.
    if (await statEntry(target, disk)) throw new StorageError("exists", `${target} exists`);
    return await disk.rename(path, target);
  }
  // The file is in its place. A hidden second name is no part, and the next upload removes it.
  await attempt(() => disk.remove(path));
}

async function abandonPart(
  file: DiskFile,
  { partial, info, disk, offset, mode, failure }: PartEnding & { failure: StorageError | undefined },
): Promise<void> {
  try {
    const held = await statEntry(partial, disk);
    if (isSame(held, info)) {
      // What fills the disk would keep it full without anybody seeing why; what was there before stays.
      const isFull = failure?.kind === "no-space";
      const isKept = mode.kind !== "join" && !(mode.kind === "create" && failure?.kind === "exists");
      const keeps = isKept && held!.size > 0 && (!isFull || offset > 0);
      if (!keeps) await disk.remove(partial, { frees: held!.size });
      else if (isFull) await file.truncate(offset);
    }
  } catch {
    // The disk fails: the part stays as it is.
  } finally {
    await release(file);
  }
}

/** A replaced file keeps its permissions and, where we may set it, its owner; never bits that lend rights. */
async function keepAttributes(
  partial: string,
  { wanted: { mode, uid, gid }, own, disk }: { wanted: Deno.FileInfo; own: Deno.FileInfo; disk: Disk },
): Promise<void> {
  if (Deno.build.os === "windows" || mode === null) return;
  const isOwners = uid === own.uid && gid === own.gid;
  if (!isOwners) await attempt(() => disk.setOwner(partial, uid, gid));
  const bits = mode & 0o777;
  // Another owner takes some bits of the mode away.
  if (!isOwners || bits !== ((own.mode ?? 0) & 0o7777)) await attempt(() => disk.setMode(partial, bits));
}

/** An upload that changes a file in place. */
export interface InPlaceEnding extends Ending {
  /** Bytes that the file keeps when the disk is full. */
  readonly keptBytes: number;
}

/** The end of an upload that changes a file in place. */
export function inPlaceEnd(ending: InPlaceEnding): UploadEnd {
  const { target, durable, keptBytes } = ending;
  const abandon = async (file: DiskFile, failure: StorageError | undefined): Promise<void> => {
    // When the disk is full the file gets its old end back; bytes that a broken connection left are kept for
    // a resume.
    if (failure?.kind === "no-space") await attempt(() => file.truncate(keptBytes));
    await release(file);
  };
  return {
    async commit(file): Promise<void> {
      try {
        await file.settle({ durable });
        if ((await file.stat()).nlink === 0) {
          throw new StorageError("unavailable", "it was deleted or replaced meanwhile");
        }
      } catch (error) {
        const failure = storageErrorOf(error, `Cannot write ${target}`);
        await abandon(file, failure);
        throw failure;
      }
      await release(file);
      await settleName(ending);
    },
    abandon,
  };
}

async function settleName({ target, disk, durable }: Ending): Promise<void> {
  if (!durable) return;
  try {
    await disk.settleDirectory(parentPath(target));
  } catch (error) {
    throw storageErrorOf(error, `Cannot settle ${target}`);
  }
}

/** Does what is good to have done, and nothing more. */
async function attempt(act: () => unknown): Promise<void> {
  try {
    await act();
  } catch {
    // Not every file system has owners and modes.
  }
}

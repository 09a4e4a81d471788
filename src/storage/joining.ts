/**
 * Files that the server itself joins from others, COMB: they grow beside their place and take it when they
 * are whole.
 */

import type { ByteSink } from "../bytes/ends.ts";
import type { Disk, DiskFile } from "./disk.ts";
import { sinkOf, type UploadEnd } from "./file_ends.ts";
import { createLocked, isSame, refuseLocked, release } from "./file_lock.ts";
import { partialPathOf, scratchPathOf } from "./partial_name.ts";
import { discardHidden, discardPart, heldPart } from "./partial_upload.ts";
import { StorageError, type WriteMode } from "./storage.ts";
import { storageErrorOf } from "./system_error.ts";
import { partEnd } from "./upload_end.ts";

/** How {@linkcode writeJoined} works. */
export interface JoinOptions {
  /** What lies at the target; null when nothing does. */
  readonly existing: Deno.FileInfo | null;
  readonly disk: Disk;
  /** Whether file and directory are settled on the disk before it counts as complete. */
  readonly durable: boolean;
}

/**
 * Opens a file that takes the place of the target when it is complete, and only of what lies there now. What
 * is held of an upload to the target is replaced with it, and stays when it does not come to that.
 *
 * @throws {StorageError} `busy` when somebody else writes to the target.
 */
export async function writeJoined(
  target: string,
  mode: Extract<WriteMode, { kind: "join" }>,
  { existing, disk, durable }: JoinOptions,
): Promise<ByteSink> {
  if (mode.exists !== (existing !== null)) {
    throw new StorageError("busy", `Cannot join to ${target}: it has come or gone meanwhile`);
  }
  if (await heldPart(target, disk)) await refuseLocked(partialPathOf(target), disk);
  const claim = existing ? await claimed(target, existing, disk) : undefined;
  try {
    const path = scratchPathOf(target);
    // What a crash has left.
    await discardHidden(path, disk);
    const bits = existing ? existing.mode ?? undefined : mode.bits;
    const { file, info } = await createLocked(path, { disk, mode: bits && bits & 0o777 });
    const end = partEnd({
      partial: path,
      target,
      info,
      disk,
      durable,
      offset: 0,
      mode,
      replaces: existing ?? "nothing",
    });
    return sinkOf(file, { offset: 0, path, end: joinEnd(end, { target, claim, disk }) });
  } catch (error) {
    if (claim) await release(claim);
    throw error;
  }
}

/**
 * Opens the target so that nobody extends it. Shared: what lies there is read meanwhile, which an exclusive
 * lock does not allow on every system.
 */
async function claimed(target: string, existing: Deno.FileInfo, disk: Disk): Promise<DiskFile> {
  let file: DiskFile;
  try {
    file = await disk.open(target, { read: true });
  } catch (error) {
    throw storageErrorOf(error, `Cannot read ${target}`);
  }
  try {
    if (await file.tryLock("shared") && isSame(await file.stat(), existing)) return file;
    throw new StorageError("busy", `Cannot replace ${target}: it is being written`);
  } catch (error) {
    await release(file);
    throw storageErrorOf(error, `Cannot lock ${target}`);
  }
}

function joinEnd(
  end: UploadEnd,
  { target, claim, disk }: { target: string; claim: DiskFile | undefined; disk: Disk },
): UploadEnd {
  const unclaim = async (): Promise<void> => {
    if (claim) await release(claim);
  };
  return {
    async commit(file): Promise<void> {
      try {
        await end.commit(file);
      } finally {
        await unclaim();
      }
      // Of what stood there before nobody wants a newer version any more.
      await discardPart(target, disk).catch(() => {});
    },
    async abandon(file, failure): Promise<void> {
      await end.abandon(file, failure);
      await unclaim();
    },
  };
}

/** Acts on many entries at once, made of a storage's single ones: removing a tree, joining files. */

import { childOf, nameOf, parentOf, type VirtualPath } from "../protocol/pathname.ts";
import { type Entry, type Storage, StorageError } from "./storage.ts";

/** How a long act is followed and stopped. */
export interface BulkOptions {
  /** Stops the act between two steps; what is done by then stays done. */
  readonly signal: AbortSignal;
  /**
   * Called for every step: with 1 for an entry that was removed, with the number of bytes that were copied.
   */
  readonly progress: (steps: number) => void;
}

/** Removes a directory and all that is in it. Links are removed, never followed. */
export async function removeTree(storage: Storage, path: VirtualPath, options: BulkOptions): Promise<void> {
  for (let batch; (batch = await firstEntries(storage, path)).length > 0;) {
    for (const { name, type, link } of batch) {
      options.signal.throwIfAborted();
      const child = childOf(path, name);
      if (type === "directory" && link === undefined) {
        await removeTree(storage, child, options);
      } else {
        await storage.remove(child);
        options.progress(1);
      }
    }
  }
  await storage.removeDirectory(path);
  options.progress(1);
}

/**
 * Some of the entries, and none only when there are none: not all systems list well while a directory
 * changes.
 */
async function firstEntries(storage: Storage, path: VirtualPath): Promise<readonly Entry[]> {
  for await (const entries of storage.list(path)) {
    if (entries.length > 0) return entries;
  }
  return [];
}

const COPY_BYTES = 256 * 1024;

/**
 * Writes the parts behind each other into the target and removes them. A target that exists is the first
 * part. The whole grows under a name of its own and takes the target's place when it is complete, so that
 * nothing is lost when it does not come to that.
 */
export async function combine(
  storage: Storage,
  target: VirtualPath,
  parts: readonly VirtualPath[],
  options: BulkOptions,
): Promise<void> {
  const existing = await storage.stat(target).catch((error) => {
    if (error instanceof StorageError && error.kind === "not-found") return undefined;
    throw error;
  });
  const whole = childOf(parentOf(target), `.${nameOf(target)}.joining`);
  const sources = existing ? [target, ...parts] : parts;
  try {
    await copyAll(storage, whole, sources, options);
    if (existing && storage.capabilities.modes) await storage.setMode(whole, existing.mode);
    await storage.rename(whole, target);
  } catch (error) {
    await storage.remove(whole).catch(() => {});
    throw error;
  }
  for (const part of parts) await storage.remove(part);
}

async function copyAll(
  storage: Storage,
  whole: VirtualPath,
  sources: readonly VirtualPath[],
  { signal, progress }: BulkOptions,
): Promise<void> {
  const writer = (await storage.write(whole, { kind: "replace" })).getWriter();
  try {
    for (const source of sources) {
      const { bytes } = await storage.read(source, { offset: 0, chunkBytes: COPY_BYTES });
      for await (const chunk of bytes) {
        signal.throwIfAborted();
        await writer.write(chunk);
        progress(chunk.length);
      }
    }
  } catch (error) {
    await writer.abort(error).catch(() => {});
    throw error;
  }
  await writer.close();
}

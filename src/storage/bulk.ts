/** Acts on many entries at once, made of a storage's single ones: removing a tree, joining files. */

import { counted } from "../bytes/ends.ts";
import { move } from "../bytes/move.ts";
import { giveWay } from "../limits/turn.ts";
import { childOf, type VirtualPath } from "../protocol/pathname.ts";
import { type Entry, type LongWork, type Storage, StorageError } from "./storage.ts";

/** How a tree is removed. */
export interface TreeWork extends LongWork {
  /** Called for every directory before it is removed; rejects for one that has to stay. */
  readonly check?: (path: VirtualPath, entry: Entry) => Promise<void>;
}

/** Removes a directory and all that is in it. Links are removed, never followed. */
export async function removeTree(storage: Storage, path: VirtualPath, work: TreeWork): Promise<void> {
  // Not all systems list well while a directory changes: it is empty when nothing is found any more.
  while (await removeListed(storage, path, work) > 0);
  await storage.removeDirectory(path);
  work.progress(1);
}

/** Removes what a listing shows, and tells how much that was. */
async function removeListed(storage: Storage, path: VirtualPath, work: TreeWork): Promise<number> {
  let removed = 0;
  for await (const entries of storage.list(path)) {
    for (const entry of entries) {
      work.signal.throwIfAborted();
      const child = childOf(path, entry.name);
      if (entry.type === "directory" && entry.link === undefined) {
        await work.check?.(child, entry);
        await removeTree(storage, child, work);
      } else {
        await storage.remove(child);
        work.progress(1);
      }
      removed++;
      const pause = giveWay();
      if (pause) await pause;
    }
  }
  return removed;
}

/** How files are joined. */
export interface JoinWork extends LongWork {
  /** The permission bits of a target that is made; see `WriteMode`. */
  readonly bits?: number;
}

/**
 * Writes the parts behind each other into the target and removes them. A target that exists is the first
 * part. The whole takes the target's place when it is complete, so that nothing is lost when it does not come
 * to that.
 *
 * @throws {StorageError} `busy` when a part has changed meanwhile; it is left as it is then, and joined as it
 *   was.
 */
export async function combine(
  storage: Storage,
  target: VirtualPath,
  parts: readonly VirtualPath[],
  work: JoinWork,
): Promise<void> {
  const existing = await storage.stat(target).catch((error) => {
    if (error instanceof StorageError && error.kind === "not-found") return undefined;
    throw error;
  });
  const before = new Map<VirtualPath, Entry>();
  for (const part of parts) before.set(part, await storage.stat(part));
  if ([...before.values()].some(({ unique }) => unique === existing?.unique)) {
    throw new StorageError("invalid-name", `Cannot join ${storage.locate(target)} to itself`);
  }
  await join(storage, target, { parts, exists: existing !== undefined }, work);
  for (const part of parts) {
    if (!isUnchanged(before.get(part)!, await storage.stat(part))) {
      throw new StorageError(
        "busy",
        `Cannot remove ${storage.locate(part)}: it has changed since it was joined`,
      );
    }
    await storage.remove(part);
  }
}

async function join(
  storage: Storage,
  target: VirtualPath,
  { parts, exists }: { parts: readonly VirtualPath[]; exists: boolean },
  { signal, progress, buffers, bits }: JoinWork,
): Promise<void> {
  const sink = await storage.write(target, { kind: "join", exists, bits });
  try {
    for (const path of exists ? [target, ...parts] : parts) {
      const { source } = await storage.read(path, { offset: 0 });
      await move(counted(source, progress), sink, { signal, buffers });
    }
    await sink.close();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

function isUnchanged(before: Entry, now: Entry): boolean {
  return before.unique === now.unique && before.size === now.size && before.modifiedMs === now.modifiedMs;
}

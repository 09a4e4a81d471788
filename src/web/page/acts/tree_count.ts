/** Counts what is in a folder, so that a question can say how much it is about. */

import { addressOf, type Base } from "../address.ts";
import { requestJson } from "../api.ts";

/** How many folders are looked into at most: the question does not wait for a whole disk. */
const MOST_FOLDERS = 500;

export interface TreeCount {
  readonly files: number;
  readonly bytes: number;
  /** False when there is more. */
  readonly isWhole: boolean;
}

/** What a listing says that this is about. */
interface Listing {
  readonly entries: readonly { name: string; type: "file" | "directory"; size: number; isLink?: boolean }[];
}

/**
 * Counts, and tells now and then how far it is. Folders that may not be listed count as more than what is
 * told.
 */
export async function countTree(
  base: Base,
  folders: readonly string[],
  { onCount, signal }: { onCount: (soFar: TreeCount) => void; signal: AbortSignal },
): Promise<TreeCount> {
  const open = [...folders];
  let files = 0;
  let bytes = 0;
  let isWhole = true;
  let looked = 0;
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    if (looked++ >= MOST_FOLDERS) return { files, bytes, isWhole: false };
    try {
      const { entries } = await requestJson<Listing>(addressOf(folder, base), { signal });
      for (const { name, type, size, isLink } of entries) {
        if (type === "directory" && !isLink) open.push(`${folder}${name}/`);
        else {
          files++;
          bytes += size;
        }
      }
    } catch (error) {
      if (signal.aborted) throw error;
      isWhole = false;
    }
    onCount({ files, bytes, isWhole });
  }
  return { files, bytes, isWhole };
}

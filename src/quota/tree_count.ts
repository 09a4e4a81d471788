/** What a directory holds: the bytes of all files below it, and how many entries there are. */

import type { Amount } from "../limits/usage_cells.ts";

/** Of files with several names so many are known to be counted already; beyond, each name counts. */
const MOST_LINKED = 1_000_000;

/**
 * Counts with calls that stay in the thread, so only where nobody waits for it. Links are counted, never
 * followed; a file with several names is one. What cannot be read, or goes meanwhile, holds nothing.
 *
 * @param directory Its host path. It is not counted itself.
 * @returns By and by what was found so far, behind each directory.
 * @throws {Error} when the directory itself cannot be read.
 */
export function* countTree(directory: string): Generator<Amount, Amount> {
  const linked = new Set<string>();
  const waiting = [directory];
  let bytes = 0, files = 0;
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const entry of entriesOf(at, { mayBeGone: at !== directory })) {
      const path = at.endsWith("/") ? at + entry.name : `${at}/${entry.name}`;
      const info = infoOf(path);
      if (!info || isCounted(info, linked)) continue;
      files++;
      if (info.isDirectory) waiting.push(path);
      if (info.isFile) bytes += info.size;
    }
    yield { bytes, files };
  }
  return { bytes, files };
}

function entriesOf(directory: string, { mayBeGone }: { mayBeGone: boolean }): Iterable<Deno.DirEntry> {
  try {
    return [...Deno.readDirSync(directory)];
  } catch (error) {
    if (mayBeGone) return [];
    throw error;
  }
}

function infoOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined;
  }
}

/** Whether another name of the same file was counted already. */
function isCounted({ isFile, nlink, dev, ino }: Deno.FileInfo, linked: Set<string>): boolean {
  if (!isFile || (nlink ?? 1) < 2 || ino === null) return false;
  const mark = `${dev}:${ino}`;
  if (linked.has(mark)) return true;
  if (linked.size < MOST_LINKED) linked.add(mark);
  return false;
}

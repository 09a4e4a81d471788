/**
 * Finds the files of interrupted uploads again: by handles that the browser kept, or among files chosen anew.
 */

import type { PickedFile } from "./picked_file.ts";
import type { UploadItem } from "./upload_item.ts";

/**
 * Which chosen files are those of interrupted uploads, by the id of the upload. A file is the same when its
 * name, its size and its time are; where its directories were chosen too, these decide between several.
 */
export function matchFiles(
  missing: Iterable<UploadItem>,
  picked: readonly PickedFile[],
): { found: Map<string, File>; rest: PickedFile[] } {
  const byFacts = new Map<string, UploadItem[]>();
  for (const item of missing) {
    const key = factsOf(nameOf(item.target), item.sizeBytes, item.modifiedMs);
    byFacts.set(key, [...byFacts.get(key) ?? [], item]);
  }
  const found = new Map<string, File>();
  const rest: PickedFile[] = [];
  for (const one of picked) {
    const { file, path } = one;
    const same = file === undefined
      ? []
      : (byFacts.get(factsOf(nameOf(path), file.size, file.lastModified)) ?? []).filter(({ id }) =>
        !found.has(id)
      );
    const best = same.find(({ target }) => target.endsWith(`/${path}`)) ??
      same.find(({ target }) => nameOf(target) === nameOf(path));
    if (best === undefined) rest.push(one);
    else found.set(best.id, file!);
  }
  return { found, rest };
}

function factsOf(name: string, sizeBytes: number, modifiedMs: number): string {
  return `${sizeBytes} ${modifiedMs} ${name}`;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

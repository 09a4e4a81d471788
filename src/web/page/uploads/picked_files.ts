/** Files and whole directories as people hand them over: chosen by a button, or dropped. */

import type { PickedFile } from "./picked_file.ts";

export interface Picked {
  readonly files: readonly PickedFile[];
  /** The browser's handles, by name, to find the files again after a reload. */
  readonly handles: ReadonlyMap<string, FileSystemHandle>;
}

/** Files of an `<input type="file">`, with directories where it chose one. */
export function pickedFrom(list: Iterable<File>): Picked {
  const files = [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  return { files, handles: new Map() };
}

/**
 * What was dropped. Its first lines must run in the event itself, since the browser empties the list behind
 * it.
 *
 * @param onFound told now and then how many files are found, since a large tree takes its time
 */
export async function droppedFrom(data: DataTransfer, onFound: (count: number) => void): Promise<Picked> {
  const items = [...data.items].filter(({ kind }) => kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry());
  const handlesComing = items.map((item) => handleOf(item));
  const found: PickedFile[] = [];
  const handles = new Map<string, FileSystemHandle>();
  for (const [index, entry] of entries.entries()) {
    const handle = await handlesComing[index];
    const root = handle === undefined ? undefined : crypto.getRandomValues(new Uint32Array(3)).join("-");
    if (handle !== undefined && root !== undefined) handles.set(root, handle);
    if (entry !== null) await walk(entry, { found, root, onFound });
  }
  return { files: found, handles };
}

/** The handle of a dropped thing; undefined where the browser has none, or not on a page without TLS. */
async function handleOf(item: DataTransferItem): Promise<FileSystemHandle | undefined> {
  if (!("getAsFileSystemHandle" in item)) return undefined;
  try {
    return await (item.getAsFileSystemHandle as () => Promise<FileSystemHandle | null>)() ?? undefined;
  } catch {
    return undefined;
  }
}

interface Walk {
  readonly found: PickedFile[];
  readonly root: string | undefined;
  readonly onFound: (count: number) => void;
}

async function walk(entry: FileSystemEntry, to: Walk): Promise<void> {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject)
    );
    to.found.push({ path, file, root: to.root });
    if (to.found.length % 100 === 0) to.onFound(to.found.length);
    return;
  }
  let count = 0;
  for await (const child of childrenOf(entry as FileSystemDirectoryEntry)) {
    count++;
    await walk(child, to);
  }
  if (count === 0) to.found.push({ path, root: to.root });
}

/** All entries of a directory: the browser hands them out a hundred at a time, until it hands out none. */
async function* childrenOf(directory: FileSystemDirectoryEntry): AsyncGenerator<FileSystemEntry> {
  const reader = directory.createReader();
  while (true) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject)
    );
    if (some.length === 0) return;
    yield* some;
  }
}

/**
 * The file that a handle leads to; undefined when it is gone or the browser does not let the page read it.
 */
export async function fileOf(root: FileSystemHandle, names: readonly string[]): Promise<File | undefined> {
  try {
    let handle = root;
    for (const name of names.slice(0, -1)) {
      handle = await (handle as FileSystemDirectoryHandle).getDirectoryHandle(name);
    }
    const name = names.at(-1);
    if (name !== undefined) handle = await (handle as FileSystemDirectoryHandle).getFileHandle(name);
    return await (handle as FileSystemFileHandle).getFile();
  } catch {
    return undefined;
  }
}

/** Files and whole directories as people hand them over: chosen by a button, or dropped. */

import type { PickedFile } from "./picked_file.ts";

export interface Picked {
  readonly files: readonly PickedFile[];
  /** The browser's handles, by name, to find files again after a reload. Nobody has to wait for them. */
  readonly handles: ReadonlyMap<string, Promise<FileSystemFileHandle | undefined>>;
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
  const handles = new Map<string, Promise<FileSystemFileHandle | undefined>>();
  const dropped: { entry: FileSystemEntry; handle?: string }[] = [];
  for (const item of data.items) {
    const entry = item.kind === "file" ? item.webkitGetAsEntry() : null;
    if (entry === null) continue;
    const handle = entry.isFile ? crypto.getRandomValues(new Uint32Array(3)).join("-") : undefined;
    if (handle !== undefined) handles.set(handle, handleOf(item));
    dropped.push({ entry, handle });
  }
  const found: PickedFile[] = [];
  for (const { entry, handle } of dropped) await walk(entry, { found, handle, onFound });
  return { files: found, handles };
}

/**
 * The handle of a dropped file; undefined where the browser has none, or not on a page without TLS. Folders
 * have handles too, but for one like the person's documents the browser would show a warning about it.
 */
async function handleOf(item: DataTransferItem): Promise<FileSystemFileHandle | undefined> {
  if (!("getAsFileSystemHandle" in item)) return undefined;
  try {
    return await (item.getAsFileSystemHandle as () => Promise<FileSystemFileHandle | null>)() ?? undefined;
  } catch {
    return undefined;
  }
}

interface Walk {
  readonly found: PickedFile[];
  readonly handle: string | undefined;
  readonly onFound: (count: number) => void;
}

async function walk(entry: FileSystemEntry, to: Walk): Promise<void> {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject)
    );
    to.found.push({ path, file, handle: to.handle });
    if (to.found.length % 100 === 0) to.onFound(to.found.length);
    return;
  }
  let count = 0;
  for await (const child of childrenOf(entry as FileSystemDirectoryEntry)) {
    count++;
    await walk(child, to);
  }
  if (count === 0) to.found.push({ path, handle: to.handle });
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

/** The file of a handle; undefined when it is gone or the browser does not let the page read it. */
export async function fileOf(handle: FileSystemFileHandle): Promise<File | undefined> {
  try {
    return await handle.getFile();
  } catch {
    return undefined;
  }
}

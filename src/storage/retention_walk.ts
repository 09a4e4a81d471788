/** The walk of retention: what lies in a directory of a home, links never followed. */

import { childOf, segmentsOf, type VirtualPath } from "../protocol/pathname.ts";
import type { Disk } from "./disk.ts";
import { statEntry } from "./disks.ts";
import type { HiddenNames } from "./hidden_names.ts";
import { pathBelow } from "./host_path.ts";
import { uniqueOf } from "./local_entry.ts";
import { isPartialName } from "./partial_name.ts";

/** Where is walked. */
export interface WalkOptions {
  /** The home with links followed: a host path. */
  readonly root: string;
  readonly directory: VirtualPath;
  readonly disk: Disk;
  /** What is left out, with all that is in it. */
  readonly hidden: Pick<HiddenNames, "hide"> | undefined;
}

/** What was found, and the host path of the directory that has it. */
export interface Found {
  readonly path: string;
  readonly holder: string;
  readonly info: Deno.FileInfo;
}

/** What is told of a walk. */
export interface WalkVisitor {
  /** A complete file; {@linkcode Found.info} is its own. */
  file(found: Found): void;
  /** A directory below the one that is walked, before what is in it. */
  directory(found: Found): void;
  /** How many entries a directory has, those that are left out too. */
  count(path: string, entries: number): void;
}

/**
 * Walks, one call to the disk at a time: a disk that hangs keeps one thread. What cannot be read is passed
 * over.
 *
 * @returns False where the directory is not there, or a link is on the way to it.
 */
export async function walk(options: WalkOptions, visitor: WalkVisitor): Promise<boolean> {
  const { root, directory, disk } = options;
  const start = pathBelow(root, segmentsOf(directory));
  if (!await isItself(start, disk)) return false;
  const left: { readonly path: string; readonly place: VirtualPath }[] = [{ path: start, place: directory }];
  for (let next; (next = left.pop());) {
    const { path, place } = next;
    const names = await namesIn(path, disk);
    // What has gone meanwhile, or may not be read, is not known to be empty.
    visitor.count(path, names?.length ?? Infinity);
    for (const name of names ?? []) {
      const child = childOf(place, name);
      if (isPartialName(name) || options.hidden?.hide(child)) continue;
      const found = pathBelow(path, [name]);
      const info = await statEntry(found, disk).catch(() => null);
      if (info?.isFile) visitor.file({ path: found, holder: path, info });
      if (!info?.isDirectory) continue;
      visitor.directory({ path: found, holder: path, info });
      left.push({ path: found, place: child });
    }
  }
  return true;
}

/** Whether the path leads to a directory without a link on the way. */
export async function isItself(path: string, disk: Disk): Promise<boolean> {
  try {
    return await disk.realPath(path) === path && (await disk.lstat(path)).isDirectory;
  } catch {
    return false;
  }
}

/** Whether two looks at a path have found the same thing, unchanged. */
export function isUnchanged(before: Deno.FileInfo, now: Deno.FileInfo | null): boolean {
  return now !== null && uniqueOf(before) === uniqueOf(now) && before.size === now.size &&
    before.isFile === now.isFile && before.mtime?.getTime() === now.mtime?.getTime();
}

async function namesIn(path: string, disk: Disk): Promise<string[] | undefined> {
  const names: string[] = [];
  try {
    for await (const { name } of disk.readDirectory(path)) names.push(name);
    return names;
  } catch {
    return undefined;
  }
}

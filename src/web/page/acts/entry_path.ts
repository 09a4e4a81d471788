/** What an act is about: a file or a folder by its whole path. */

import { type Base, childPath } from "../address.ts";
import type { ActSubject } from "../browse/act.ts";
import { t } from "../i18n.ts";
import { BROWSE } from "../texts/browse.ts";

/** A file, or a folder, whose path ends with a slash. */
export interface EntryPath {
  readonly base: Base;
  readonly path: string;
  /** Bytes; of a folder nothing to go by. */
  readonly size: number;
}

export function isFolder({ path }: { path: string }): boolean {
  return path.endsWith("/");
}

/** The last name of a path, without the slash of a folder. */
export function nameOf(path: string): string {
  const bare = path.endsWith("/") ? path.slice(0, -1) : path;
  return bare.slice(bare.lastIndexOf("/") + 1);
}

/** The folder that holds it, with a slash at the end. */
export function folderOf(path: string): string {
  const bare = path.endsWith("/") ? path.slice(0, -1) : path;
  return bare.slice(0, bare.lastIndexOf("/") + 1);
}

/** The paths of entries of the folder that is shown. */
export function entryPathsOf({ folder, entries }: ActSubject): EntryPath[] {
  return entries.map((entry) => ({
    base: folder.base,
    path: childPath(folder.path, entry),
    size: entry.type === "file" ? entry.size : 0,
  }));
}

/** A folder as people read it. */
export function folderText(path: string): string {
  return path === "/" ? t(BROWSE.home) : path.slice(0, -1);
}

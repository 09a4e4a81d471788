/** The door to files as sessions have it: a user's whole tree, or a part of it. */

import type { VirtualPath } from "../protocol/pathname.ts";
import type { FileSystem } from "./file_system.ts";

/** What {@linkcode FileSystem} does, but for what MLSD alone needs. */
export type Files = Pick<FileSystem, Exclude<keyof FileSystem, "permFacts">> & {
  /** What a path is called in the user's whole tree; left out where that is the same. */
  wholePath?(path: VirtualPath): VirtualPath;
};

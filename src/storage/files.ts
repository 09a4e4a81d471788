/** The door to files as sessions have it: a user's whole tree, or a part of it. */

import type { FileSystem } from "./file_system.ts";

/** What {@linkcode FileSystem} does, but for what MLSD alone needs. */
export type Files = Pick<FileSystem, Exclude<keyof FileSystem, "permFacts">>;

/** Makes the directories that a dropped tree brings along, each once, parents first. */

import type { Base } from "../address.ts";

/** Makes one directory; one that is there already is no error. */
export type MakeFolder = (base: Base, path: string) => Promise<void>;

export class FolderMaker {
  readonly #make: MakeFolder;
  readonly #made = new Map<string, Promise<void>>();

  constructor(make: MakeFolder) {
    this.#make = make;
  }

  /** Makes `path` and what leads to it from `madeFrom` down, which is there already. */
  ensure(options: { base: Base; path: string; madeFrom: string }): Promise<void> {
    const { base, path, madeFrom } = options;
    if (path.length <= madeFrom.length || path === "") return Promise.resolve();
    const key = `${base}\n${path}`;
    const before = this.#made.get(key);
    if (before !== undefined) return before;
    const parent = path.slice(0, path.lastIndexOf("/"));
    const made = this.ensure({ base, path: parent, madeFrom }).then(() => this.#make(base, path));
    // One that failed is tried again with the next file that needs it.
    made.catch(() => this.#made.delete(key));
    this.#made.set(key, made);
    return made;
  }

  /** Forgets what is made: somebody may have removed it meanwhile. */
  forget(): void {
    this.#made.clear();
  }
}

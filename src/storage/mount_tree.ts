/** Where mounts are in a tree, by paths alone: what lies in which, and which directories lead there. */

import {
  childOf,
  isWithin,
  nameOf,
  parentOf,
  ROOT,
  seenFrom,
  type VirtualPath,
} from "../protocol/pathname.ts";

/** Something that is mounted. */
export interface Mounted {
  /** Where; not the root. */
  readonly at: VirtualPath;
}

/** A place in what is mounted there. */
export interface Place<M> {
  /** The deepest mount that the path lies in, or at; undefined for the home. */
  readonly mount: M | undefined;
  /** Its path there. */
  readonly inner: VirtualPath;
}

/** The mounts of one tree. */
export class MountTree<M extends Mounted> {
  /** Deepest first. */
  readonly mounts: readonly M[];
  readonly #byPath: ReadonlyMap<VirtualPath, M>;
  /** The names that lead to mounts, by the directory that they are in. */
  readonly #names = new Map<VirtualPath, Set<string>>();

  constructor(mounts: readonly M[]) {
    this.mounts = mounts.toSorted((a, b) => b.at.length - a.at.length);
    this.#byPath = new Map(mounts.map((mount) => [mount.at, mount]));
    for (const { at } of mounts) {
      for (let path = at; path !== ROOT; path = parentOf(path)) {
        const directory = parentOf(path);
        const names = this.#names.get(directory) ?? new Set();
        this.#names.set(directory, names.add(nameOf(path)));
      }
    }
  }

  /** Where a path leads. */
  placeOf(path: VirtualPath): Place<M> {
    const mount = this.mounts.find(({ at }) => isWithin(at, path));
    return { mount, inner: mount ? seenFrom(mount.at, path) : path };
  }

  /** What is mounted at this very path. */
  mountAt(path: VirtualPath): M | undefined {
    return this.#byPath.get(path);
  }

  /** The names in a directory that are, or lead to, mounts. */
  namesIn(directory: VirtualPath): ReadonlySet<string> {
    return this.#names.get(directory) ?? NONE;
  }

  /** Whether the path is that of a mount, or of a directory on the way to one: both stay where they are. */
  isPinned(path: VirtualPath): boolean {
    return this.#byPath.has(path) || this.#names.has(path);
  }

  /** The paths of what {@linkcode namesIn} tells. */
  pinnedIn(directory: VirtualPath): VirtualPath[] {
    return Array.from(this.namesIn(directory), (name) => childOf(directory, name));
  }

  /** Whether the path leads to a mount and is none: it is a directory then, whatever a storage has there. */
  isOnTheWay(path: VirtualPath): boolean {
    return path !== ROOT && !this.#byPath.has(path) && this.#names.has(path);
  }

  /** A number for each path that {@linkcode isPinned}. */
  numberOf(path: VirtualPath): number {
    return [...this.#byPath.keys(), ...this.#names.keys()].indexOf(path);
  }
}

const NONE: ReadonlySet<string> = new Set();

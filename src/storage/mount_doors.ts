/** The ways into the storages of one tree: a home, and others mounted at places in it. */

import { nameOf, parentOf, pathIn, ROOT, type VirtualPath } from "../protocol/pathname.ts";
import { type MountLooks, type MountState, PATIENCE } from "./mount_looks.ts";
import { MountTree, type Place } from "./mount_tree.ts";
import { type Entry, isMissing, type Storage, StorageError } from "./storage.ts";

/** A storage at a place in a tree. */
export interface StorageMount {
  /** Where it is; not the root. */
  readonly at: VirtualPath;
  readonly storage: Storage;
  /** The directory of the host that it shows, by which looks at it are shared. */
  readonly folder: string;
}

/** What a tree is put together of. */
export interface MountedStorages {
  /** What lies at the root. */
  readonly home: Storage;
  readonly mounts: readonly StorageMount[];
  /** Looks at the mounts. */
  readonly looks: MountLooks;
}

/** A place in one of the storages. */
export type StoragePart = Place<StorageMount>;

/** Where a storage lies in another one on the host. */
export interface LyingIn {
  /** In what; undefined for the home. */
  readonly mount: StorageMount | undefined;
  /** Its root, by its path there. */
  readonly path: VirtualPath;
}

/** What holds a mount on the host. */
export interface Holder {
  /** In what; undefined for the home. */
  readonly mount: StorageMount | undefined;
  /** The directory there, by its path there. */
  readonly directory: VirtualPath;
}

/** What is known of that. */
interface KnownPlaces {
  readonly found: LyingIn[];
  /** Of these it is not known yet whether it lies in them. */
  readonly unknown: Set<StorageMount | undefined>;
}

/** Opens the storages, and calls what lies in them as it is called in the whole tree. */
export class MountDoors {
  readonly tree: MountTree<StorageMount>;
  readonly #home: Storage;
  readonly #looks: MountLooks;
  readonly #places = new Map<StorageMount | undefined, KnownPlaces>();

  constructor({ home, mounts, looks }: MountedStorages) {
    this.#home = home;
    this.#looks = looks;
    this.tree = new MountTree(mounts);
  }

  /** The storage of a place, whether it answers or not. */
  storageOf({ mount }: Pick<StoragePart, "mount">): Storage {
    return mount?.storage ?? this.#home;
  }

  /**
   * The storage of a place that answers.
   *
   * @throws {StorageError} `silent`, or what a mount says that is not there.
   */
  async entered({ mount }: Pick<StoragePart, "mount">): Promise<Storage> {
    if (!mount) return this.#home;
    const state = await this.look(mount, PATIENCE.goingIn);
    if (state.is === "refused") throw state.error;
    if (state.is === "there") return mount.storage;
    throw new StorageError("silent", `Cannot use ${mount.folder}: its disk does not answer`);
  }

  /** Looks at what is mounted, for so long. */
  async look(mount: StorageMount, patienceMs: number): Promise<MountState> {
    const ask = async (): Promise<Entry> => {
      const root = await mount.storage.stat(ROOT);
      if (root.type === "directory") return root;
      throw new StorageError("not-a-directory", `Cannot use ${mount.folder}: it is no directory`);
    };
    return await this.#looks.look(mount.folder, { ask, patienceMs });
  }

  /** The root of a mount, as it is or was last, for who does not want to wait for it. */
  async rootInPassing(mount: StorageMount): Promise<Entry | undefined> {
    const state = await this.look(mount, PATIENCE.passingBy);
    return state.is === "there" ? state.root : this.#looks.known(mount.folder);
  }

  /** The directory that a storage has on the way to a mount; undefined where it has none. */
  async realDirectory(path: VirtualPath): Promise<Entry | undefined> {
    const place = this.tree.placeOf(path);
    try {
      const entry = await (await this.entered(place)).stat(place.inner);
      return entry.type === "directory" ? this.shown(entry, { place, name: nameOf(path) }) : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** The directories of other storages that hold the place of this one on the host, those that answer. */
  async holdersOf(mount: StorageMount): Promise<readonly Holder[]> {
    const places = await this.placesOf(mount);
    return places.filter(({ path }) => path !== ROOT)
      .map(({ mount, path }) => ({ mount, directory: parentOf(path) }));
  }

  /** Where a storage lies in others, those that answer. */
  async placesOf(mount: StorageMount | undefined): Promise<readonly LyingIn[]> {
    const { found, unknown } = this.#places.get(mount) ??
      { found: [], unknown: new Set(this.othersOf(mount)) };
    this.#places.set(mount, { found, unknown });
    // Where a storage lies in another stays as it is while both are open: it is looked for once.
    for (const other of unknown) {
      if (!await this.#isThere(mount) || !await this.#isThere(other)) continue;
      const path = await this.storageOf({ mount: other }).pathOf?.(this.storageOf({ mount }));
      // Another session may have been quicker.
      if (unknown.delete(other) && path !== undefined) found.push({ mount: other, path });
    }
    const there = await Promise.all(found.map((place) => this.#isThere(place.mount)));
    return found.filter((_, index) => there[index]);
  }

  /** All storages of the tree but this one; undefined is the home. */
  othersOf(mount: StorageMount | undefined): (StorageMount | undefined)[] {
    return [undefined, ...this.tree.mounts].filter((other) => other !== mount);
  }

  async #isThere(mount: StorageMount | undefined): Promise<boolean> {
    return !mount || (await this.look(mount, PATIENCE.passingBy)).is === "there";
  }

  /** What only leads on: a directory that no storage has, or a mount that does not show itself. */
  waypoint(path: VirtualPath): Entry {
    return {
      name: nameOf(path),
      type: "directory",
      size: 0,
      modifiedMs: 0,
      mode: 0o555,
      links: 1,
      isWaypoint: true,
      unique: `waypoint${this.tree.numberOf(path)}`,
    };
  }

  /** What is shown of a mount, or of what leads to one, in the directory that it is in. */
  async inPassing(path: VirtualPath): Promise<Entry> {
    const mount = this.tree.mountAt(path);
    const entry = mount ? await this.rootInPassing(mount) : await this.realDirectory(path);
    const place = { mount, inner: ROOT };
    return entry ? this.shown(entry, { place, name: nameOf(path) }) : this.waypoint(path);
  }

  /** An entry as it is called in the whole tree. */
  shown(entry: Entry, { place: { mount }, name }: { place: StoragePart; name: string }): Entry {
    if (entry.name === name && entry.link === undefined) return entry;
    const { type, size, modifiedMs, createdMs, mode, links, unique } = entry;
    const created = createdMs === undefined ? {} : { createdMs };
    const link = entry.link === undefined ? {} : { link: this.#linkShown(entry.link, mount) };
    return { name, type, size, modifiedMs, mode, links, unique, ...created, ...link };
  }

  /** Where a link of a storage leads in the whole tree; what lies below a mount has no path there. */
  #linkShown(link: string, mount: StorageMount | undefined): string {
    if (!link.startsWith("/")) return link;
    const path = pathIn(mount?.at ?? ROOT, link as VirtualPath);
    return this.tree.placeOf(path).mount === mount ? path : "(hidden)";
  }
}

/** Several storages as one tree: a home, and others mounted at places in it. */

import { nameOf, parentOf, type VirtualPath } from "../protocol/pathname.ts";
import { MountDoors, type MountedStorages, type StoragePart } from "./mount_doors.ts";
import { mountAliases } from "./mount_aliases.ts";
import { PATIENCE } from "./mount_looks.ts";
import { mountedWay } from "./mounted_way.ts";
import {
  type Alias,
  type Entries,
  type Entry,
  isMissing,
  type MoveWork,
  type OpenFile,
  type PartOptions,
  type ReadOptions,
  type Storage,
  type StorageCapabilities,
  StorageError,
  type StorageErrorKind,
  type UploadSink,
  type Way,
  type WriteMode,
} from "./storage.ts";

/**
 * A home with mounts in it. A path belongs to the deepest mount that it lies in; what the home has there is
 * out of sight, though a link that somebody made on the host may still lead to it. Mounts, and the
 * directories that lead to them, cannot be removed, replaced or moved. Where such a directory is in no
 * storage, it is there all the same, and empty but for what leads on.
 *
 * A mount that does not answer refuses with `silent`, one that is not there with what it says. Both are still
 * shown in the directory that they are in, and nothing outside waits for them.
 */
export class MountedStorage implements Storage {
  readonly capabilities: StorageCapabilities;
  readonly #doors: MountDoors;

  constructor(storages: MountedStorages) {
    this.#doors = new MountDoors(storages);
    const all = [storages.home, ...storages.mounts.map(({ storage }) => storage)];
    const can = (what: keyof StorageCapabilities): boolean =>
      all.every(({ capabilities }) => capabilities[what]);
    this.capabilities = {
      resume: can("resume"),
      atomic: can("atomic"),
      modes: can("modes"),
      times: can("times"),
    };
  }

  locate(path: VirtualPath): string {
    const place = this.#placeOf(path);
    return this.#doors.storageOf(place).locate(place.inner);
  }

  async answers(path: VirtualPath): Promise<boolean> {
    const { mount } = this.#placeOf(path);
    // The mount itself is known by what it was last.
    return !mount || path === mount.at || (await this.#doors.look(mount, PATIENCE.passingBy)).is !== "silent";
  }

  async stat(path: VirtualPath): Promise<Entry> {
    if (this.#doors.tree.isOnTheWay(path)) {
      return await this.#doors.realDirectory(path) ?? this.#doors.waypoint(path);
    }
    const place = this.#placeOf(path);
    const entry = await (await this.#doors.entered(place)).stat(place.inner);
    return this.#doors.shown(entry, { place, name: nameOf(path) });
  }

  async way(path: VirtualPath): Promise<Way> {
    return await mountedWay(path, this.#doors);
  }

  async aliases(real: VirtualPath): Promise<readonly Alias[]> {
    return await mountAliases(real, this.#doors);
  }

  list(path: VirtualPath): Entries {
    const place = this.#placeOf(path);
    const iterator = (): AsyncIterator<readonly Entry[]> =>
      this.#entriesIn(path, place)[Symbol.asyncIterator]();
    // Others would list what the storage has there.
    if (this.#doors.tree.namesIn(path).size > 0) return { [Symbol.asyncIterator]: iterator };
    const { directory } = this.#doors.storageOf(place).list(place.inner);
    return {
      [Symbol.asyncIterator]: iterator,
      ...directory && {
        directory: {
          mark: async (leastBytes) => {
            await this.#doors.entered(place);
            return await directory.mark(leastBytes);
          },
          entriesOf: async (names) => this.#allShown(await directory.entriesOf(names), place),
        },
      },
    };
  }

  async isEmpty(path: VirtualPath): Promise<boolean> {
    if (this.#doors.tree.namesIn(path).size > 0) return false;
    return await this.#in(path, (storage, inner) => storage.isEmpty(inner));
  }

  async read(path: VirtualPath, options: ReadOptions): Promise<OpenFile> {
    this.#refusePinned("is-a-directory", path);
    return await this.#in(path, (storage, inner) => storage.read(inner, options));
  }

  async write(path: VirtualPath, mode: WriteMode): Promise<UploadSink> {
    this.#refusePinned("is-a-directory", path);
    return await this.#put(path, (storage, inner) => storage.write(inner, mode));
  }

  async partialSize(path: VirtualPath, options?: PartOptions): Promise<number | undefined> {
    if (this.#doors.tree.isPinned(path)) return undefined;
    return await this.#in(path, (storage, inner) => storage.partialSize(inner, options));
  }

  async remove(path: VirtualPath): Promise<void> {
    this.#refusePinned("is-a-directory", path);
    await this.#in(path, (storage, inner) => storage.remove(inner));
  }

  async makeDirectory(path: VirtualPath, bits?: number): Promise<void> {
    this.#refusePinned("exists", path);
    await this.#put(path, (storage, inner) => storage.makeDirectory(inner, bits));
  }

  async removeDirectory(path: VirtualPath): Promise<void> {
    this.#refusePinned("denied", path);
    await this.#in(path, (storage, inner) => storage.removeDirectory(inner));
  }

  async rename(from: VirtualPath, to: VirtualPath, work: MoveWork): Promise<void> {
    this.#refusePinned("denied", from);
    this.#refusePinned("exists", to);
    const source = this.#placeOf(from);
    const storage = await this.#doors.entered(source);
    await this.#put(to, async (target, inner) => {
      if (target === storage) return await storage.rename(source.inner, inner, work);
      if (!storage.moveTo) throw new StorageError("cross-device", `Cannot move ${this.locate(from)} there`);
      await storage.moveTo(source.inner, { storage: target, path: inner }, work);
    });
  }

  async setModified(path: VirtualPath, timeMs: number): Promise<void> {
    await this.#refuseWaypoint(path);
    await this.#in(path, (storage, inner) => storage.setModified(inner, timeMs));
  }

  async setMode(path: VirtualPath, mode: number): Promise<void> {
    await this.#refuseWaypoint(path);
    await this.#in(path, (storage, inner) => storage.setMode(inner, mode));
  }

  async freeBytes(path: VirtualPath): Promise<number | undefined> {
    if (await this.#isWaypoint(path)) return await this.freeBytes(parentOf(path));
    return await this.#in(path, (storage, inner) => storage.freeBytes(inner));
  }

  #placeOf(path: VirtualPath): StoragePart {
    return this.#doors.tree.placeOf(path);
  }

  /** Acts on a path where it belongs. */
  async #in<T>(
    path: VirtualPath,
    act: (storage: Storage, inner: VirtualPath) => Promise<T>,
  ): Promise<T> {
    const place = this.#placeOf(path);
    return await act(await this.#doors.entered(place), place.inner);
  }

  /** Acts on a path in a directory that may be in no storage. */
  async #put<T>(path: VirtualPath, act: (storage: Storage, inner: VirtualPath) => Promise<T>): Promise<T> {
    try {
      return await this.#in(path, act);
    } catch (error) {
      if (isMissing(error)) await this.#refuseWaypoint(parentOf(path));
      throw error;
    }
  }

  async #isWaypoint(path: VirtualPath): Promise<boolean> {
    return this.#doors.tree.isOnTheWay(path) && !await this.#doors.realDirectory(path);
  }

  async #refuseWaypoint(path: VirtualPath): Promise<void> {
    if (await this.#isWaypoint(path)) {
      throw new StorageError(
        "read-only",
        `Cannot change ${this.locate(path)}: only the way to a mount is there`,
      );
    }
  }

  #refusePinned(kind: StorageErrorKind, path: VirtualPath): void {
    if (this.#doors.tree.isPinned(path)) {
      throw new StorageError(kind, `Cannot change ${this.locate(path)}: a mount is there, or below it`);
    }
  }

  async *#entriesIn(path: VirtualPath, place: StoragePart): AsyncIterable<readonly Entry[]> {
    const { tree } = this.#doors;
    const names = tree.namesIn(path);
    if (names.size > 0) yield await Promise.all(tree.pinnedIn(path).map((at) => this.#doors.inPassing(at)));
    try {
      for await (const some of (await this.#doors.entered(place)).list(place.inner)) {
        const seen = names.size > 0 ? some.filter(({ name }) => !names.has(name)) : some;
        yield this.#allShown(seen, place);
      }
    } catch (error) {
      if (!isMissing(error) || !tree.isOnTheWay(path)) throw error;
    }
  }

  #allShown(entries: readonly Entry[], place: StoragePart): readonly Entry[] {
    if (entries.every(({ link }) => link === undefined)) return entries;
    return entries.map((entry) => this.#doors.shown(entry, { place, name: entry.name }));
  }
}

/** A storage without the names that are hidden from an account: they are as if absent. */

import type { Soon } from "../bytes/ends.ts";
import { childOf, nameOf, parentOf, ROOT, type VirtualPath } from "../protocol/pathname.ts";
import type { HiddenNames } from "./hidden_names.ts";
import {
  type Alias,
  type Entries,
  type Entry,
  type MoveWork,
  type OpenFile,
  type PartOptions,
  type ReadOptions,
  type Storage,
  type StorageCapabilities,
  StorageError,
  type UploadSink,
  type Way,
  type WriteMode,
} from "./storage.ts";

/**
 * Hides names by the path and by where it really leads: neither a link nor a second mount leads to what is
 * hidden. A mount itself is meant to be seen, so what counts of other paths to it is what lies below. What is
 * hidden is `not-found`; to make something of such a name is `invalid-name`. A directory that holds hidden
 * names is not empty, though it looks so.
 */
export class HidingStorage implements Storage {
  readonly #inner: Storage;
  readonly #hidden: HiddenNames;

  constructor(inner: Storage, hidden: HiddenNames) {
    this.#inner = inner;
    this.#hidden = hidden;
  }

  get capabilities(): StorageCapabilities {
    return this.#inner.capabilities;
  }

  locate(path: VirtualPath): string {
    return this.#inner.locate(path);
  }

  async stat(path: VirtualPath): Promise<Entry> {
    await this.#find(path);
    return await this.#inner.stat(path);
  }

  async answers(path: VirtualPath): Promise<boolean> {
    return await this.#inner.answers?.(path) ?? true;
  }

  async way(path: VirtualPath): Promise<Way> {
    return await this.#inner.way(path);
  }

  /** Without {@linkcode Entries.directory}: others that list it would have to know what is hidden. */
  async *list(path: VirtualPath): Entries {
    await this.#find(path);
    const real = (await this.#inner.way(path)).real ?? path;
    const directories = [...new Set([path, real])].map(itself);
    directories.push(...await this.#aliasesOf(real));
    for await (const entries of this.#inner.list(path)) {
      const shown: Entry[] = [];
      for (const entry of entries) {
        const shows = this.#shows(entry, directories);
        if (shows instanceof Promise ? await shows : shows) shown.push(entry);
      }
      yield shown;
    }
  }

  async isEmpty(path: VirtualPath): Promise<boolean> {
    await this.#find(path);
    return await this.#inner.isEmpty(path);
  }

  async read(path: VirtualPath, options: ReadOptions): Promise<OpenFile> {
    await this.#find(path);
    return await this.#inner.read(path, options);
  }

  async write(path: VirtualPath, mode: WriteMode): Promise<UploadSink> {
    await this.#checkNew(path);
    return await this.#inner.write(path, mode);
  }

  async partialSize(path: VirtualPath, options?: PartOptions): Promise<number | undefined> {
    return await this.#isHidden(path) ? undefined : await this.#inner.partialSize(path, options);
  }

  async remove(path: VirtualPath): Promise<void> {
    await this.#find(path);
    await this.#inner.remove(path);
  }

  async makeDirectory(path: VirtualPath, bits?: number): Promise<void> {
    await this.#checkNew(path);
    await this.#inner.makeDirectory(path, bits);
  }

  async removeDirectory(path: VirtualPath): Promise<void> {
    await this.#find(path);
    await this.#inner.removeDirectory(path);
  }

  async rename(from: VirtualPath, to: VirtualPath, work: MoveWork): Promise<void> {
    await this.#find(from);
    await this.#checkNew(to);
    for (const path of [from, to]) {
      if ((await this.#spellings(path)).some(({ path }) => this.#hidden.dependOn(path))) {
        throw new StorageError("denied", `Cannot move ${this.locate(path)}: hidden names depend on it`);
      }
    }
    await this.#inner.rename(from, to, work);
  }

  async setModified(path: VirtualPath, timeMs: number): Promise<void> {
    await this.#find(path);
    await this.#inner.setModified(path, timeMs);
  }

  async setMode(path: VirtualPath, mode: number): Promise<void> {
    await this.#find(path);
    await this.#inner.setMode(path, mode);
  }

  async freeBytes(path: VirtualPath): Promise<number | undefined> {
    await this.#find(path);
    return await this.#inner.freeBytes(path);
  }

  /** @throws {StorageError} `not-found` for what is hidden. */
  async #find(path: VirtualPath): Promise<void> {
    if (await this.#isHidden(path)) throw this.#absent(path);
  }

  /** @throws {StorageError} `invalid-name` for a hidden name, `not-found` in a hidden directory. */
  async #checkNew(path: VirtualPath): Promise<void> {
    const spellings = await this.#spellings(path);
    const hidden = spellings.filter(({ path, base }) => this.#hidden.hide(path, base));
    if (hidden.length === 0) return;
    if (!hidden.every(({ path, base }) => this.#hidden.hideLast(path, base))) throw this.#absent(path);
    throw new StorageError("invalid-name", `Cannot use ${this.locate(path)}: the name is hidden`);
  }

  async #isHidden(path: VirtualPath): Promise<boolean> {
    if (this.#hidden.hide(path)) return true;
    return (await this.#spellings(path)).some(({ path, base }) => this.#hidden.hide(path, base));
  }

  /** What the path is called: as it was asked for, in the directory that it leads to, and where it ends. */
  async #spellings(path: VirtualPath): Promise<Alias[]> {
    if (path === ROOT) return [itself(path)];
    const spellings = [itself(path)];
    const { real: holder } = await this.#inner.way(parentOf(path));
    if (holder === undefined) return spellings;
    const { end, real } = await this.#inner.way(path);
    const places = new Set([childOf(holder, nameOf(path))]);
    if (end !== undefined && real !== undefined) places.add(real);
    for (const place of places) spellings.push(itself(place), ...await this.#aliasesOf(place));
    return spellings;
  }

  /** What else a place is called in a tree with mounts. */
  async #aliasesOf(real: VirtualPath): Promise<readonly Alias[]> {
    return this.#hidden.arePlaced ? await this.#inner.aliases?.(real) ?? [] : [];
  }

  #shows({ name, link }: Entry, directories: readonly Alias[]): Soon<boolean> {
    if (directories.some(({ path, base }) => this.#hidden.hide(childOf(path, name), base))) return false;
    return link === undefined || !link.startsWith("/") || this.#showsPlace(link as VirtualPath);
  }

  async #showsPlace(real: VirtualPath): Promise<boolean> {
    const paths = [itself(real), ...await this.#aliasesOf(real)];
    return !paths.some(({ path, base }) => this.#hidden.hide(path, base));
  }

  #absent(path: VirtualPath): StorageError {
    return new StorageError("not-found", `Cannot find ${this.locate(path)}: it is hidden from the account`);
  }
}

/** A path by which all of it counts. */
function itself(path: VirtualPath): Alias {
  return { path, base: ROOT };
}

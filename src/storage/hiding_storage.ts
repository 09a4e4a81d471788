/** A storage without the names that are hidden from an account: they are as if absent. */

import type { ByteSink } from "../bytes/ends.ts";
import { childOf, nameOf, parentOf, ROOT, type VirtualPath } from "../protocol/pathname.ts";
import type { HiddenNames } from "./hidden_names.ts";
import {
  type Entries,
  type Entry,
  type LongWork,
  type OpenFile,
  type ReadOptions,
  type Storage,
  type StorageCapabilities,
  StorageError,
  type Way,
  type WriteMode,
} from "./storage.ts";

/**
 * Hides names by the path and by where it really leads: a link does not lead to what is hidden. What is
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
    for await (const entries of this.#inner.list(path)) {
      yield entries.filter((entry) => this.#shows(entry, [path, real]));
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

  async write(path: VirtualPath, mode: WriteMode): Promise<ByteSink> {
    await this.#checkNew(path);
    return await this.#inner.write(path, mode);
  }

  async partialSize(path: VirtualPath): Promise<number | undefined> {
    return await this.#isHidden(path) ? undefined : await this.#inner.partialSize(path);
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

  async rename(from: VirtualPath, to: VirtualPath, work: LongWork): Promise<void> {
    await this.#find(from);
    await this.#checkNew(to);
    for (const path of [from, to]) {
      if ((await this.#spellings(path)).some((path) => this.#hidden.dependOn(path))) {
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
    const hidden = spellings.filter((path) => this.#hidden.hide(path));
    if (hidden.length === 0) return;
    if (!hidden.every((path) => this.#hidden.hideLast(path))) throw this.#absent(path);
    throw new StorageError("invalid-name", `Cannot use ${this.locate(path)}: the name is hidden`);
  }

  async #isHidden(path: VirtualPath): Promise<boolean> {
    if (this.#hidden.hide(path)) return true;
    return (await this.#spellings(path)).some((path) => this.#hidden.hide(path));
  }

  /** What the path is called: as it was asked for, in the directory that it leads to, and where it ends. */
  async #spellings(path: VirtualPath): Promise<VirtualPath[]> {
    if (path === ROOT) return [path];
    const spellings = [path];
    const { real: holder } = await this.#inner.way(parentOf(path));
    if (holder === undefined) return spellings;
    const { end, real } = await this.#inner.way(path);
    spellings.push(childOf(holder, nameOf(path)));
    if (end !== undefined && real !== undefined) spellings.push(real);
    return spellings;
  }

  #shows({ name, link }: Entry, directories: readonly VirtualPath[]): boolean {
    if (directories.some((directory) => this.#hidden.hide(childOf(directory, name)))) return false;
    return link === undefined || !link.startsWith("/") || !this.#hidden.hide(link as VirtualPath);
  }

  #absent(path: VirtualPath): StorageError {
    return new StorageError("not-found", `Cannot find ${this.locate(path)}: it is hidden from the account`);
  }
}

/** One directory of a storage as a storage: the contract is tested at a mount with it. */

import { pathIn, ROOT, seenFrom, type VirtualPath } from "../../src/protocol/pathname.ts";
import type {
  Entries,
  Entry,
  MoveWork,
  OpenFile,
  PartOptions,
  ReadOptions,
  Storage,
  StorageCapabilities,
  UploadSink,
  Way,
  WriteMode,
} from "../../src/storage/storage.ts";

export class Below implements Storage {
  readonly #whole: Storage;
  readonly #at: VirtualPath;

  constructor(whole: Storage, at: VirtualPath) {
    this.#whole = whole;
    this.#at = at;
  }

  get capabilities(): StorageCapabilities {
    return this.#whole.capabilities;
  }

  locate(path: VirtualPath): string {
    return this.#whole.locate(this.#in(path));
  }

  async stat(path: VirtualPath): Promise<Entry> {
    const entry = await this.#whole.stat(this.#in(path));
    if (path !== ROOT) return entry;
    const { type, size, modifiedMs, mode, links, unique } = entry;
    return { name: "", type, size, modifiedMs, mode, links, unique };
  }

  async way(path: VirtualPath): Promise<Way> {
    const { real, ...way } = await this.#whole.way(this.#in(path));
    return { ...way, real: real && seenFrom(this.#in(ROOT), real) };
  }

  list(path: VirtualPath): Entries {
    return this.#whole.list(this.#in(path));
  }

  isEmpty(path: VirtualPath): Promise<boolean> {
    return this.#whole.isEmpty(this.#in(path));
  }

  read(path: VirtualPath, options: ReadOptions): Promise<OpenFile> {
    return this.#whole.read(this.#in(path), options);
  }

  write(path: VirtualPath, mode: WriteMode): Promise<UploadSink> {
    return this.#whole.write(this.#in(path), mode);
  }

  partialSize(path: VirtualPath, options?: PartOptions): Promise<number | undefined> {
    return this.#whole.partialSize(this.#in(path), options);
  }

  remove(path: VirtualPath): Promise<void> {
    return this.#whole.remove(this.#in(path));
  }

  makeDirectory(path: VirtualPath, bits?: number): Promise<void> {
    return this.#whole.makeDirectory(this.#in(path), bits);
  }

  removeDirectory(path: VirtualPath): Promise<void> {
    return this.#whole.removeDirectory(this.#in(path));
  }

  rename(from: VirtualPath, to: VirtualPath, work: MoveWork): Promise<void> {
    return this.#whole.rename(this.#in(from), this.#in(to), work);
  }

  setModified(path: VirtualPath, timeMs: number): Promise<void> {
    return this.#whole.setModified(this.#in(path), timeMs);
  }

  setMode(path: VirtualPath, mode: number): Promise<void> {
    return this.#whole.setMode(this.#in(path), mode);
  }

  freeBytes(path: VirtualPath): Promise<number | undefined> {
    return this.#whole.freeBytes(this.#in(path));
  }

  #in(path: VirtualPath): VirtualPath {
    return pathIn(this.#at, path);
  }
}

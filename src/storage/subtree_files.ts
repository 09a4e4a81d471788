/**
 * A part of a user's tree, as who has a share link sees it: a directory that is the root, or one file alone.
 * What may be done there the letters of the user say, who has none elsewhere; here paths get other names.
 */

import type { ByteSource, Soon } from "../bytes/ends.ts";
import {
  isWithin,
  nameOf,
  parentOf,
  pathIn,
  ROOT,
  seenFrom,
  type VirtualPath,
} from "../protocol/pathname.ts";
import type { PermissionLetter } from "../users/permissions.ts";
import type { PlacedSink } from "./drop_box.ts";
import type { FileSystem } from "./file_system.ts";
import type { Files } from "./files.ts";
import {
  type Entries,
  type Entry,
  type KnownFile,
  type LongWork,
  type MoveWork,
  type OpenFile,
  type ReadOptions,
  type StorageCapabilities,
  StorageError,
  type WriteMode,
} from "./storage.ts";

/** What there is to see. */
export interface Subtree {
  /** The directory that is the root. */
  readonly root: VirtualPath;
  /** The only name that is there; left out: all that the directory has. */
  readonly only?: string;
}

/**
 * The subtree at a path of what the user has: a directory with all that is in it, or a file.
 *
 * @throws {StorageError} `not-found` where there is none, or none that the user may enter.
 */
export async function subtreeAt(files: FileSystem, path: VirtualPath): Promise<Files> {
  try {
    return new SubtreeFiles(files, await subtreeOf(files, path));
  } catch (error) {
    const isNowhere = error instanceof StorageError &&
      (error.kind === "denied" || error.kind === "not-a-directory");
    if (!isNowhere) throw error;
    // Where nothing is, no letters are either.
    throw new StorageError("not-found", `Cannot share ${files.locate(path)}: ${error.message}`, {
      cause: error,
    });
  }
}

async function subtreeOf(files: FileSystem, path: VirtualPath): Promise<Subtree> {
  // Who may list nothing there may only leave something in a directory.
  if (path === ROOT || !await files.allows("l", path)) {
    await files.enter(path);
    return { root: path };
  }
  const { type } = await files.stat(path);
  if (type === "directory") return { root: path };
  if (type === "file") return { root: parentOf(path), only: nameOf(path) };
  throw new StorageError("not-found", `Cannot share ${files.locate(path)}: it is no file and no directory`);
}

/** Files of a subtree. */
export class SubtreeFiles implements Files {
  readonly #files: FileSystem;
  readonly #root: VirtualPath;
  readonly #only: string | undefined;

  constructor(files: FileSystem, { root, only }: Subtree) {
    this.#files = files;
    this.#root = root;
    this.#only = only;
  }

  /** Whether one file is all that is there. */
  get showsOne(): boolean {
    return this.#only !== undefined;
  }

  get capabilities(): StorageCapabilities {
    return this.#files.capabilities;
  }

  wholePath(path: VirtualPath): VirtualPath {
    return pathIn(this.#root, path);
  }

  locate(path: VirtualPath): string {
    return this.#files.locate(pathIn(this.#root, path));
  }

  allows(letter: PermissionLetter, path: VirtualPath): Soon<boolean> {
    // Of a directory that shows one file, what holds for that.
    if (this.#isRootOfOne(path)) {
      return this.#files.allows(letter, pathIn(this.#root, `/${this.#only}` as VirtualPath));
    }
    return this.#has(path) ? this.#files.allows(letter, pathIn(this.#root, path)) : false;
  }

  async require(letter: PermissionLetter, path: VirtualPath): Promise<void> {
    if (await this.allows(letter, path)) return;
    throw new StorageError("denied", `No permission ${letter} by a share link on ${this.locate(path)}`);
  }

  async enter(path: VirtualPath): Promise<void> {
    if (!this.#isRootOfOne(path)) await this.#files.enter(this.#real(path));
  }

  async stat(path: VirtualPath): Promise<Entry> {
    if (this.#isRootOfOne(path)) return await this.#rootOfOne();
    const entry = await this.#files.stat(this.#real(path));
    return path === ROOT ? { ...entry, unique: entry.unique, name: "" } : this.#seen(entry);
  }

  async size(path: VirtualPath): Promise<{ readonly bytes: number; readonly isPart: boolean }> {
    return await this.#files.size(this.#real(path));
  }

  async openMessage(path: VirtualPath): Promise<OpenFile | undefined> {
    return this.#only === undefined ? await this.#files.openMessage(this.#real(path)) : undefined;
  }

  async readForCounting(path: VirtualPath): Promise<ByteSource> {
    return await this.#files.readForCounting(this.#real(path));
  }

  async list(path: VirtualPath): Promise<Entries> {
    if (this.#isRootOfOne(path)) {
      const entry = await this.stat(`/${this.#only}` as VirtualPath);
      return (async function* () {
        yield [entry];
      })();
    }
    return this.#shown(await this.#files.list(this.#real(path)));
  }

  async openRead(path: VirtualPath, options: ReadOptions): Promise<OpenFile> {
    return await this.#files.openRead(this.#readable(path), options);
  }

  async openKnown(path: VirtualPath, options: ReadOptions): Promise<KnownFile> {
    const file = await this.#files.openKnown(this.#readable(path), options);
    return { ...file, entry: this.#seen(file.entry) };
  }

  async requireWrite(path: VirtualPath, mode: WriteMode): Promise<void> {
    await this.#files.requireWrite(this.#real(path), mode);
  }

  async openWrite(path: VirtualPath, mode: WriteMode): Promise<PlacedSink> {
    if (path === ROOT) throw new StorageError("is-a-directory", "Cannot write the root of a share link");
    const sink = await this.#files.openWrite(this.#real(path), mode);
    if (sink.placed === undefined) return sink;
    const placed = seenFrom(this.#root, sink.placed);
    return {
      ...sink,
      placed,
      get givenName(): string | undefined {
        return sink.givenName;
      },
      file: sink.file,
      write: (bytes) => sink.write(bytes),
      close: () => sink.close(),
      abort: () => sink.abort(),
    };
  }

  async heldBytes(path: VirtualPath): Promise<number | undefined> {
    return await this.#files.heldBytes(this.#real(path));
  }

  async isTaken(path: VirtualPath): Promise<boolean> {
    return await this.#files.isTaken(this.#real(path));
  }

  async isDropped(path: VirtualPath): Promise<boolean> {
    return await this.#files.isDropped(this.#real(path));
  }

  async remove(path: VirtualPath): Promise<void> {
    await this.#files.remove(this.#real(path));
  }

  async makeDirectory(path: VirtualPath): Promise<void> {
    await this.#files.makeDirectory(this.#real(path));
  }

  async removeDirectory(path: VirtualPath): Promise<void> {
    await this.#files.removeDirectory(this.#real(path));
  }

  async checkRemoveTree(path: VirtualPath): Promise<void> {
    await this.#files.checkRemoveTree(this.#real(path));
  }

  async removeTree(path: VirtualPath, work: LongWork): Promise<void> {
    await this.#files.removeTree(this.#real(path), work);
  }

  async checkCombine(target: VirtualPath, parts: readonly VirtualPath[]): Promise<void> {
    await this.#files.checkCombine(this.#real(target), parts.map((part) => this.#real(part)));
  }

  async combine(target: VirtualPath, parts: readonly VirtualPath[], work: LongWork): Promise<void> {
    await this.#files.combine(this.#real(target), parts.map((part) => this.#real(part)), work);
  }

  async checkRenameFrom(path: VirtualPath): Promise<void> {
    await this.#files.checkRenameFrom(this.#real(path));
  }

  async rename(from: VirtualPath, to: VirtualPath, work: MoveWork): Promise<void> {
    await this.#files.rename(this.#real(from), this.#real(to), work);
  }

  async setModified(path: VirtualPath, timeMs: number): Promise<void> {
    await this.#files.setModified(this.#real(path), timeMs);
  }

  async setMode(path: VirtualPath, mode: number): Promise<void> {
    await this.#files.setMode(this.#real(path), mode);
  }

  get umask(): number | undefined {
    return this.#files.umask;
  }

  async setUmask(umask: number): Promise<void> {
    await this.#files.setUmask(umask);
  }

  /** How full a disk is, no visitor is told. */
  freeBytes(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  #isRootOfOne(path: VirtualPath): boolean {
    return this.#only !== undefined && path === ROOT;
  }

  #has(path: VirtualPath): boolean {
    return this.#only === undefined || path === `/${this.#only}`;
  }

  /** The path in the user's tree. @throws {StorageError} `not-found` for what is not shown. */
  #real(path: VirtualPath): VirtualPath {
    if (this.#has(path)) return pathIn(this.#root, path);
    throw new StorageError("not-found", `Cannot find ${this.locate(path)} by a share link to another file`);
  }

  /** The same for a path that is to be read. @throws {StorageError} `is-a-directory` for the root. */
  #readable(path: VirtualPath): VirtualPath {
    if (!this.#isRootOfOne(path)) return this.#real(path);
    throw new StorageError("is-a-directory", `Cannot read ${this.locate(path)}: it is a directory`);
  }

  /** A directory with the file's time, of which nothing else is to be known. */
  async #rootOfOne(): Promise<Entry> {
    const { modifiedMs, mode, unique } = await this.#files.stat(this.#real(`/${this.#only}` as VirtualPath));
    return { name: "", type: "directory", size: 0, modifiedMs, mode, links: 1, unique: `of ${unique}` };
  }

  /** Without what leads out of the subtree: nobody may go there, and its size and time are not to be seen. */
  async *#shown(entries: Entries): Entries {
    for await (const some of entries) {
      yield some.filter(({ link }) => link === undefined || isWithin(this.#root, link as VirtualPath))
        .map((entry) => this.#seen(entry));
    }
  }

  /** Where a link leads, as its path is called here. */
  #seen(entry: Entry): Entry {
    if (entry.link === undefined) return entry;
    const link = entry.link as VirtualPath;
    // The mark is made when it is asked for, and would not be copied.
    const { unique } = entry;
    return { ...entry, unique, link: isWithin(this.#root, link) ? seenFrom(this.#root, link) : ROOT };
  }
}

/** One user's door to files: permission, home containment, then the storage. Commands call nothing else. */

import type { ByteSource, Soon } from "../bytes/ends.ts";
import { childOf, isWithin, ROOT, type VirtualPath } from "../protocol/pathname.ts";
import { lettersOf } from "../users/letters.ts";
import type { PermissionLetter } from "../users/permissions.ts";
import type { User } from "../users/user.ts";
import { combine, removeTree } from "./bulk.ts";
import type { PlacedSink } from "./drop_box.ts";
import { HiddenNames } from "./hidden_names.ts";
import { HidingStorage } from "./hiding_storage.ts";
import { NewFiles } from "./new_files.ts";
import { NewModes } from "./new_modes.ts";
import { PermFacts } from "./perm_facts.ts";
import { PlacedLetters } from "./placed_letters.ts";
import {
  type Entries,
  type Entry,
  isMissing,
  type KnownFile,
  type LongWork,
  type MoveWork,
  type OpenFile,
  type ReadOptions,
  type Storage,
  StorageError,
  type WriteMode,
} from "./storage.ts";

/**
 * What one user may do with one storage. Each method begins with the permission letter that it needs and
 * throws `denied` without it.
 */
export class FileSystem {
  readonly #user: User;
  readonly #storage: Storage;
  /** The same with the names that are hidden from the user. */
  readonly #unhidden: Storage;
  readonly #made: NewFiles;
  readonly #modes: NewModes;

  /** @param modes The permission bits of what the user makes; by default what the system gives. */
  constructor(user: User, storage: Storage, modes = new NewModes()) {
    this.#modes = modes;
    this.#unhidden = storage;
    const { dropBoxes = [], hide = [] } = user;
    this.#user = { ...user, permissions: lettersOf(user) };
    this.#storage = hide.length > 0 ? new HidingStorage(storage, new HiddenNames(hide)) : storage;
    this.#made = new NewFiles({ storage: this.#storage, dropBoxes, modes });
  }

  /** What the storage behind can do. */
  get capabilities(): Storage["capabilities"] {
    return this.#storage.capabilities;
  }

  /** The place as the operator knows it, for events only. */
  locate(path: VirtualPath): string {
    return this.#storage.locate(path);
  }

  /** Whether the user may do what the letter stands for on this path, and at the place where it leads. */
  allows(letter: PermissionLetter, path: VirtualPath): Soon<boolean> {
    return this.#letters().allows(letter, path);
  }

  /**
   * Makes sure of a permission before anything is touched.
   *
   * @throws {StorageError} `denied`.
   */
  require(letter: PermissionLetter, path: VirtualPath): Soon<void> {
    return this.#letters().require(letter, path);
  }

  /** Makes sure that the path is a directory that the user may enter. */
  async enter(path: VirtualPath): Promise<void> {
    await this.require("e", path);
    await this.#made.quietly(path, () => this.#directory(path));
  }

  /** Facts of one entry. */
  async stat(path: VirtualPath): Promise<Entry> {
    await this.require("l", path);
    return await this.#storage.stat(path);
  }

  /**
   * The size of a file, or of an upload that was cut off where its sender may go on.
   *
   * @throws {StorageError} `not-a-file` for anything else.
   */
  async size(path: VirtualPath): Promise<{ readonly bytes: number; readonly isPart: boolean }> {
    const own = await this.#made.ownPartSize(path);
    if (own !== undefined) return { bytes: Math.max(0, own - 1), isPart: true };
    await this.require("l", path);
    try {
      const { type, size } = await this.#storage.stat(path);
      if (type === "file") return { bytes: size, isPart: false };
    } catch (error) {
      const held = isMissing(error) ? await this.#storage.partialSize(path) : undefined;
      // One byte less than is held: all may have come, and a sender who is told so would not complete the
      // file.
      if (held !== undefined) return { bytes: Math.max(0, held - 1), isPart: true };
      throw error;
    }
    throw new StorageError("not-a-file", `Cannot size ${this.locate(path)}: it is no regular file`);
  }

  /**
   * The file `.message` of a directory, for who enters it. It may be hidden, but has to be one that the user
   * may read; in a drop box anybody may have left it.
   */
  async openMessage(directory: VirtualPath): Promise<OpenFile | undefined> {
    const path = childOf(directory, ".message");
    if (await this.#made.isDropped(path) || !await this.allows("r", path)) return undefined;
    return await this.#unhidden.read(path, { offset: 0 });
  }

  /** The bytes of a file to be counted on this side, not to be sent: for that the letter of SIZE will do. */
  async readForCounting(path: VirtualPath): Promise<ByteSource> {
    await this.require("l", path);
    return (await this.#storage.read(path, { offset: 0 })).source;
  }

  /** The entries of a directory; refusals come before the first entry. */
  async list(path: VirtualPath): Promise<Entries> {
    await this.require("l", path);
    await this.#directory(path);
    return this.#storage.list(path);
  }

  /**
   * Opens a file for reading.
   *
   * @throws {StorageError} `out-of-range` for an offset behind its end.
   */
  async openRead(path: VirtualPath, options: ReadOptions): Promise<OpenFile> {
    const judging = this.require("r", path);
    if (judging) await judging;
    return await this.#storage.read(path, options);
  }

  /** {@linkcode openRead}, with the facts of the file: for them the letter of reading will do. */
  async openKnown(path: VirtualPath, options: ReadOptions): Promise<KnownFile> {
    const file = await this.openRead(path, options);
    try {
      const entry = await (file.stat?.() ?? this.#storage.stat(path));
      return { size: file.size, source: file.source, entry };
    } catch (error) {
      await file.source.close();
      throw error;
    }
  }

  /**
   * Makes sure that a file may be written: `append` needs the letter `a`, everything else `w`. In a drop box
   * every upload is of a new file.
   */
  async requireWrite(path: VirtualPath, { kind }: WriteMode): Promise<void> {
    await this.require(kind === "append" && !await this.#made.isDropped(path) ? "a" : "w", path);
  }

  /** Opens an upload. */
  async openWrite(path: VirtualPath, mode: WriteMode): Promise<PlacedSink> {
    await this.requireWrite(path, mode);
    if (path === ROOT) throw new StorageError("is-a-directory", "Cannot write the root");
    return await this.#made.open(path, mode);
  }

  /**
   * Bytes held of an upload that was cut off, also where it is to replace a file; undefined when nothing is.
   * Whoever may send the file may know how much of it is there.
   */
  async heldBytes(path: VirtualPath): Promise<number | undefined> {
    await this.require("w", path);
    return await this.#made.heldBytes(path);
  }

  /** Whether a file or an upload has this name already, for whoever may send one. */
  async isTaken(path: VirtualPath): Promise<boolean> {
    await this.require("w", path);
    return await this.#made.isTaken(path);
  }

  /** Whether an upload to this path goes into a drop box, where nobody is told what lies there. */
  async isDropped(path: VirtualPath): Promise<boolean> {
    return await this.#made.isDropped(path);
  }

  /** Deletes a file. */
  async remove(path: VirtualPath): Promise<void> {
    const letters = this.#letters();
    await letters.require("d", path);
    await letters.refuseFixedLink(path);
    await this.#storage.remove(path);
  }

  /** Makes a directory. */
  async makeDirectory(path: VirtualPath): Promise<void> {
    await this.require("m", path);
    await this.#made.makeDirectory(path);
  }

  /** Deletes an empty directory. */
  async removeDirectory(path: VirtualPath): Promise<void> {
    const letters = this.#letters();
    await letters.require("d", path);
    await letters.refuseFixed(path);
    await this.#storage.removeDirectory(path);
  }

  /** Makes sure that the directory is there and may be removed with all that is in it. */
  async checkRemoveTree(path: VirtualPath): Promise<void> {
    if (path === ROOT) throw new StorageError("denied", "Cannot remove the root");
    const letters = this.#letters();
    await letters.require("d", path);
    // No directory in it has letters of its own, so the letters in it are the letters everywhere below.
    await letters.refuseFixed(path);
    await letters.require("d", childOf(path, "-"));
    const { type, link } = await this.#storage.stat(path);
    if (type === "directory" && link === undefined) return;
    throw new StorageError("not-a-directory", `Cannot remove ${this.locate(path)}: it is no directory`);
  }

  /** Deletes a directory with all that is in it; call {@linkcode checkRemoveTree} first. */
  async removeTree(path: VirtualPath, work: LongWork): Promise<void> {
    const letters = this.#letters();
    // One that is mounted there as well shows when it is found, and stops the rest.
    const check = (directory: VirtualPath, entry: Entry) => letters.refuseOwner(directory, entry);
    await removeTree(this.#storage, path, { ...work, check });
  }

  /** Makes sure that the parts are files that may be read and deleted, and that the target may be written. */
  async checkCombine(target: VirtualPath, parts: readonly VirtualPath[]): Promise<void> {
    const letters = this.#letters();
    await letters.require("w", target);
    await this.#made.refuseJoin(target);
    for (const part of parts) {
      await letters.require("r", part);
      await letters.require("d", part);
      await letters.refuseFixedLink(part);
      const { type } = await this.#storage.stat(part);
      if (type !== "file") {
        throw new StorageError("not-a-file", `Cannot join ${this.locate(part)}: it is no regular file`);
      }
    }
  }

  /** Joins files into one; call {@linkcode checkCombine} first. */
  async combine(target: VirtualPath, parts: readonly VirtualPath[], work: LongWork): Promise<void> {
    await combine(this.#storage, target, parts, { ...work, bits: this.#made.fileBits });
  }

  /** Makes sure that the entry is there and may be renamed. */
  async checkRenameFrom(path: VirtualPath): Promise<void> {
    const letters = this.#letters();
    await letters.require("f", path);
    await letters.refuseFixed(path);
    await this.#storage.stat(path);
  }

  /**
   * Renames; to replace a file at the new place needs the letter `w` there. Nothing is moved to where the
   * accounts file has letters for a directory, or above that, also where there is none at the moment: they
   * are meant for another one. To make that directory is another thing: it is as new as its letters expect.
   */
  async rename(from: VirtualPath, to: VirtualPath, work: MoveWork): Promise<void> {
    const letters = this.#letters();
    for (const path of [from, to]) await letters.require("f", path);
    for (const path of [from, to]) await letters.refuseFixed(path);
    if (from !== to && isWithin(from, to)) {
      throw new StorageError("invalid-name", `Cannot move ${this.locate(from)} into itself`);
    }
    if (!await letters.allows("w", to) && await this.#exists(to)) {
      throw new StorageError("denied", `Cannot replace ${this.locate(to)}: no permission to write`);
    }
    await this.#storage.rename(from, to, work);
  }

  /** Sets the modification time, milliseconds since 1970. */
  async setModified(path: VirtualPath, timeMs: number): Promise<void> {
    await this.require("T", path);
    await this.#storage.setModified(path, timeMs);
  }

  /** Sets the permission bits. */
  async setMode(path: VirtualPath, mode: number): Promise<void> {
    await this.require("M", path);
    if (!this.capabilities.modes) {
      throw new StorageError("unsupported", "Cannot set modes: the storage has none");
    }
    await this.#storage.setMode(path, mode);
  }

  /** Bits that nothing new gets; undefined while those of the system hold. */
  get umask(): number | undefined {
    return this.#modes.umask;
  }

  /** Sets {@linkcode FileSystem.umask} for this session. */
  async setUmask(umask: number): Promise<void> {
    await this.require("M", ROOT);
    this.#modes.umask = umask;
  }

  /** Bytes free in a directory; undefined when nobody knows. */
  async freeBytes(path: VirtualPath): Promise<number | undefined> {
    return await this.#storage.freeBytes(path);
  }

  /** Tells the fact `perm` of the entries of one listing. */
  permFacts(): PermFacts {
    const { permissions } = this.#user;
    return new PermFacts(permissions, { letters: this.#letters(), storage: this.#storage });
  }

  async #directory(path: VirtualPath): Promise<void> {
    const { type } = await this.#storage.stat(path);
    if (type !== "directory") {
      throw new StorageError("not-a-directory", `${this.locate(path)} is no directory`);
    }
  }

  async #exists(path: VirtualPath): Promise<boolean> {
    try {
      await this.#storage.stat(path);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  /** The letters for one act. */
  #letters(): PlacedLetters {
    return new PlacedLetters(this.#user, this.#storage);
  }
}

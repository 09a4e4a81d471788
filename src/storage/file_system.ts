/** One user's door to files: permission, home containment, then the storage. Commands call nothing else. */

import type { ByteSink, ByteSource } from "../bytes/ends.ts";
import { childOf, isWithin, ROOT, type VirtualPath } from "../protocol/pathname.ts";
import type { PermissionLetter } from "../users/permissions.ts";
import type { User } from "../users/user.ts";
import { combine, removeTree } from "./bulk.ts";
import {
  type Entry,
  type LongWork,
  type OpenFile,
  type ReadOptions,
  type Storage,
  StorageError,
  type WriteMode,
} from "./storage.ts";

/** The letters of the MLSx fact `perm`. RFC 3659 §7.5.5. */
const FILE_PERMS: readonly (readonly [string, PermissionLetter])[] = [
  ["a", "a"],
  ["d", "d"],
  ["f", "f"],
  ["r", "r"],
  ["w", "w"],
];

/**
 * What one user may do with one storage. Each method begins with the permission letter that it needs and
 * throws `denied` without it.
 */
export class FileSystem {
  readonly #user: User;
  readonly #storage: Storage;

  constructor(user: User, storage: Storage) {
    this.#user = user;
    this.#storage = storage;
  }

  /** What the storage behind can do. */
  get capabilities(): Storage["capabilities"] {
    return this.#storage.capabilities;
  }

  /** The place as the operator knows it, for events only. */
  locate(path: VirtualPath): string {
    return this.#storage.locate(path);
  }

  /** Whether the user may do what the letter stands for on this path. */
  allows(letter: PermissionLetter, path: VirtualPath): boolean {
    return this.#user.permissions.allows(letter, path);
  }

  /**
   * Makes sure of a permission before anything is touched.
   *
   * @throws {StorageError} `denied`.
   */
  require(letter: PermissionLetter, path: VirtualPath): void {
    if (this.allows(letter, path)) return;
    throw new StorageError(
      "denied",
      `${this.#user.name} has no permission ${letter} on ${this.locate(path)}`,
    );
  }

  /** Makes sure that the path is a directory that the user may enter. */
  async enter(path: VirtualPath): Promise<void> {
    this.require("e", path);
    await this.#directory(path);
  }

  /** Facts of one entry. */
  async stat(path: VirtualPath): Promise<Entry> {
    this.require("l", path);
    return await this.#storage.stat(path);
  }

  /**
   * The size of a file, or of an upload that was cut off where its sender may go on.
   *
   * @throws {StorageError} `not-a-file` for anything else.
   */
  async size(path: VirtualPath): Promise<{ readonly bytes: number; readonly isPart: boolean }> {
    this.require("l", path);
    try {
      const { type, size } = await this.#storage.stat(path);
      if (type === "file") return { bytes: size, isPart: false };
    } catch (error) {
      const held = isNotFound(error) ? await this.#storage.partialSize(path) : undefined;
      // One byte less than is held: all may have come, and a sender who is told so would not complete the
      // file.
      if (held !== undefined) return { bytes: Math.max(0, held - 1), isPart: true };
      throw error;
    }
    throw new StorageError("not-a-file", `Cannot size ${this.locate(path)}: it is no regular file`);
  }

  /** The bytes of a file to be counted on this side, not to be sent: for that the letter of SIZE will do. */
  async readForCounting(path: VirtualPath): Promise<ByteSource> {
    this.require("l", path);
    return (await this.#storage.read(path, { offset: 0 })).source;
  }

  /** The entries of a directory; refusals come before the first entry. */
  async list(path: VirtualPath): Promise<AsyncIterable<readonly Entry[]>> {
    this.require("l", path);
    await this.#directory(path);
    return this.#storage.list(path);
  }

  /**
   * Opens a file for reading.
   *
   * @throws {StorageError} `out-of-range` for an offset behind its end.
   */
  async openRead(path: VirtualPath, options: ReadOptions): Promise<OpenFile> {
    this.require("r", path);
    return await this.#storage.read(path, options);
  }

  /** Opens an upload; `append` needs the letter `a`, everything else `w`. */
  async openWrite(path: VirtualPath, mode: WriteMode): Promise<ByteSink> {
    this.require(mode.kind === "append" ? "a" : "w", path);
    if (path === ROOT) throw new StorageError("is-a-directory", "Cannot write the root");
    return await this.#storage.write(path, mode);
  }

  /** Deletes a file. */
  async remove(path: VirtualPath): Promise<void> {
    this.require("d", path);
    await this.#storage.remove(path);
  }

  /** Makes a directory. */
  async makeDirectory(path: VirtualPath): Promise<void> {
    this.require("m", path);
    await this.#storage.makeDirectory(path);
  }

  /** Deletes an empty directory. */
  async removeDirectory(path: VirtualPath): Promise<void> {
    this.require("d", path);
    this.#refuseOverridden(path);
    await this.#storage.removeDirectory(path);
  }

  /** Makes sure that the directory is there and may be removed with all that is in it. */
  async checkRemoveTree(path: VirtualPath): Promise<void> {
    if (path === ROOT) throw new StorageError("denied", "Cannot remove the root");
    this.require("d", path);
    // No directory in it has letters of its own, so the letters in it are the letters everywhere below.
    this.#refuseOverridden(path);
    this.require("d", childOf(path, "-"));
    const { type, link } = await this.#storage.stat(path);
    if (type === "directory" && link === undefined) return;
    throw new StorageError("not-a-directory", `Cannot remove ${this.locate(path)}: it is no directory`);
  }

  /** Deletes a directory with all that is in it; call {@linkcode checkRemoveTree} first. */
  async removeTree(path: VirtualPath, work: LongWork): Promise<void> {
    await removeTree(this.#storage, path, work);
  }

  /** Makes sure that the parts are files that may be read and deleted, and that the target may be written. */
  async checkCombine(target: VirtualPath, parts: readonly VirtualPath[]): Promise<void> {
    this.require("w", target);
    for (const part of parts) {
      this.require("r", part);
      this.require("d", part);
      const { type } = await this.#storage.stat(part);
      if (type !== "file") {
        throw new StorageError("not-a-file", `Cannot join ${this.locate(part)}: it is no regular file`);
      }
    }
  }

  /** Joins files into one; call {@linkcode checkCombine} first. */
  async combine(target: VirtualPath, parts: readonly VirtualPath[], work: LongWork): Promise<void> {
    await combine(this.#storage, target, parts, work);
  }

  /** Makes sure that the entry is there and may be renamed. */
  async checkRenameFrom(path: VirtualPath): Promise<void> {
    this.require("f", path);
    this.#refuseOverridden(path);
    await this.#storage.stat(path);
  }

  /** Renames; to replace a file at the new place needs the letter `w` there. */
  async rename(from: VirtualPath, to: VirtualPath, work: LongWork): Promise<void> {
    this.require("f", from);
    this.require("f", to);
    this.#refuseOverridden(from);
    if (from !== to && isWithin(from, to)) {
      throw new StorageError("invalid-name", `Cannot move ${this.locate(from)} into itself`);
    }
    if (!this.allows("w", to) && await this.#exists(to)) {
      throw new StorageError("denied", `Cannot replace ${this.locate(to)}: no permission to write`);
    }
    await this.#storage.rename(from, to, work);
  }

  /** Sets the modification time, milliseconds since 1970. */
  async setModified(path: VirtualPath, timeMs: number): Promise<void> {
    this.require("T", path);
    await this.#storage.setModified(path, timeMs);
  }

  /** Sets the permission bits. */
  async setMode(path: VirtualPath, mode: number): Promise<void> {
    this.require("M", path);
    if (!this.capabilities.modes) {
      throw new StorageError("unsupported", "Cannot set modes: the storage has none");
    }
    await this.#storage.setMode(path, mode);
  }

  /** Bytes free in a directory; undefined when nobody knows. */
  async freeBytes(path: VirtualPath): Promise<number | undefined> {
    return await this.#storage.freeBytes(path);
  }

  /**
   * The fact `perm` of an entry: what this user may do with it, now. Only for a directory does that take a
   * look at it. RFC 3659 §7.5.5.
   */
  perm(path: VirtualPath, entry: Entry): string | Promise<string> {
    if (entry.type === "directory") return this.#directoryPerm(path);
    let perms = "";
    for (const [perm, letter] of FILE_PERMS) if (this.allows(letter, path)) perms += perm;
    return perms;
  }

  async #directoryPerm(path: VirtualPath): Promise<string> {
    const inside = childOf(path, "-");
    const mayMove = path !== ROOT && !this.#user.permissions.hasOverrideWithin(path);
    const canRemove = mayMove && this.allows("d", path) &&
      await this.#storage.isEmpty(path).catch(() => false);
    const perms: readonly (readonly [string, boolean])[] = [
      ["c", this.allows("w", inside)],
      ["d", canRemove],
      ["e", this.allows("e", path)],
      ["f", mayMove && this.allows("f", path)],
      ["l", this.allows("l", path)],
      ["m", this.allows("m", inside)],
      ["p", this.allows("d", inside)],
    ];
    return perms.filter(([, allowed]) => allowed).map(([perm]) => perm).join("");
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
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  /** A directory with letters of its own stays where the accounts file says that it is. */
  #refuseOverridden(path: VirtualPath): void {
    if (this.#user.permissions.hasOverrideWithin(path)) {
      throw new StorageError(
        "denied",
        `Cannot move or remove ${this.locate(path)}: it has permissions of its own`,
      );
    }
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof StorageError && error.kind === "not-found";
}

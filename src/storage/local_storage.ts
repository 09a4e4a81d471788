/** The local disk as a storage: one directory, which paths cannot leave. */

import { nameOf, ROOT, type VirtualPath } from "../protocol/pathname.ts";
import { Containment } from "./containment.ts";
import { Disks, statEntry } from "./disk.ts";
import type { DiskThreads } from "./disk_threads.ts";
import { readableOf } from "./file_streams.ts";
import { LocalEntry } from "./local_entry.ts";
import { pathBelow } from "./host_path.ts";
import { moveAcrossDevices } from "./move.ts";
import { isPartialName } from "./partial_upload.ts";
import type { QuickDisks } from "./quick_disks.ts";
import { RealRoots } from "./real_roots.ts";
import {
  type Entry,
  type OpenFile,
  type ReadOptions,
  type Storage,
  type StorageCapabilities,
  StorageError,
  type WriteMode,
} from "./storage.ts";
import { guarded, storageErrorOf } from "./system_error.ts";
import { discardPartial, heldBytes, openUpload } from "./upload.ts";

/** How {@linkcode LocalStorage} works. */
export interface LocalStorageOptions {
  /** The directory that becomes the root: an absolute host path. */
  readonly home: string;
  /** Whether uploads appear under their names only when they are complete. */
  readonly atomicUploads: boolean;
  /**
   * Whether an upload ends only when the disk has the file and its entry in the directory, so that a power
   * cut takes neither away; by default when the system has taken the last byte.
   */
  readonly durable?: boolean;
  /** Where disks may be called directly; nowhere by default. */
  readonly quickDisks?: QuickDisks;
  /** For files on mounts that may hang; by default nothing is known of those. */
  readonly diskThreads?: DiskThreads;
  /** What is known already of where homes lie. */
  readonly roots?: RealRoots;
  /**
   * Told of a name on the disk that is not valid UTF-8 and so cannot be opened: its shown form and its
   * directory.
   */
  readonly onUndecodableName?: (name: string, directory: string) => void;
}

/** How many entries of a directory are handed on together. */
const STAT_BATCH = 128;
/**
 * How many of them a slow disk looks at together: the runtime has 32 threads for all sessions, and a disk
 * that hangs keeps those that it has.
 */
const SLOW_LOOKS = 16;

/** Files on the local disk. */
export class LocalStorage implements Storage {
  readonly capabilities: StorageCapabilities = {
    resume: true,
    modes: Deno.build.os !== "windows",
    times: true,
  };
  readonly #containment: Containment;
  readonly #disks: Disks;
  readonly #options: LocalStorageOptions;

  constructor(options: LocalStorageOptions) {
    this.#options = options;
    this.#disks = new Disks(options.quickDisks, options.diskThreads);
    this.#containment = new Containment(options.home, {
      disks: this.#disks,
      roots: options.roots ?? new RealRoots(),
    });
  }

  locate(path: VirtualPath): string {
    return this.#containment.locate(path);
  }

  async stat(path: VirtualPath): Promise<Entry> {
    this.#refusePartialName(path);
    const entry = await this.#entryAt(await this.#containment.entry(path), nameOf(path));
    if (entry) return entry;
    throw new StorageError("not-found", `Cannot find ${this.locate(path)}: it leads outside the home`);
  }

  async *list(path: VirtualPath): AsyncIterable<readonly Entry[]> {
    const directory = await this.#containment.follow(path);
    await this.#disks.refreshed;
    let names: string[] = [];
    try {
      for await (const { name } of this.#disks.readDirectory(directory)) {
        if (isPartialName(name)) continue;
        if (names.push(name) < STAT_BATCH) continue;
        yield await this.#entriesOf(directory, names);
        names = [];
      }
    } catch (error) {
      throw storageErrorOf(error, `Cannot list ${directory}`);
    }
    yield await this.#entriesOf(directory, names);
  }

  async isEmpty(path: VirtualPath): Promise<boolean> {
    const directory = await this.#containment.follow(path);
    return await guarded(`Cannot list ${directory}`, async () => {
      // A link count above two means subdirectories on most file systems, which saves reading the directory.
      if (((await Deno.lstat(directory)).nlink ?? 0) > 2) return false;
      for await (const { name } of Deno.readDir(directory)) {
        if (!isPartialName(name)) return false;
      }
      return true;
    });
  }

  async read(path: VirtualPath, { offset, chunkBytes }: ReadOptions): Promise<OpenFile> {
    this.#refusePartialName(path);
    const entry = await this.#containment.entry(path);
    await this.#disks.refreshed;
    return await guarded(`Cannot read ${entry}`, async () => {
      const disk = this.#disks.at(entry);
      const info = await disk.lstat(entry);
      const host = info.isSymlink ? await this.#containment.follow(path) : entry;
      const { isFile, isDirectory, size } = info.isSymlink ? await Deno.stat(host) : info;
      // Asked before opening: to open a FIFO waits for a writer.
      if (!isFile) {
        throw new StorageError(isDirectory ? "is-a-directory" : "not-a-file", `Cannot read ${host}`);
      }
      if (offset > size) {
        throw new StorageError("out-of-range", `Cannot read ${host} at ${offset}: it has ${size} bytes`);
      }
      const file = await (info.isSymlink ? this.#disks.at(host) : disk).open(host);
      if (offset > 0) await file.seek(offset);
      return {
        size,
        bytes: readableOf(file, { chunkBytes, bytes: size - offset, path: host }),
      };
    });
  }

  async write(path: VirtualPath, mode: WriteMode): Promise<WritableStream<Uint8Array>> {
    const { target, existing } = await this.#uploadTarget(path);
    const disk = this.#disks.at(target);
    return await openUpload(target, mode, { atomic: this.#options.atomicUploads, existing, disk });
  }

  async partialSize(path: VirtualPath): Promise<number | undefined> {
    const { target, existing } = await this.#uploadTarget(path);
    return existing ? undefined : await heldBytes(target, this.#disks.at(target));
  }

  async remove(path: VirtualPath): Promise<void> {
    this.#refusePartialName(path);
    const host = await this.#containment.entry(path);
    await guarded(`Cannot delete ${host}`, async () => {
      const entry = await this.#entryAt(host, nameOf(path)).catch(() => undefined);
      if (entry?.type === "directory" && entry.link === undefined) {
        throw new StorageError("is-a-directory", `Cannot delete ${host}: it is a directory`);
      }
      const hadPartial = await discardPartial(host, this.#disks.at(host));
      if (entry) await this.#disks.at(host).remove(host);
      else if (!hadPartial) throw new StorageError("not-found", `Cannot delete ${host}: no such file`);
    });
  }

  async makeDirectory(path: VirtualPath): Promise<void> {
    this.#refusePartialName(path);
    if (path === ROOT) throw new StorageError("exists", "Cannot make the root: it exists");
    const host = await this.#containment.entry(path);
    await guarded(`Cannot make ${host}`, () => Deno.mkdir(host));
  }

  async removeDirectory(path: VirtualPath): Promise<void> {
    if (path === ROOT) throw new StorageError("denied", "Cannot remove the root");
    const host = await this.#containment.entry(path);
    await guarded(`Cannot remove ${host}`, async () => {
      if (!(await Deno.lstat(host)).isDirectory) {
        throw new StorageError("not-a-directory", `Cannot remove ${host}: it is no directory`);
      }
      // What is left of cut-off uploads is invisible to clients, so it must not keep a directory that looks
      // empty to them.
      if (await this.isEmpty(path)) await this.#discardPartialsIn(host);
      await Deno.remove(host);
    });
  }

  async rename(from: VirtualPath, to: VirtualPath): Promise<void> {
    this.#refusePartialName(from);
    this.#refusePartialName(to);
    if (from === ROOT || to === ROOT) throw new StorageError("denied", "Cannot rename the root");
    const [source, target] = await Promise.all([this.#containment.entry(from), this.#containment.entry(to)]);
    await guarded(`Cannot rename ${source} to ${target}`, async () => {
      const existing = await Deno.lstat(target).catch(() => null);
      const { ino, dev } = await Deno.lstat(source);
      const isSame = existing?.ino === ino && existing?.dev === dev;
      if (existing?.isDirectory && !isSame) {
        throw new StorageError("exists", `Cannot rename to ${target}: it is a directory`);
      }
      try {
        await Deno.rename(source, target);
      } catch (error) {
        const failure = storageErrorOf(error, `Cannot rename ${source}`);
        if (failure.kind !== "cross-device" || !(await Deno.lstat(source)).isFile) throw failure;
        await moveAcrossDevices(source, target);
      }
    });
  }

  async setModified(path: VirtualPath, timeMs: number): Promise<void> {
    this.#refusePartialName(path);
    const host = await this.#containment.follow(path);
    await guarded(
      `Cannot set the time of ${host}`,
      () => Deno.utime(host, new Date(timeMs), new Date(timeMs)),
    );
  }

  async setMode(path: VirtualPath, mode: number): Promise<void> {
    this.#refusePartialName(path);
    const host = await this.#containment.follow(path);
    await guarded(`Cannot set the mode of ${host}`, () => Deno.chmod(host, mode));
  }

  async freeBytes(path: VirtualPath): Promise<number | undefined> {
    const host = await this.#containment.follow(path);
    return await guarded(`Cannot measure ${host}`, async () => {
      // Loaded when it is asked for: it takes megabytes, and few clients ask.
      const { statfs } = await import("node:fs/promises");
      const { bavail, bsize } = await statfs(host);
      return bavail * bsize;
    });
  }

  /** The facts of what lies at a host path; undefined for a link that leads outside. */
  async #entryAt(host: string, name: string): Promise<Entry | undefined> {
    return await guarded(`Cannot look at ${host}`, async () => {
      const info = await this.#disks.at(host).lstat(host);
      return info.isSymlink ? await this.#linkAt(host, name, info) : new LocalEntry(name, info);
    });
  }

  async #linkAt(host: string, name: string, info: Deno.FileInfo): Promise<Entry | undefined> {
    let target: string;
    try {
      target = await Deno.realPath(host);
    } catch {
      return new LocalEntry(name, info, "(missing)");
    }
    const link = this.#containment.virtual(target);
    return link && new LocalEntry(name, await Deno.stat(target), link);
  }

  async #entriesOf(directory: string, names: readonly string[]): Promise<Entry[]> {
    const infos = this.#disks.lookAtAll(directory, names);
    const entries: Entry[] = [];
    const slow: string[] = [];
    for (const [at, name] of names.entries()) {
      const info = infos[at];
      if (info && !info.isSymlink) entries.push(new LocalEntry(name, info));
      else slow.push(name);
    }
    for (let start = 0; start < slow.length; start += SLOW_LOOKS) {
      const some = slow.slice(start, start + SLOW_LOOKS);
      const found = await Promise.all(some.map((name) => this.#listedEntry(directory, name)));
      entries.push(...found.filter((entry) => entry !== undefined));
    }
    return entries;
  }

  async #listedEntry(directory: string, name: string): Promise<Entry | undefined> {
    try {
      return await this.#entryAt(pathBelow(directory, [name]), name);
    } catch {
      // Deno shows a byte that is no UTF-8 as U+FFFD and cannot open the name; a name that truly has this
      // character opens.
      if (name.includes("\ufffd")) this.#options.onUndecodableName?.(name, directory);
      return undefined;
    }
  }

  /**
   * Where an upload goes: a link inside the home is written through, one that leads outside or nowhere is
   * refused.
   */
  async #uploadTarget(path: VirtualPath): Promise<{ target: string; existing: Deno.FileInfo | null }> {
    this.#refusePartialName(path);
    const host = await this.#containment.entry(path);
    await this.#disks.refreshed;
    const existing = await statEntry(host, this.#disks.at(host));
    if (!existing?.isSymlink) return { target: host, existing };
    const target = await this.#containment.follow(path);
    return { target, existing: await statEntry(target, this.#disks.at(target)) };
  }

  async #discardPartialsIn(directory: string): Promise<void> {
    for await (const { name } of Deno.readDir(directory)) {
      const target = name.replace(/^\.(.*)\.baseftp-part$/s, "$1");
      await discardPartial(`${directory}/${target}`, this.#disks.at(directory));
    }
  }

  #refusePartialName(path: VirtualPath): void {
    if (isPartialName(nameOf(path))) {
      throw new StorageError(
        "invalid-name",
        `Cannot use ${this.locate(path)}: the name is kept for partial uploads`,
      );
    }
  }
}

/** The local disk as a storage: one directory, which paths cannot leave. */

import type { Soon } from "../bytes/ends.ts";
import { nameOf, ROOT, type VirtualPath } from "../protocol/pathname.ts";
import { Containment } from "./containment.ts";
import type { DiskPlace } from "./cross_device.ts";
import { Disks, statEntry } from "./disks.ts";
import { sourceOf } from "./file_ends.ts";
import { refuseLocked } from "./file_lock.ts";
import { pathBelow } from "./host_path.ts";
import { LocalEntries } from "./local_entries.ts";
import { LocalEntry } from "./local_entry.ts";
import { moveEntry } from "./local_move.ts";
import { localWay } from "./local_way.ts";
import { giveBits } from "./new_modes.ts";
import { isPartialName } from "./partial_name.ts";
import { discardHidden, discardPart, heldPart } from "./partial_upload.ts";
import { RealRoots } from "./real_roots.ts";
import {
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
  type StoragePlace,
  type UploadSink,
  type Way,
  type WriteMode,
} from "./storage.ts";
import { guarded, storageErrorOf } from "./system_error.ts";
import { openUpload } from "./upload.ts";

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
  /** The door to the disks; by default nothing is known of them, and each call leaves the thread. */
  readonly disks?: Disks;
  /** What is known already of where homes lie. */
  readonly roots?: RealRoots;
  /**
   * Told of a name on the disk that is not valid UTF-8 and so cannot be opened: its shown form and its
   * directory.
   */
  readonly onUndecodableName?: (name: string, directory: string) => void;
}

/** Files on the local disk. */
export class LocalStorage implements Storage {
  readonly capabilities: StorageCapabilities;
  readonly #containment: Containment;
  readonly #disks: Disks;
  readonly #entries: LocalEntries;
  readonly #uploads: { readonly atomic: boolean; readonly durable: boolean };

  constructor(options: LocalStorageOptions) {
    const { disks = new Disks(), roots = new RealRoots(), atomicUploads, durable = false } = options;
    this.#uploads = { atomic: atomicUploads, durable };
    this.capabilities = {
      resume: true,
      atomic: atomicUploads,
      modes: Deno.build.os !== "windows",
      times: true,
    };
    this.#disks = disks;
    this.#containment = new Containment(options.home, { disks, roots });
    this.#entries = new LocalEntries({ ...options, disks, containment: this.#containment });
  }

  locate(path: VirtualPath): string {
    return this.#containment.locate(path);
  }

  async stat(path: VirtualPath): Promise<Entry> {
    this.#refusePartialName(path);
    const entry = await this.#entries.at(await this.#containment.entry(path), nameOf(path));
    if (entry) return entry;
    throw new StorageError("not-found", `Cannot find ${this.locate(path)}: it leads outside the home`);
  }

  async way(path: VirtualPath): Promise<Way> {
    return await localWay(path, { containment: this.#containment, disks: this.#disks });
  }

  list(path: VirtualPath): Entries {
    const entries = this.#entries;
    const follow = (): Soon<string> => this.#containment.follow(path);
    return {
      async *[Symbol.asyncIterator](): AsyncIterator<readonly Entry[]> {
        yield* entries.in(await follow());
      },
      directory: {
        mark: async (leastBytes) => await entries.markOf(await follow(), leastBytes),
        async entriesOf(names): Promise<readonly Entry[]> {
          try {
            return await entries.these(await follow(), names);
          } catch (error) {
            // In a directory that has gone meanwhile there is none of them.
            if (isMissing(error)) return [];
            throw error;
          }
        },
      },
    };
  }

  async isEmpty(path: VirtualPath): Promise<boolean> {
    return await this.#entries.isNone(await this.#containment.follow(path));
  }

  async read(path: VirtualPath, { offset }: ReadOptions): Promise<OpenFile> {
    this.#refusePartialName(path);
    const found = this.#containment.entry(path);
    const entry = found instanceof Promise ? await found : found;
    const { refreshed } = this.#disks;
    if (refreshed) await refreshed;
    try {
      const disk = this.#disks.at(entry);
      const info = await disk.lstat(entry);
      const host = info.isSymlink ? await this.#containment.follow(path) : entry;
      const { isFile, isDirectory, size } = info.isSymlink ? await this.#disks.patient.stat(host) : info;
      // Asked before opening: to open a FIFO waits for a writer.
      if (!isFile) {
        throw new StorageError(isDirectory ? "is-a-directory" : "not-a-file", `Cannot read ${host}`);
      }
      if (offset > size) {
        throw new StorageError("out-of-range", `Cannot read ${host} at ${offset}: it has ${size} bytes`);
      }
      const file = await (host === entry ? disk : this.#disks.at(host)).open(host, { read: true });
      try {
        if (offset > 0) await file.seek(offset);
      } catch (error) {
        await file.close();
        throw error;
      }
      return {
        size,
        source: sourceOf(file, { offset, bytes: size - offset, path: host }),
        stat: () =>
          guarded(`Cannot look at ${host}`, async () => new LocalEntry(nameOf(path), await file.stat())),
      };
    } catch (error) {
      throw storageErrorOf(error, `Cannot read ${entry}`);
    }
  }

  async write(path: VirtualPath, mode: WriteMode): Promise<UploadSink> {
    const { target, existing } = await this.#uploadTarget(path);
    return await openUpload(target, mode, { ...this.#uploads, existing, disk: this.#disks.at(target) });
  }

  async partialSize(path: VirtualPath, { replacing = false }: PartOptions = {}): Promise<number | undefined> {
    // Uploads in place go on with no part.
    if (!this.#uploads.atomic) return undefined;
    const { target, existing } = await this.#uploadTarget(path);
    // Of what holds nothing there is nothing to go on with.
    return existing && !replacing
      ? undefined
      : (await heldPart(target, this.#disks.at(target)))?.size || undefined;
  }

  async remove(path: VirtualPath): Promise<void> {
    this.#refusePartialName(path);
    const host = await this.#containment.entry(path);
    const disk = this.#disks.at(host);
    await guarded(`Cannot delete ${host}`, async () => {
      const info = await this.#deletable(host, nameOf(path));
      if (info?.isDirectory) {
        throw new StorageError("is-a-directory", `Cannot delete ${host}: it is a directory`);
      }
      if (info?.isFile) await refuseLocked(host, disk);
      const hadPart = await discardPart(host, disk);
      if (info) await disk.remove(host, { frees: info.size });
      else if (!hadPart) throw new StorageError("not-found", `Cannot delete ${host}: no such file`);
    });
  }

  async makeDirectory(path: VirtualPath, bits?: number): Promise<void> {
    this.#refusePartialName(path);
    if (path === ROOT) throw new StorageError("exists", "Cannot make the root: it exists");
    const host = await this.#containment.entry(path);
    const disk = this.#disks.at(host);
    await guarded(`Cannot make ${host}`, async () => {
      await disk.makeDirectory(host, bits);
      await giveBits(host, { bits, disk });
    });
  }

  async removeDirectory(path: VirtualPath): Promise<void> {
    if (path === ROOT) throw new StorageError("denied", "Cannot remove the root");
    const host = await this.#containment.entry(path);
    const disk = this.#disks.at(host);
    await guarded(`Cannot remove ${host}`, async () => {
      if (!(await disk.lstat(host)).isDirectory) {
        throw new StorageError("not-a-directory", `Cannot remove ${host}: it is no directory`);
      }
      // What is left of cut-off uploads is invisible to clients, so it must not keep a directory that looks
      // empty to them.
      if (await this.#entries.isNone(host)) await this.#discardPartsIn(host);
      await disk.remove(host);
    });
  }

  async rename(from: VirtualPath, to: VirtualPath, work: MoveWork): Promise<void> {
    await this.moveTo(from, { storage: this, path: to }, work);
  }

  async moveTo(from: VirtualPath, { storage, path: to }: StoragePlace, work: MoveWork): Promise<void> {
    if (!(storage instanceof LocalStorage)) {
      throw new StorageError("cross-device", `Cannot move ${this.locate(from)}: the other place is no disk`);
    }
    const source = await this.#movable(from);
    const target = await storage.#movable(to);
    await guarded(`Cannot rename ${source.path} to ${target.path}`, () => moveEntry(source, target, work));
  }

  async pathOf(other: Storage): Promise<VirtualPath | undefined> {
    if (!(other instanceof LocalStorage)) return undefined;
    await this.#containment.follow(ROOT);
    return this.#containment.virtual(await other.#containment.follow(ROOT));
  }

  async setModified(path: VirtualPath, timeMs: number): Promise<void> {
    this.#refusePartialName(path);
    const host = await this.#containment.follow(path);
    const time = new Date(timeMs);
    await guarded(`Cannot set the time of ${host}`, () => this.#disks.at(host).setTimes(host, time, time));
  }

  async setMode(path: VirtualPath, mode: number): Promise<void> {
    this.#refusePartialName(path);
    const host = await this.#containment.follow(path);
    await guarded(`Cannot set the mode of ${host}`, () => this.#disks.at(host).setMode(host, mode & 0o777));
  }

  async freeBytes(path: VirtualPath): Promise<number | undefined> {
    const host = await this.#containment.follow(path);
    return await guarded(
      `Cannot measure ${host}`,
      async () => (await this.#disks.at(host).space(host)).freeBytes,
    );
  }

  /** Where an entry lies that may be moved, or may come to lie. */
  async #movable(path: VirtualPath): Promise<DiskPlace> {
    this.#refusePartialName(path);
    if (path === ROOT) throw new StorageError("denied", "Cannot rename the root");
    const host = await this.#containment.entry(path);
    return { path: host, disk: this.#disks.at(host) };
  }

  /** What lies at a host path; a link that leads outside is as if absent. */
  async #deletable(host: string, name: string): Promise<Deno.FileInfo | null> {
    const info = await statEntry(host, this.#disks.at(host));
    const isOutside = info?.isSymlink && !await this.#entries.at(host, name);
    return isOutside ? null : info;
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

  async #discardPartsIn(directory: string): Promise<void> {
    const disk = this.#disks.at(directory);
    const parts: string[] = [];
    for await (const { name, isFile } of disk.readDirectory(directory)) {
      if (isPartialName(name) && isFile) parts.push(pathBelow(directory, [name]));
    }
    // None is lost because another one is in use.
    for (const part of parts) await refuseLocked(part, disk);
    for (const part of parts) await discardHidden(part, disk);
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

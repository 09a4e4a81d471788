/** Which disk lies under a path, and so the right way to call it. */

import { ApartCalls } from "./apart_calls.ts";
import { ApartDisk, type Apartness, BoundedDisk } from "./apart_disk.ts";
import { DirectDisk } from "./direct_disk.ts";
import type { Disk, OpenedAt } from "./disk.ts";
import type { DiskThreads } from "./disk_threads.ts";
import { pathBelow } from "./host_path.ts";
import type { QuickDisks } from "./quick_disks.ts";
import { kindOf, storageErrorOf } from "./system_error.ts";

/** Finds the right way to call the disk under a path. */
export class Disks {
  /** The disk for paths that may have links in them. */
  readonly patient: Disk;
  readonly #quick: QuickDisks | undefined;
  readonly #direct: DirectDisk | undefined;
  readonly #threads: DiskThreads | undefined;
  readonly #apartness: Apartness = {
    apartAt: (path) => this.apartAt(path),
    calls: new ApartCalls(),
  };

  /**
   * @param quick Which disks are quick; without it none is.
   * @param threads For files on mounts that may hang; without it they are used like those of other slow
   *   disks.
   */
  constructor(quick?: QuickDisks, threads?: DiskThreads) {
    this.#quick = quick;
    this.patient = new BoundedDisk(this.#apartness);
    this.#threads = threads;
    this.#direct = quick && new DirectDisk(quick);
  }

  /** The disk under a host path that has no link in it, but for its last name. */
  at(path: string): Disk {
    if (this.#direct && this.#quick!.has(path)) return this.#direct;
    const mount = this.#threads && this.#quick?.apartAt(path);
    return mount ? new ApartDisk(this.#threads!.of(mount), this.#apartness) : this.patient;
  }

  /**
   * The mount of another machine or program that a path, taken by name, lies on, as far as that is known.
   */
  apartAt(path: string): string | undefined {
    return this.#quick?.apartAt(path)?.path;
  }

  /**
   * What lies under such names in a directory, where that can be said at once; undefined where it cannot, or
   * nothing lies there.
   */
  lookAtAll(directory: string, names: readonly string[]): (Deno.FileInfo | undefined)[] {
    const quick = this.#quick;
    if (!quick?.isReady || !quick.coversAllIn(directory)) return names.map(() => undefined);
    return this.#direct!.lookAtAll(names.map((name) => pathBelow(directory, [name])));
  }

  /**
   * Which directory lies at a path with no link in it, and its size there; undefined where not all in it lies
   * on a quick disk.
   */
  openedAt(directory: string): OpenedAt & { readonly bytes: number } | undefined {
    const quick = this.#quick;
    if (!quick?.isReady || !quick.coversAllIn(directory)) return undefined;
    const info = this.#direct!.look(directory);
    return info?.ino ? { path: directory, device: info.dev, inode: info.ino, bytes: info.size } : undefined;
  }

  /**
   * What to wait for before a file is opened or {@linkcode lookAtAll} is called many times, so that it is
   * known what disk that is on.
   */
  get refreshed(): Promise<void> | undefined {
    return this.#quick?.refreshed;
  }

  /**
   * What lies at the end of the names below a directory that has no link in it, where the way leads over
   * quick disks and no link; undefined where that cannot be said at once, or is not so.
   */
  lookThrough(directory: string, names: readonly string[]): Deno.FileInfo | undefined {
    let path = directory;
    let info: Deno.FileInfo | undefined;
    for (const name of names) {
      path = pathBelow(path, [name]);
      info = this.#quick?.has(path) ? this.#direct!.look(path) : undefined;
      if (!info || info.isSymlink) return undefined;
    }
    return info;
  }
}

/** What lies at a path, links not followed; null when nothing does. */
export async function statEntry(path: string, disk: Disk): Promise<Deno.FileInfo | null> {
  try {
    return await disk.lstat(path);
  } catch (error) {
    // A new file is the usual case of an upload, so no second error is made for it.
    if (kindOf(error) === "not-found") return null;
    throw storageErrorOf(error, `Cannot look at ${path}`);
  }
}

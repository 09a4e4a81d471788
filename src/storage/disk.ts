/**
 * The calls that hot paths make to the disk: at once where the disk is quick, otherwise beside the thread.
 */

import { DirectFile, type DiskFile, PatientFile, type Soon } from "./disk_file.ts";
import type { DiskThreads } from "./disk_threads.ts";
import { pathBelow } from "./host_path.ts";
import type { QuickDisks } from "./quick_disks.ts";
import { kindOf, storageErrorOf } from "./system_error.ts";

/** Calls to the disk. Always await them: only the disk knows whether they wait. */
export interface Disk {
  lstat(path: string): Soon<Deno.FileInfo>;
  open(path: string, options?: Deno.OpenOptions): Soon<DiskFile>;
  rename(from: string, to: string): Soon<void>;
  remove(path: string): Soon<void>;
}

/**
 * The size of a directory that is read in one call, which stops the thread: some ten thousand names, five
 * milliseconds.
 */
const LARGEST_DIRECTORY_BYTES = 256 * 1024;

/** Finds the right way to call the disk under a path. */
export class Disks {
  readonly #quick: QuickDisks | undefined;
  readonly #direct: Disk | undefined;
  readonly #threads: DiskThreads | undefined;

  /**
   * @param quick Which disks are quick; without it none is.
   * @param threads For files on mounts that may hang; without it they are used like those of other slow
   *   disks.
   */
  constructor(quick: QuickDisks | undefined, threads?: DiskThreads) {
    this.#quick = quick;
    this.#threads = threads;
    this.#direct = quick && new DirectDisk(quick);
  }

  /** The disk under a host path that has no link in it, but for its last name. */
  at(path: string): Disk {
    if (this.#direct && this.#quick!.has(path)) return this.#direct;
    const mount = this.#threads && this.#quick?.apartAt(path);
    return mount ? { ...PATIENT, ...this.#threads!.of(mount) } : PATIENT;
  }

  /** What is in a directory: all of it at once where that is soon done, otherwise as it is read. */
  readDirectory(path: string): Iterable<Deno.DirEntry> | AsyncIterable<Deno.DirEntry> {
    const size = this.lookAt(path)?.size ?? Infinity;
    return size <= LARGEST_DIRECTORY_BYTES
      ? this.#quick!.run(() => Deno.readDirSync(path))
      : Deno.readDir(path);
  }

  /**
   * What lies under such names in a directory, where that can be said at once; undefined where it cannot, or
   * nothing lies there.
   */
  lookAtAll(directory: string, names: readonly string[]): (Deno.FileInfo | undefined)[] {
    const quick = this.#quick;
    if (!quick?.isReady) return names.map(() => undefined);
    const isCovered = quick.coversAllIn(directory) ? () => true : (path: string) => quick.covers(path);
    return quick.run(() =>
      names.map((name) => {
        const path = pathBelow(directory, [name]);
        return isCovered(path) ? infoOf(path) : undefined;
      })
    );
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
      info = this.lookAt(path);
      if (!info || info.isSymlink) return undefined;
    }
    return info;
  }

  /**
   * What lies at a host path, where that can be said at once; undefined where it cannot, or nothing lies
   * there.
   */
  lookAt(path: string): Deno.FileInfo | undefined {
    return this.#quick?.has(path) ? this.#quick.run(() => infoOf(path)) : undefined;
  }
}

function infoOf(path: string): Deno.FileInfo | undefined {
  try {
    return withoutStack(() => Deno.lstatSync(path));
  } catch {
    return undefined;
  }
}

/**
 * For calls that often fail: the stack of an error costs several times as much as the call, and nobody reads
 * this one.
 */
function withoutStack<T>(call: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return call();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** Any disk: each call leaves the thread and comes back. */
const PATIENT: Disk = {
  lstat: (path) => Deno.lstat(path),
  open: async (path, options) => new PatientFile(await Deno.open(path, options), path),
  rename: (from, to) => Deno.rename(from, to),
  remove: (path) => Deno.remove(path),
};

/** A disk that answers at once. */
class DirectDisk implements Disk {
  readonly #disks: QuickDisks;

  constructor(disks: QuickDisks) {
    this.#disks = disks;
  }

  lstat(path: string): Deno.FileInfo {
    return this.#disks.run(() => withoutStack(() => Deno.lstatSync(path)));
  }

  open(path: string, options?: Deno.OpenOptions): DiskFile {
    return new DirectFile(this.#disks.run(() => Deno.openSync(path, options)), this.#disks);
  }

  rename(from: string, to: string): void {
    this.#disks.run(() => Deno.renameSync(from, to));
  }

  remove(path: string): void {
    this.#disks.run(() => Deno.removeSync(path));
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

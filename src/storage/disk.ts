/** The calls that hot paths make to the disk: at once where the disk is quick, otherwise beside the thread. */

import { pathBelow, SEPARATOR } from "./host_path.ts";
import { scratchPathBeside } from "./partial_upload.ts";
import type { QuickDisks } from "./quick_disks.ts";
import { kindOf, storageErrorOf } from "./system_error.ts";

type Soon<T> = T | Promise<T>;

/** Calls to the disk. Always await them: only the disk knows whether they wait. */
export interface Disk {
  lstat(path: string): Soon<Deno.FileInfo>;
  open(path: string, options?: Deno.OpenOptions): Soon<Deno.FsFile>;
  rename(from: string, to: string): Soon<void>;
  remove(path: string): Soon<void>;
  /** Facts of an open file. */
  statFile(file: Deno.FsFile): Soon<Deno.FileInfo>;
  /** Locks an open file against others, if nobody else has. */
  tryLock(file: Deno.FsFile): Soon<boolean>;
  /** Fills the buffer as far as it goes; null at the end. */
  read(file: Deno.FsFile, buffer: Uint8Array): Soon<number | null>;
  /** Writes what fits and tells how much that was. */
  write(file: Deno.FsFile, bytes: Uint8Array): Soon<number>;
  /** What was written to the file at this path is taken, or it fails: a disk of another machine may say only now that it has no room. */
  settle(file: Deno.FsFile, path: string): Soon<void>;
  /** Closes the file at this path. Never fails. */
  close(file: Deno.FsFile, path: string): Soon<void>;
}

/** More than this in one call is better moved beside the thread, which can do something else meanwhile. */
const LARGEST_DIRECT_BYTES = 256 * 1024;

/** The size of a directory that is read in one call, which stops the thread: some ten thousand names, five milliseconds. */
const LARGEST_DIRECTORY_BYTES = 256 * 1024;

/** Finds the right way to call the disk under a path. */
export class Disks {
  readonly #quick: QuickDisks | undefined;
  readonly #direct: Disk | undefined;

  /** @param quick Which disks are quick; without it none is. */
  constructor(quick: QuickDisks | undefined) {
    this.#quick = quick;
    this.#direct = quick && new DirectDisk(quick);
  }

  /** The disk under a host path that has no link in it, but for its last name. */
  at(path: string): Disk {
    if (this.#direct && this.#quick!.has(path)) return this.#direct;
    return this.#quick?.isRemote(path) ? REMOTE : PATIENT;
  }

  /** What is in a directory: all of it at once where that is soon done, otherwise as it is read. */
  readDirectory(path: string): Iterable<Deno.DirEntry> | AsyncIterable<Deno.DirEntry> {
    const size = this.lookAt(path)?.size ?? Infinity;
    return size <= LARGEST_DIRECTORY_BYTES
      ? this.#quick!.run(() => Deno.readDirSync(path))
      : Deno.readDir(path);
  }

  /** What lies under such names in a directory, where that can be said at once; undefined where it cannot, or nothing lies there. */
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

  /** What to wait for before {@linkcode lookAtAll} is called many times. */
  get refreshed(): Promise<void> | undefined {
    return this.#quick?.refreshed;
  }

  /**
   * What lies at the end of the names below a directory that has no link in it, where the way leads over quick disks and no link; undefined where that
   * cannot be said at once, or is not so.
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

  /** What lies at an absolute path, where the way leads over quick disks and no link; undefined where that cannot be said at once, or is not so. */
  lookUp(path: string): Deno.FileInfo | undefined {
    const begin = this.#quick?.beginOf(path);
    if (begin === undefined) return undefined;
    return this.lookThrough(begin, path.slice(begin.length).split(SEPARATOR).filter((name) => name !== ""));
  }

  /** What lies at such a path, where that can be said at once; undefined where it cannot, or nothing lies there. */
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

/** For calls that often fail: the stack of an error costs several times as much as the call, and nobody reads this one. */
function withoutStack<T>(call: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return call();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/**
 * Any disk: each call leaves the thread and comes back. Not all of it does: the runtime closes files in the thread, and looks there at the way to a file
 * before it opens, moves or deletes it. A disk that hangs would hold up the thread then, so when a while has passed it is asked beside the thread first.
 */
const PATIENT: Disk = {
  lstat: (path) => Deno.lstat(path),
  open: (path, options) => Deno.open(path, options),
  rename: (from, to) => Deno.rename(from, to),
  remove: (path) => Deno.remove(path),
  statFile: (file) => file.stat(),
  tryLock: (file) => file.tryLock(true),
  read: (file, buffer) => file.read(buffer),
  write: (file, bytes) => file.write(bytes),
  settle: (_file, path) => answer(path),
  async close(file, path): Promise<void> {
    await answer(path);
    file.close();
  },
};

/** Waits until the disk of a path answers. It is asked for a name that the system cannot have in its memory. */
async function answer(path: string): Promise<void> {
  await Deno.lstat(scratchPathBeside(path)).catch(() => {});
}

/** A disk of another machine, which is given what was written when it is asked to, or else when the file is closed. */
const REMOTE: Disk = {
  ...PATIENT,
  settle: (file) => file.syncData(),
  async close(file, path): Promise<void> {
    await file.syncData().catch(() => {});
    await PATIENT.close(file, path);
  },
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

  open(path: string, options?: Deno.OpenOptions): Deno.FsFile {
    return this.#disks.run(() => Deno.openSync(path, options));
  }

  rename(from: string, to: string): void {
    this.#disks.run(() => Deno.renameSync(from, to));
  }

  remove(path: string): void {
    this.#disks.run(() => Deno.removeSync(path));
  }

  statFile(file: Deno.FsFile): Deno.FileInfo {
    return this.#disks.run(() => file.statSync());
  }

  tryLock(file: Deno.FsFile): boolean {
    return this.#disks.run(() => file.tryLockSync(true));
  }

  read(file: Deno.FsFile, buffer: Uint8Array): Soon<number | null> {
    if (buffer.length > LARGEST_DIRECT_BYTES || this.#disks.isPaused) return file.read(buffer);
    return this.#disks.run(() => file.readSync(buffer));
  }

  write(file: Deno.FsFile, bytes: Uint8Array): Soon<number> {
    if (bytes.length > LARGEST_DIRECT_BYTES || this.#disks.isPaused) return file.write(bytes);
    return this.#disks.run(() => file.writeSync(bytes));
  }

  settle(): void {}

  close(file: Deno.FsFile): void {
    this.#disks.run(() => file.close());
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

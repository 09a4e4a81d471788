/**
 * A disk that answers at once: calls to it stay in the thread, but for those that may take a while all the
 * same.
 */

import type { Soon } from "../bytes/ends.ts";
import type { DiskFile, Freeing, LockKind, OpenedAt } from "./disk.ts";
import { PatientDisk } from "./patient_disk.ts";
import type { QuickDisks } from "./quick_disks.ts";

/**
 * The size of a directory that is read in one call, which stops the thread: some ten thousand names, five
 * milliseconds.
 */
const LARGEST_DIRECTORY_BYTES = 256 * 1024;
/** To give back more than this takes longer than a millisecond, also where the disk is memory. */
const MOST_FREED_BYTES = 4 * 1024 * 1024;
/** More than this in one call is better moved beside the thread, which can do something else meanwhile. */
const LARGEST_DIRECT_BYTES = 256 * 1024;

/** A quick disk. What follows links leaves the thread: a link may lead to a disk that is not quick. */
export class DirectDisk extends PatientDisk {
  readonly #disks: QuickDisks;

  /** @param disks Told of stalls. */
  constructor(disks: QuickDisks) {
    super();
    this.#disks = disks;
  }

  override lstat(path: string): Deno.FileInfo {
    return this.#disks.run(() => withoutStack(() => Deno.lstatSync(path)));
  }

  /** What lies there; undefined when nothing does, or it cannot be told. */
  look(path: string): Deno.FileInfo | undefined {
    return this.#disks.run(() => infoOf(path));
  }

  /** {@linkcode look} at several. */
  lookAtAll(paths: readonly string[]): (Deno.FileInfo | undefined)[] {
    return this.#disks.run(() => paths.map(infoOf));
  }

  override readDirectory(path: string): AsyncIterable<Deno.DirEntry> | Iterable<Deno.DirEntry> {
    const size = this.look(path)?.size ?? Infinity;
    return size <= LARGEST_DIRECTORY_BYTES
      ? this.#disks.run(() => Deno.readDirSync(path))
      : super.readDirectory(path);
  }

  override open(path: string, options: Deno.OpenOptions): Soon<DiskFile> {
    // To empty a file gives back what it has.
    if (options.truncate) return super.open(path, options);
    return this.#disks.run(() => new DirectFile(Deno.openSync(path, options), { path, disks: this.#disks }));
  }

  override rename(from: string, to: string, { frees }: Freeing = { frees: 0 }): Soon<void> {
    if (frees > MOST_FREED_BYTES) return super.rename(from, to);
    return this.#disks.run(() => Deno.renameSync(from, to));
  }

  override link(from: string, to: string): void {
    this.#disks.run(() => Deno.linkSync(from, to));
  }

  override remove(path: string, { frees }: Freeing = { frees: 0 }): Soon<void> {
    if (frees > MOST_FREED_BYTES) return super.remove(path);
    return this.#disks.run(() => Deno.removeSync(path));
  }

  override makeDirectory(path: string, mode?: number): void {
    this.#disks.run(() => Deno.mkdirSync(path, { mode }));
  }
}

/** A file on a disk that answers at once. */
class DirectFile implements DiskFile {
  readonly #file: Deno.FsFile;
  readonly #path: string;
  readonly #disks: QuickDisks;

  /** Takes over an open file; stalls are told. */
  constructor(file: Deno.FsFile, { path, disks }: { path: string; disks: QuickDisks }) {
    this.#file = file;
    this.#path = path;
    this.#disks = disks;
  }

  stat(): Deno.FileInfo {
    return this.#disks.run(() => this.#file.statSync());
  }

  openedAt(): OpenedAt | undefined {
    if (this.#disks.isPaused) return undefined;
    const { dev, ino } = this.stat();
    return ino === null ? undefined : { path: this.#path, device: dev, inode: ino };
  }

  tryLock(kind: LockKind): boolean {
    return this.#disks.run(() => this.#file.tryLockSync(kind === "exclusive"));
  }

  unlock(): void {
    this.#file.unlockSync();
  }

  seek(offset: number): void {
    this.#file.seekSync(offset, Deno.SeekMode.Start);
  }

  /** Beside the thread: to give back what a large file has takes a while. */
  truncate(bytes: number): Promise<void> {
    return this.#file.truncate(bytes);
  }

  read(buffer: Uint8Array): Soon<number | null> {
    if (buffer.length > LARGEST_DIRECT_BYTES || this.#disks.isPaused) return this.#file.read(buffer);
    return this.#disks.run(() => this.#file.readSync(buffer));
  }

  write(bytes: Uint8Array): Soon<number> {
    if (bytes.length > LARGEST_DIRECT_BYTES || this.#disks.isPaused) return this.#file.write(bytes);
    return this.#disks.run(() => this.#file.writeSync(bytes));
  }

  settle({ durable }: { readonly durable: boolean }): Soon<void> {
    return durable ? this.#file.sync() : undefined;
  }

  close(): void {
    this.#disks.run(() => this.#file.close());
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

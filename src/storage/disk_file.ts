/** An open file, as its disk wants it to be used. */

import { scratchPathBeside } from "./partial_upload.ts";
import type { QuickDisks } from "./quick_disks.ts";

/** What is there at once where the disk is quick, and later elsewhere. */
export type Soon<T> = T | Promise<T>;

/** An open file. Always await its calls, one after the other: only the disk knows whether they wait. */
export interface DiskFile {
  /** Its facts. */
  stat(): Soon<Deno.FileInfo>;
  /** Locks it against others, if nobody else has. */
  tryLock(): Soon<boolean>;
  /** Goes on at this byte. */
  seek(offset: number): Soon<void>;
  /** Cuts it to so many bytes. */
  truncate(bytes: number): Soon<void>;
  /** Fills the buffer as far as it goes; null at the end. */
  read(buffer: Uint8Array): Soon<number | null>;
  /** Writes what fits and tells how much that was. */
  write(bytes: Uint8Array): Soon<number>;
  /**
   * What was written is taken, or it fails: a disk of another machine may say only now that it has no room.
   */
  settle(): Soon<void>;
  /** Never fails. */
  close(): Soon<void>;
}

/** A file on any disk: each call leaves the thread and comes back. */
export class PatientFile implements DiskFile {
  readonly #file: Deno.FsFile;
  readonly #path: string;

  /** Takes over a file that is open at this path. */
  constructor(file: Deno.FsFile, path: string) {
    this.#file = file;
    this.#path = path;
  }

  stat(): Promise<Deno.FileInfo> {
    return this.#file.stat();
  }

  tryLock(): Promise<boolean> {
    return this.#file.tryLock(true);
  }

  seek(offset: number): void {
    // Moves the position of an open file, which takes no disk.
    this.#file.seekSync(offset, Deno.SeekMode.Start);
  }

  truncate(bytes: number): Promise<void> {
    return this.#file.truncate(bytes);
  }

  read(buffer: Uint8Array): Promise<number | null> {
    return this.#file.read(buffer);
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#file.write(bytes);
  }

  /** What the system keeps it gives to the disk in its own time. */
  settle(): void {}

  /**
   * The runtime closes in the thread, so beside the thread the disk is asked first whether it answers: for a
   * name that nothing has in memory.
   */
  async close(): Promise<void> {
    await Deno.lstat(scratchPathBeside(this.#path)).catch(() => {});
    this.#file.close();
  }
}

/** More than this in one call is better moved beside the thread, which can do something else meanwhile. */
const LARGEST_DIRECT_BYTES = 256 * 1024;

/** A file on a disk that answers at once. */
export class DirectFile implements DiskFile {
  readonly #file: Deno.FsFile;
  readonly #disks: QuickDisks;

  /** Takes over an open file; stalls are told. */
  constructor(file: Deno.FsFile, disks: QuickDisks) {
    this.#file = file;
    this.#disks = disks;
  }

  stat(): Deno.FileInfo {
    return this.#disks.run(() => this.#file.statSync());
  }

  tryLock(): boolean {
    return this.#disks.run(() => this.#file.tryLockSync(true));
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

  settle(): void {}

  close(): void {
    this.#disks.run(() => this.#file.close());
  }
}

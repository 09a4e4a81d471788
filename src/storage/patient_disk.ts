/** Any disk: each call leaves the thread and comes back. */

import type { Soon } from "../bytes/ends.ts";
import type { Disk, DiskFile, LockKind, Space } from "./disk.ts";
import { unusedPathBeside } from "./partial_name.ts";

/** A disk of which nothing is known. */
export class PatientDisk implements Disk {
  lstat(path: string): Soon<Deno.FileInfo> {
    return Deno.lstat(path);
  }

  stat(path: string): Soon<Deno.FileInfo> {
    return Deno.stat(path);
  }

  realPath(path: string): Soon<string> {
    return Deno.realPath(path);
  }

  readDirectory(path: string): AsyncIterable<Deno.DirEntry> | Iterable<Deno.DirEntry> {
    return Deno.readDir(path);
  }

  open(path: string, options: Deno.OpenOptions): Soon<DiskFile> {
    return Deno.open(path, options).then((file) => new PatientFile(file, path));
  }

  rename(from: string, to: string): Soon<void> {
    return Deno.rename(from, to);
  }

  link(from: string, to: string): Soon<void> {
    return Deno.link(from, to);
  }

  remove(path: string): Soon<void> {
    return Deno.remove(path);
  }

  makeDirectory(path: string, mode?: number): Soon<void> {
    return Deno.mkdir(path, { mode });
  }

  setTimes(path: string, accessed: Date, modified: Date): Soon<void> {
    return Deno.utime(path, accessed, modified);
  }

  setMode(path: string, mode: number): Soon<void> {
    return Deno.chmod(path, mode);
  }

  setOwner(path: string, uid: number | null, gid: number | null): Soon<void> {
    return Deno.chown(path, uid, gid);
  }

  async space(path: string): Promise<Space> {
    // Loaded when it is asked for: it takes megabytes, and few clients ask.
    const { statfs } = await import("node:fs/promises");
    const { bavail, blocks, bsize } = await statfs(path);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  }

  async settleDirectory(path: string): Promise<void> {
    // Windows opens no directories, and keeps the order of its own journal.
    if (Deno.build.os === "windows") return;
    using directory = await Deno.open(path);
    await directory.sync();
  }
}

/** A file on any disk: each call leaves the thread and comes back. */
class PatientFile implements DiskFile {
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

  tryLock(kind: LockKind): Promise<boolean> {
    return this.#file.tryLock(kind === "exclusive");
  }

  unlock(): Promise<void> {
    return this.#file.unlock();
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

  /** What the system keeps it gives to the disk in its own time, unless somebody waits for that. */
  settle({ durable }: { readonly durable: boolean }): Soon<void> {
    return durable ? this.#file.sync() : undefined;
  }

  /**
   * The runtime closes in the thread, so beside the thread the disk is asked first whether it answers: for a
   * name that nothing has in memory.
   */
  async close(): Promise<void> {
    await Deno.lstat(unusedPathBeside(this.#path)).catch(() => {});
    this.#file.close();
  }
}

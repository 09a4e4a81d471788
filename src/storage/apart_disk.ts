/** Any disk, with bounds where it is of another machine or program, and may hang. */

import type { Soon } from "../bytes/ends.ts";
import type { ApartCalls } from "./apart_calls.ts";
import type { Disk, DiskFile, Space } from "./disk.ts";
import type { DiskThread } from "./disk_threads.ts";
import { PatientDisk } from "./patient_disk.ts";

/** What there is to know about mounts that may hang. */
export interface Apartness {
  /** The mount of another machine or program that a path, taken by name, lies on. */
  readonly apartAt: (path: string) => string | undefined;
  readonly calls: ApartCalls;
}

/** A disk of which nothing is known but where it may hang. */
export class BoundedDisk implements Disk {
  readonly #apartness: Apartness;
  readonly #disk = new PatientDisk();

  constructor(apartness: Apartness) {
    this.#apartness = apartness;
  }

  lstat(path: string): Soon<Deno.FileInfo> {
    return this.#run(path, () => this.#disk.lstat(path));
  }

  stat(path: string): Soon<Deno.FileInfo> {
    return this.#run(path, () => this.#disk.stat(path));
  }

  realPath(path: string): Soon<string> {
    return this.#run(path, () => this.#disk.realPath(path));
  }

  readDirectory(path: string): AsyncIterable<Deno.DirEntry> | Iterable<Deno.DirEntry> {
    const entries = this.#disk.readDirectory(path);
    const mount = this.#apartness.apartAt(path);
    return mount !== undefined && Symbol.asyncIterator in entries ? this.#read(mount, entries) : entries;
  }

  open(path: string, options: Deno.OpenOptions): Soon<DiskFile> {
    return this.#run(path, () => this.#disk.open(path, options));
  }

  rename(from: string, to: string): Soon<void> {
    return this.#run(to, () => this.#disk.rename(from, to));
  }

  link(from: string, to: string): Soon<void> {
    return this.#run(to, () => this.#disk.link(from, to));
  }

  remove(path: string): Soon<void> {
    return this.#run(path, () => this.#disk.remove(path));
  }

  makeDirectory(path: string, mode?: number): Soon<void> {
    return this.#run(path, () => this.#disk.makeDirectory(path, mode));
  }

  setTimes(path: string, accessed: Date, modified: Date): Soon<void> {
    return this.#run(path, () => this.#disk.setTimes(path, accessed, modified));
  }

  setMode(path: string, mode: number): Soon<void> {
    return this.#run(path, () => this.#disk.setMode(path, mode));
  }

  setOwner(path: string, uid: number | null, gid: number | null): Soon<void> {
    return this.#run(path, () => this.#disk.setOwner(path, uid, gid));
  }

  space(path: string): Soon<Space> {
    return this.#run(path, () => this.#disk.space(path));
  }

  settleDirectory(path: string): Soon<void> {
    return this.#run(path, () => this.#disk.settleDirectory(path));
  }

  #run<Result>(path: string, call: () => Soon<Result>): Soon<Result> {
    const { apartAt, calls } = this.#apartness;
    const mount = apartAt(path);
    return mount === undefined ? call() : calls.run(mount, async () => await call());
  }

  /** The runtime reads all of a directory with the first step. */
  async *#read(mount: string, entries: AsyncIterable<Deno.DirEntry>): AsyncIterable<Deno.DirEntry> {
    const steps = entries[Symbol.asyncIterator]();
    let step = await this.#apartness.calls.run(mount, () => steps.next());
    while (!step.done) {
      yield step.value;
      step = await steps.next();
    }
  }
}

/** A disk whose files belong to a thread of their own. */
export class ApartDisk extends BoundedDisk {
  readonly #thread: DiskThread;

  constructor(thread: DiskThread, apartness: Apartness) {
    super(apartness);
    this.#thread = thread;
  }

  override open(path: string, options: Deno.OpenOptions): Soon<DiskFile> {
    return this.#thread.open(path, options);
  }
}

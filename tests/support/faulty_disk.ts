/**
 * Disks of which one call fails or hangs, so that a test can walk over every call that some work makes.
 */

import type { Soon } from "../../src/bytes/ends.ts";
import type { Disk, DiskFile, Freeing, LockKind, Space } from "../../src/storage/disk.ts";
import { Disks } from "../../src/storage/disks.ts";
import type { QuickDisks } from "../../src/storage/quick_disks.ts";

/** What a disk says when it fails. */
export const FAULTS = ["ENOSPC", "EIO", "EROFS", "EDQUOT", "EMFILE", "EACCES", "ENOENT"] as const;

/** One of {@linkcode FAULTS}. */
export type Fault = typeof FAULTS[number];

/** For some of them the runtime has a class, for all a code. */
const CLASSES: Partial<Record<Fault, new (message: string) => Error>> = {
  EACCES: Deno.errors.PermissionDenied,
  ENOENT: Deno.errors.NotFound,
};

function errorOf(code: Fault | "EXDEV"): Error {
  const Class = (code !== "EXDEV" && CLASSES[code]) || Error;
  return Object.assign(new Class(`${code}: injected (os error)`), { code });
}

/** Which call fails or hangs. */
export interface Plan {
  /** 1 for the first call from now on; none when left out. */
  readonly call?: number;
  /** What it says; it hangs when left out. */
  readonly fault?: Fault | undefined;
  /** Whether everything fails from then on: a disk that is gone, full, or without descriptors. */
  readonly lasts?: boolean;
}

/** What happens to the calls of a disk. */
export class FaultPlan {
  /** The names of the calls since the plan was made, in order. */
  calls: string[] = [];
  /** Files that are open. */
  openFiles = 0;
  #plan: Plan = {};
  #reached = Promise.withResolvers<void>();
  #released = Promise.withResolvers<void>();

  /** Begins to count anew. */
  set(plan: Plan): void {
    this.calls = [];
    this.#plan = plan;
    this.#reached = Promise.withResolvers();
    this.#released = Promise.withResolvers();
  }

  /** From now on nothing fails, and what hangs goes on. */
  clear(): void {
    this.#released.resolve();
    this.#plan = {};
  }

  /** Whether the planned call was made. */
  get isReached(): boolean {
    return this.calls.length >= (this.#plan.call ?? Infinity);
  }

  /** Resolves when a call hangs. */
  get reached(): Promise<void> {
    return this.#reached.promise;
  }

  /**
   * A call is made; what is returned has to be waited for before it is.
   *
   * @throws what the plan says.
   */
  meet(call: string): Promise<void> | undefined {
    this.calls.push(call);
    const { call: at = Infinity, fault, lasts = false } = this.#plan;
    const made = this.calls.length;
    if (made !== at && !(lasts && made > at)) return undefined;
    if (fault !== undefined) throw errorOf(fault);
    this.#reached.resolve();
    return this.#released.promise;
  }
}

/** How {@linkcode FaultyDisks} work. */
export interface FaultyDisksOptions {
  readonly plan: FaultPlan;
  /** With it the disks are called directly. */
  readonly quick?: QuickDisks;
  /** The device of a path: between two of them nothing can be renamed. By default there is one. */
  readonly deviceOf?: (path: string) => string;
}

/** All disks, with faults. */
export class FaultyDisks extends Disks {
  override readonly patient: Disk;
  readonly #options: FaultyDisksOptions;

  constructor(options: FaultyDisksOptions) {
    super(options.quick);
    this.#options = options;
    this.patient = new FaultyDisk(new Disks().patient, { ...options, quick: undefined });
  }

  override at(path: string): Disk {
    return this.#options.quick ? new FaultyDisk(super.at(path), this.#options) : this.patient;
  }

  /** A look that fails has seen nothing. */
  override lookAtAll(directory: string, names: readonly string[]): (Deno.FileInfo | undefined)[] {
    const infos = super.lookAtAll(directory, names);
    return infos.map((info) => info && this.#hasSeen("look") ? info : undefined);
  }

  override lookThrough(directory: string, names: readonly string[]): Deno.FileInfo | undefined {
    const info = super.lookThrough(directory, names);
    return info && this.#hasSeen("look") ? info : undefined;
  }

  /** A look cannot hang: it stays in the thread. */
  #hasSeen(call: string): boolean {
    try {
      return this.#options.plan.meet(call) === undefined;
    } catch {
      return false;
    }
  }
}

/** Makes the calls of another disk, but for those that the plan names. */
class FaultyDisk implements Disk {
  readonly #disk: Disk;
  readonly #options: FaultyDisksOptions;

  constructor(disk: Disk, options: FaultyDisksOptions) {
    this.#disk = disk;
    this.#options = options;
  }

  lstat(path: string): Soon<Deno.FileInfo> {
    return this.#call("lstat", () => this.#disk.lstat(path));
  }

  stat(path: string): Soon<Deno.FileInfo> {
    return this.#call("stat", () => this.#disk.stat(path));
  }

  realPath(path: string): Soon<string> {
    return this.#call("realPath", () => this.#disk.realPath(path));
  }

  async *readDirectory(path: string): AsyncIterable<Deno.DirEntry> {
    yield* await this.#call("readDirectory", () => this.#disk.readDirectory(path));
  }

  open(path: string, options: Deno.OpenOptions): Soon<DiskFile> {
    const { plan } = this.#options;
    const wrap = (file: DiskFile): DiskFile => {
      plan.openFiles++;
      return new FaultyFile(file, { call: this.#call, onClose: () => plan.openFiles-- });
    };
    return this.#call("open", () => {
      const file = this.#disk.open(path, options);
      return file instanceof Promise ? file.then(wrap) : wrap(file);
    });
  }

  rename(from: string, to: string, options?: Freeing): Soon<void> {
    const { deviceOf = () => "" } = this.#options;
    return this.#call("rename", () => {
      if (deviceOf(from) !== deviceOf(to)) throw errorOf("EXDEV");
      return this.#disk.rename(from, to, options);
    });
  }

  link(from: string, to: string): Soon<void> {
    return this.#call("link", () => this.#disk.link(from, to));
  }

  remove(path: string, options?: Freeing): Soon<void> {
    return this.#call("remove", () => this.#disk.remove(path, options));
  }

  makeDirectory(path: string, mode?: number): Soon<void> {
    return this.#call("makeDirectory", () => this.#disk.makeDirectory(path, mode));
  }

  setTimes(path: string, accessed: Date, modified: Date): Soon<void> {
    return this.#call("setTimes", () => this.#disk.setTimes(path, accessed, modified));
  }

  setMode(path: string, mode: number): Soon<void> {
    return this.#call("setMode", () => this.#disk.setMode(path, mode));
  }

  setOwner(path: string, uid: number | null, gid: number | null): Soon<void> {
    return this.#call("setOwner", () => this.#disk.setOwner(path, uid, gid));
  }

  space(path: string): Soon<Space> {
    return this.#call("space", () => this.#disk.space(path));
  }

  settleDirectory(path: string): Soon<void> {
    return this.#call("settleDirectory", () => this.#disk.settleDirectory(path));
  }

  /** What leaves the thread rejects, what stays throws. */
  readonly #call: Caller = (name, act) => {
    const { plan, quick } = this.#options;
    try {
      const hanging = plan.meet(name);
      return hanging ? hanging.then(act) : act();
    } catch (error) {
      if (quick) throw error;
      return Promise.reject(error);
    }
  };
}

/** Makes a call, or fails in its place. */
type Caller = <T>(name: string, act: () => Soon<T>) => Soon<T>;

/** An open file with faults. Its close may hang and cannot fail. */
class FaultyFile implements DiskFile {
  readonly #file: DiskFile;
  readonly #call: Caller;
  readonly #onClose: () => void;

  constructor(file: DiskFile, { call, onClose }: { call: Caller; onClose: () => void }) {
    this.#file = file;
    this.#call = call;
    this.#onClose = onClose;
  }

  stat(): Soon<Deno.FileInfo> {
    return this.#call("file.stat", () => this.#file.stat());
  }

  tryLock(kind: LockKind): Soon<boolean> {
    return this.#call("file.tryLock", () => this.#file.tryLock(kind));
  }

  unlock(): Soon<void> {
    return this.#call("file.unlock", () => this.#file.unlock());
  }

  seek(offset: number): Soon<void> {
    return this.#call("file.seek", () => this.#file.seek(offset));
  }

  truncate(bytes: number): Soon<void> {
    return this.#call("file.truncate", () => this.#file.truncate(bytes));
  }

  read(buffer: Uint8Array): Soon<number | null> {
    return this.#call("file.read", () => this.#file.read(buffer));
  }

  write(bytes: Uint8Array): Soon<number> {
    return this.#call("file.write", () => this.#file.write(bytes));
  }

  settle(options: { readonly durable: boolean }): Soon<void> {
    return this.#call("file.settle", () => this.#file.settle(options));
  }

  async close(): Promise<void> {
    try {
      await this.#call("file.close", () => {});
    } catch {
      // A close that fails has closed all the same.
    }
    await this.#file.close();
    this.#onClose();
  }
}

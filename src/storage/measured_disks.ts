/** Disks whose calls are timed: what metrics tell of the storage is noted here and nowhere else. */

import type { Soon } from "../bytes/ends.ts";
import type { Disk, DiskFile, Freeing, OpenedAt, Space } from "./disk.ts";
import { Disks } from "./disks.ts";
import { MeasuredFile } from "./measured_file.ts";
import { type NoteCall, timed } from "./timed_call.ts";

/** Other disks, timed. */
export class MeasuredDisks extends Disks {
  override readonly patient: Disk;
  readonly #disks: Disks;
  readonly #note: NoteCall;
  /** As a rule there are two disks for all paths. */
  readonly #measured = new WeakMap<Disk, MeasuredDisk>();

  constructor(disks: Disks, note: NoteCall) {
    super();
    this.#disks = disks;
    this.#note = note;
    this.patient = new MeasuredDisk(disks.patient, note);
  }

  override at(path: string): Disk {
    const disk = this.#disks.at(path);
    let measured = this.#measured.get(disk);
    if (!measured) {
      measured = new MeasuredDisk(disk, this.#note);
      this.#measured.set(disk, measured);
    }
    return measured;
  }

  override apartAt(path: string): string | undefined {
    return this.#disks.apartAt(path);
  }

  override lookAtAll(directory: string, names: readonly string[]): (Deno.FileInfo | undefined)[] {
    return this.#disks.lookAtAll(directory, names);
  }

  override openedAt(directory: string): OpenedAt & { readonly bytes: number } | undefined {
    return this.#disks.openedAt(directory);
  }

  override get refreshed(): Promise<void> | undefined {
    return this.#disks.refreshed;
  }

  override lookThrough(directory: string, names: readonly string[]): Deno.FileInfo | undefined {
    return this.#disks.lookThrough(directory, names);
  }
}

/** Another disk, timed. */
class MeasuredDisk implements Disk {
  readonly #disk: Disk;
  readonly #note: NoteCall;

  constructor(disk: Disk, note: NoteCall) {
    this.#disk = disk;
    this.#note = note;
  }

  get countedBy(): object | undefined {
    return this.#disk.countedBy;
  }

  lstat(path: string): Soon<Deno.FileInfo> {
    return timed(this.#note, "look", () => this.#disk.lstat(path));
  }

  stat(path: string): Soon<Deno.FileInfo> {
    return timed(this.#note, "look", () => this.#disk.stat(path));
  }

  realPath(path: string): Soon<string> {
    return timed(this.#note, "look", () => this.#disk.realPath(path));
  }

  readDirectory(path: string): AsyncIterable<Deno.DirEntry> | Iterable<Deno.DirEntry> {
    const startedMs = performance.now();
    const entries = this.#disk.readDirectory(path);
    const ended = (): void => this.#note("list", (performance.now() - startedMs) / 1000);
    if (Symbol.asyncIterator in entries) return untilTheEnd(entries, ended);
    ended();
    return entries;
  }

  open(path: string, options: Deno.OpenOptions): Soon<DiskFile> {
    const measured = (file: DiskFile): DiskFile => new MeasuredFile(file, this.#note);
    const file = timed(this.#note, "open", () => this.#disk.open(path, options));
    return file instanceof Promise ? file.then(measured) : measured(file);
  }

  rename(from: string, to: string, options?: Freeing): Soon<void> {
    return timed(this.#note, "rename", () => this.#disk.rename(from, to, options));
  }

  link(from: string, to: string): Soon<void> {
    return timed(this.#note, "link", () => this.#disk.link(from, to));
  }

  remove(path: string, options?: Freeing): Soon<void> {
    return timed(this.#note, "remove", () => this.#disk.remove(path, options));
  }

  makeDirectory(path: string, mode?: number): Soon<void> {
    return timed(this.#note, "make-directory", () => this.#disk.makeDirectory(path, mode));
  }

  setTimes(path: string, accessed: Date, modified: Date): Soon<void> {
    return timed(this.#note, "set", () => this.#disk.setTimes(path, accessed, modified));
  }

  setMode(path: string, mode: number): Soon<void> {
    return timed(this.#note, "set", () => this.#disk.setMode(path, mode));
  }

  setOwner(path: string, uid: number | null, gid: number | null): Soon<void> {
    return timed(this.#note, "set", () => this.#disk.setOwner(path, uid, gid));
  }

  space(path: string): Soon<Space> {
    return timed(this.#note, "space", () => this.#disk.space(path));
  }

  settleDirectory(path: string): Soon<void> {
    return timed(this.#note, "sync", () => this.#disk.settleDirectory(path));
  }
}

/** Passes entries on as they are read; a directory that is read slowly by whoever asks takes as long. */
async function* untilTheEnd(
  entries: AsyncIterable<Deno.DirEntry>,
  ended: () => void,
): AsyncGenerator<Deno.DirEntry> {
  try {
    yield* entries;
  } finally {
    ended();
  }
}

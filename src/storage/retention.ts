/**
 * Retention: removes the oldest complete files of a directory, those above an age, or as many as are too much
 * for a size.
 */

import type { VirtualPath } from "../protocol/pathname.ts";
import type { Disk, DiskFile } from "./disk.ts";
import { statEntry } from "./disks.ts";
import { release } from "./file_lock.ts";
import type { HiddenNames } from "./hidden_names.ts";
import { changedMs, OldestFiles } from "./oldest_files.ts";
import { PatientDisk } from "./patient_disk.ts";
import { removeFound } from "./retention_removal.ts";
import { type Found, isItself, isUnchanged, walk } from "./retention_walk.ts";

const DAY_MS = 86_400_000;
/** No clock is right that says less: a machine without one begins in 1970. */
const EARLIEST_NOW_MS = Date.UTC(2026, 0, 1);
/** Of files and their paths these are some MiB. */
const MOST_HELD = 20_000;
/** Directories that may be removed in one sweep. */
const MOST_DIRECTORIES = 20_000;
const MOST_WALKS = 100;

/** One rule of an account; at least one of both limits is set. */
export interface RetentionRule {
  /** What is swept, with all that is below. */
  readonly directory: VirtualPath;
  /** Files whose last change is longer ago go. */
  readonly maxAgeMs?: number;
  /** While the files are more bytes than this, the oldest go. */
  readonly maxBytes?: number;
}

/** What went, or would go. */
export interface Expired {
  /** The host path. */
  readonly path: string;
  readonly type: "file" | "directory";
  /** Of a file; 0 of a directory. */
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
}

/** How {@linkcode sweep} works. */
export interface SweepOptions {
  /** The home: an absolute host path. */
  readonly home: string;
  readonly rule: RetentionRule;
  /** What stays, with all that is in it. */
  readonly hidden?: Pick<HiddenNames, "hide">;
  /** The time, milliseconds since 1970. */
  readonly nowMs: number;
  /** Whether nothing is removed, only told. */
  readonly isDry: boolean;
  /** Told of each file and directory, the oldest file first. */
  readonly onExpired: (expired: Expired) => void;
  readonly disk?: Disk | undefined;
  /** Files that are held at once; more are found by another walk. */
  readonly mostHeld?: number;
}

/** What came of a sweep. */
export interface Swept {
  readonly files: number;
  readonly directories: number;
  readonly bytes: number;
  /** Files that should have gone and did not: in use, changed meanwhile, or not ours to remove. */
  readonly left: number;
}

/** A sweep that was not begun, since the clock cannot be right. */
export class ClockError extends Error {
  override readonly name = "ClockError";
}

/**
 * Sweeps once. Never touched are links and what lies behind them, parts of uploads and files that an upload
 * has open, what is hidden, the directory itself. A directory below it goes when it is empty and was not
 * changed for as long as the rule keeps files, or for a day where only a size is named.
 *
 * What is not promised: the runtime has no `unlinkat`, so a program *on this machine* that swaps a directory
 * for a link in the moment between check and removal can win that race.
 *
 * @throws {ClockError} when the clock is behind the last change that the system has made to any of the files.
 */
export async function sweep(options: SweepOptions): Promise<Swept> {
  const sweep = new Sweep(options);
  return await sweep.run();
}

class Sweep {
  readonly #options: SweepOptions;
  readonly #disk: Disk;
  /** Entries of each directory that may go, as far as they have not gone. */
  readonly #entries = new Map<string, number>();
  /** The directories that may go, as they were found first. */
  readonly #oldDirectories = new Map<string, Found>();
  /** Files that did not go: another walk does not try again. */
  readonly #left = new Set<string>();
  /** Files that would have gone: a dry run finds them again. */
  readonly #gone = new Set<string>();
  #files = 0;
  #directories = 0;
  #bytes = 0;

  constructor(options: SweepOptions) {
    this.#options = options;
    this.#disk = options.disk ?? new PatientDisk();
  }

  async run(): Promise<Swept> {
    const { home, nowMs } = this.#options;
    if (nowMs < EARLIEST_NOW_MS) throw new ClockError(`the clock says ${new Date(nowMs).toISOString()}`);
    const root = await this.#disk.realPath(home);
    for (let walks = 0; walks < MOST_WALKS; walks++) {
      const found = await this.#find(root, { isFirst: walks === 0 });
      let removed = 0;
      for (const file of found.files) if (await this.#expire(file)) removed++;
      if (!found.isMore || removed === 0) break;
    }
    await this.#expireDirectories();
    const left = this.#left.size;
    return { files: this.#files, directories: this.#directories, bytes: this.#bytes, left };
  }

  /** The files that have to go, the oldest first, as many as are held at once. */
  async #find(root: string, { isFirst }: { isFirst: boolean }): Promise<{ files: Found[]; isMore: boolean }> {
    const { rule: { directory, maxAgeMs = Infinity, maxBytes = Infinity }, nowMs, hidden } = this.#options;
    const oldest = new OldestFiles(this.#options.mostHeld ?? MOST_HELD);
    let totalBytes = 0;
    let stampMs = 0;
    await walk({ root, directory, hidden, disk: this.#disk }, {
      file: (found) => {
        if (this.#gone.has(found.path)) return;
        totalBytes += found.info.size;
        stampMs = Math.max(stampMs, stampOf(found.info));
        if (this.#left.has(found.path)) return;
        if (maxBytes < Infinity || ageOf(found.info, nowMs) > maxAgeMs) oldest.add(found);
      },
      directory: (found) => {
        const keptMs = maxAgeMs < Infinity ? maxAgeMs : DAY_MS;
        const mayGo = isFirst && ageOf(found.info, nowMs) > keptMs &&
          this.#oldDirectories.size < MOST_DIRECTORIES;
        if (mayGo) this.#oldDirectories.set(found.path, found);
      },
      count: (path, entries) => {
        if (isFirst && this.#oldDirectories.has(path)) this.#entries.set(path, entries);
      },
    });
    if (stampMs > nowMs + DAY_MS) {
      const last = new Date(stampMs).toISOString();
      throw new ClockError(`the clock says ${new Date(nowMs).toISOString()}, and a file is from ${last}`);
    }
    let tooMuch = totalBytes - maxBytes;
    const files: Found[] = [];
    const candidates = oldest.sorted();
    for (const found of candidates) {
      if (tooMuch <= 0 && !(ageOf(found.info, nowMs) > maxAgeMs)) break;
      tooMuch -= found.info.size;
      files.push(found);
    }
    return { files, isMore: oldest.hasDropped && files.length === candidates.length };
  }

  async #expire(found: Found): Promise<boolean> {
    const { path, holder, info } = found;
    const isGone = this.#options.isDry ? await this.#mayGo(found) : await this.#remove(found);
    if (!isGone) {
      this.#left.add(path);
      return false;
    }
    if (this.#options.isDry) this.#gone.add(path);
    this.#files++;
    this.#bytes += info.size;
    this.#countDown(holder);
    this.#options.onExpired({ path, type: "file", bytes: info.size, modifiedMs: modifiedOf(info) });
    return true;
  }

  async #mayGo(found: Found): Promise<boolean> {
    return await this.#whileLocked(found, () => {});
  }

  async #remove(found: Found): Promise<boolean> {
    return await this.#whileLocked(found, () => removeFound(found, this.#disk));
  }

  /** Does something to a file that is as it was found, where it was found, and that no upload has open. */
  async #whileLocked({ path, holder, info }: Found, act: () => unknown): Promise<boolean> {
    let file: DiskFile;
    try {
      if (!isUnchanged(info, await statEntry(path, this.#disk))) return false;
      file = await this.#disk.open(path, { read: true });
    } catch {
      return false;
    }
    try {
      if (!await file.tryLock("exclusive") || !isUnchanged(info, await file.stat())) return false;
      if (!await isItself(holder, this.#disk)) return false;
      if (!isUnchanged(info, await statEntry(path, this.#disk))) return false;
      await act();
      return true;
    } catch {
      return false;
    } finally {
      await release(file);
    }
  }

  /** The deepest first: one that holds another is empty behind it. */
  async #expireDirectories(): Promise<void> {
    const deepestFirst = [...this.#oldDirectories.values()].sort((a, b) => b.path.length - a.path.length);
    for (const { path, holder, info } of deepestFirst) {
      if (this.#entries.get(path) !== 0) continue;
      if (!this.#options.isDry && !await this.#removeDirectory(path, info)) continue;
      this.#directories++;
      this.#countDown(holder);
      this.#options.onExpired({ path, type: "directory", bytes: 0, modifiedMs: modifiedOf(info) });
    }
  }

  async #removeDirectory(path: string, { dev, ino }: Deno.FileInfo): Promise<boolean> {
    try {
      if (!await isItself(path, this.#disk)) return false;
      const now = await this.#disk.lstat(path);
      if (now.dev !== dev || now.ino !== ino) return false;
      await this.#disk.remove(path);
      return true;
    } catch {
      // Something has come into it meanwhile.
      return false;
    }
  }

  #countDown(holder: string): void {
    const entries = this.#entries.get(holder);
    if (entries !== undefined) this.#entries.set(holder, entries - 1);
  }
}

/** How long ago something was changed, milliseconds; below zero where nobody knows. */
function ageOf(info: Deno.FileInfo, nowMs: number): number {
  return nowMs - (changedMs(info) ?? Infinity);
}

function modifiedOf({ mtime }: Deno.FileInfo): number {
  return mtime?.getTime() ?? 0;
}

/** When the system itself has last changed a file, by its clock: what clients say of times is not in it. */
function stampOf({ ctime, birthtime, mtime }: Deno.FileInfo): number {
  return (ctime ?? birthtime ?? mtime)?.getTime() ?? 0;
}

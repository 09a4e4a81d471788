/** Entries of the local disk: what lies under a name, and what a directory holds. */

import type { DirectoryMark } from "../bytes/carrier.ts";
import { giveWay } from "../limits/turn.ts";
import type { Containment } from "./containment.ts";
import type { Disks } from "./disks.ts";
import { pathBelow } from "./host_path.ts";
import { LocalEntry } from "./local_entry.ts";
import { isPartialName, PARTIAL_END } from "./partial_name.ts";
import type { Entry } from "./storage.ts";
import { guarded, storageErrorOf } from "./system_error.ts";

/** How many entries of a directory are handed on together. */
const STAT_BATCH = 128;
/**
 * How many of them a slow disk looks at together: the runtime has 32 threads for all sessions, and a disk
 * that hangs keeps those that it has.
 */
const SLOW_LOOKS = 16;

/**
 * For each byte that a directory has on the disk a listing of it has fewer than so many. ext4 keeps 4 KiB for
 * the smallest.
 */
const LINE_BYTES = 16;

/** What {@linkcode LocalEntries} needs. */
export interface LocalEntriesOptions {
  readonly disks: Disks;
  readonly containment: Containment;
  /** Told of a name that is not valid UTF-8 and so cannot be opened: its shown form and its directory. */
  readonly onUndecodableName?: (name: string, directory: string) => void;
}

/** Looks at what lies on the disk. Partial uploads are out of sight. */
export class LocalEntries {
  readonly #options: LocalEntriesOptions;

  constructor(options: LocalEntriesOptions) {
    this.#options = options;
  }

  /** The facts of what lies at a host path; undefined for a link that leads outside. */
  async at(host: string, name: string): Promise<Entry | undefined> {
    return await guarded(`Cannot look at ${host}`, async () => {
      const info = await this.#options.disks.at(host).lstat(host);
      return info.isSymlink ? await this.#linkAt(host, name, info) : new LocalEntry(name, info);
    });
  }

  /** The entries of a directory, some at a time; one that cannot be read is left out. */
  async *in(directory: string): AsyncIterable<readonly Entry[]> {
    const { disks } = this.#options;
    await disks.refreshed;
    let names: string[] = [];
    try {
      for await (const { name } of disks.at(directory).readDirectory(directory)) {
        if (isPartialName(name)) continue;
        if (names.push(name) < STAT_BATCH) continue;
        yield await this.#entriesOf(directory, names);
        await giveWay();
        names = [];
      }
    } catch (error) {
      throw storageErrorOf(error, `Cannot list ${directory}`);
    }
    yield await this.#entriesOf(directory, names);
  }

  /** Those of these names in a directory that are there and can be read. */
  async these(directory: string, names: readonly string[]): Promise<readonly Entry[]> {
    await this.#options.disks.refreshed;
    return await this.#entriesOf(directory, names);
  }

  /**
   * The mark of a directory that others may list; undefined of one that is not on a quick disk, or whose
   * lines are fewer bytes than these.
   */
  async markOf(directory: string, leastBytes: number): Promise<DirectoryMark | undefined> {
    await this.#options.disks.refreshed;
    const opened = this.#options.disks.openedAt(directory);
    if (!opened || opened.bytes * LINE_BYTES <= leastBytes) return undefined;
    const { path, device, inode } = opened;
    return { path, device, inode, hiddenEnd: PARTIAL_END };
  }

  /** Whether a directory has nothing in it that clients see. */
  async isNone(directory: string): Promise<boolean> {
    const disk = this.#options.disks.at(directory);
    return await guarded(`Cannot list ${directory}`, async () => {
      // A link count above two means subdirectories on most file systems, which saves reading the directory.
      if (((await disk.lstat(directory)).nlink ?? 0) > 2) return false;
      for await (const { name } of disk.readDirectory(directory)) {
        if (!isPartialName(name)) return false;
      }
      return true;
    });
  }

  async #linkAt(host: string, name: string, info: Deno.FileInfo): Promise<Entry | undefined> {
    const { patient } = this.#options.disks;
    let target: string;
    try {
      target = await patient.realPath(host);
    } catch {
      return new LocalEntry(name, info, "(missing)");
    }
    const link = this.#options.containment.virtual(target);
    return link && new LocalEntry(name, await patient.stat(target), link);
  }

  async #entriesOf(directory: string, names: readonly string[]): Promise<Entry[]> {
    const infos = this.#options.disks.lookAtAll(directory, names);
    const entries: Entry[] = [];
    const slow: string[] = [];
    for (const [at, name] of names.entries()) {
      const info = infos[at];
      if (info && !info.isSymlink) entries.push(new LocalEntry(name, info));
      else slow.push(name);
    }
    for (let start = 0; start < slow.length; start += SLOW_LOOKS) {
      const some = slow.slice(start, start + SLOW_LOOKS);
      const found = await Promise.all(some.map((name) => this.#listed(directory, name)));
      entries.push(...found.filter((entry) => entry !== undefined));
    }
    return entries;
  }

  async #listed(directory: string, name: string): Promise<Entry | undefined> {
    try {
      return await this.at(pathBelow(directory, [name]), name);
    } catch {
      // Deno shows a byte that is no UTF-8 as U+FFFD and cannot open the name; a name that truly has this
      // character opens.
      if (name.includes("\ufffd")) this.#options.onUndecodableName?.(name, directory);
      return undefined;
    }
  }
}

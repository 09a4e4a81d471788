/**
 * Disks under a quota: whatever makes a home larger takes room before, whatever makes it smaller gives room
 * back behind. All that the storage does to files passes here, so no way of writing goes past the quota.
 */

import type { Soon } from "../bytes/ends.ts";
import type { Usage } from "../limits/usage.ts";
import type { Disk, DiskFile, Freeing, OpenedAt, Space } from "./disk.ts";
import { Disks, statEntry } from "./disks.ts";
import { roomIn } from "./free_space.ts";
import { isAtOrBelow } from "./host_path.ts";
import type { Meter } from "./meter.ts";
import { MeteredFile } from "./metered_file.ts";
import { QuotaError } from "./quota_error.ts";

/** Other disks, metered. */
export class MeteredDisks extends Disks {
  override readonly patient: Disk;
  readonly #disks: Disks;
  readonly #meter: Meter;
  readonly #uncounted: Meter;

  constructor(disks: Disks, meter: Meter) {
    super();
    this.#uncounted = { ...meter, usage: undefined };
    this.#disks = disks;
    this.#meter = meter;
    this.patient = disks.patient;
  }

  override at(path: string): Disk {
    const { within } = this.#meter;
    const isCounted = within === undefined || isAtOrBelow(path, within);
    return new MeteredDisk(this.#disks.at(path), isCounted ? this.#meter : this.#uncounted);
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

/** Another disk, metered. */
class MeteredDisk implements Disk {
  readonly #disk: Disk;
  readonly #meter: Meter;

  constructor(disk: Disk, meter: Meter) {
    this.#disk = disk;
    this.#meter = meter;
  }

  get countedBy(): object | undefined {
    return this.#meter.usage;
  }

  lstat(path: string): Soon<Deno.FileInfo> {
    return this.#disk.lstat(path);
  }

  stat(path: string): Soon<Deno.FileInfo> {
    return this.#disk.stat(path);
  }

  realPath(path: string): Soon<string> {
    return this.#disk.realPath(path);
  }

  readDirectory(path: string): AsyncIterable<Deno.DirEntry> | Iterable<Deno.DirEntry> {
    return this.#disk.readDirectory(path);
  }

  open(path: string, options: Deno.OpenOptions): Soon<DiskFile> {
    if (!options.write) return this.#disk.open(path, options);
    const pause = this.#meter.usage?.begin();
    return pause ? pause.then(() => this.#open(path, options)) : this.#open(path, options);
  }

  async rename(from: string, to: string, options?: Freeing): Promise<void> {
    const { usage } = this.#meter;
    if (!usage) return await this.#disk.rename(from, to, options);
    await usage.begin();
    try {
      usage.pass(from);
      const held = await usage.hold(to);
      let replaced: Deno.FileInfo | null = null;
      let isKnown = false;
      try {
        replaced = await this.#renameLooking(from, to, { usage, options });
      } finally {
        isKnown = usage.letGo(to, held);
      }
      if (replaced) gave(replaced, { usage, isKnown });
    } finally {
      usage.end();
    }
  }

  async link(from: string, to: string): Promise<void> {
    const { usage } = this.#meter;
    await usage?.begin();
    try {
      usage?.pass(to);
      await this.#disk.link(from, to);
    } finally {
      usage?.end();
    }
  }

  async remove(path: string, options?: Freeing): Promise<void> {
    const { usage } = this.#meter;
    if (!usage) return await this.#disk.remove(path, options);
    await usage.begin();
    try {
      const held = await usage.hold(path);
      let isKnown = false;
      let info: Deno.FileInfo;
      try {
        info = await this.#disk.lstat(path);
        await this.#disk.remove(path, options);
      } finally {
        isKnown = usage.letGo(path, held);
      }
      gave(info, { usage, isKnown });
    } finally {
      usage.end();
    }
  }

  async makeDirectory(path: string, mode?: number): Promise<void> {
    const { usage } = this.#meter;
    await usage?.begin();
    try {
      this.#takeFile(`Cannot make ${path}`);
      usage?.pass(path);
      await this.#giveFileUnless(() => this.#disk.makeDirectory(path, mode));
    } finally {
      usage?.end();
    }
  }

  setTimes(path: string, accessed: Date, modified: Date): Soon<void> {
    return this.#disk.setTimes(path, accessed, modified);
  }

  setMode(path: string, mode: number): Soon<void> {
    return this.#disk.setMode(path, mode);
  }

  setOwner(path: string, uid: number | null, gid: number | null): Soon<void> {
    return this.#disk.setOwner(path, uid, gid);
  }

  async space(path: string): Promise<Space> {
    const { usage, minFree } = this.#meter;
    const space = await this.#disk.space(path);
    const freeBytes = minFree ? roomIn(space, minFree) : space.freeBytes;
    if (!usage) return { ...space, freeBytes };
    await usage.begin();
    usage.end();
    return { ...space, freeBytes: Math.min(freeBytes, usage.roomBytes) };
  }

  settleDirectory(path: string): Soon<void> {
    return this.#disk.settleDirectory(path);
  }

  /** Opens a file to be written; the change has begun, and is over here only when that fails. */
  #open(path: string, options: Deno.OpenOptions): Soon<DiskFile> {
    const { usage } = this.#meter;
    const isMade = options.createNew === true;
    const metered = (file: DiskFile): DiskFile =>
      new MeteredFile(file, { meter: this.#meter, path, disk: this.#disk, isMade });
    let hasTaken = false;
    const fail = (error: unknown): never => {
      if (hasTaken) usage?.give({ files: 1 });
      usage?.end();
      throw error;
    };
    try {
      if (isMade) this.#takeFile(`Cannot write ${path}`);
      hasTaken = isMade;
      if (isMade) usage?.pass(path);
      const file = this.#disk.open(path, options);
      return file instanceof Promise ? file.then(metered).catch(fail) : metered(file);
    } catch (error) {
      return fail(error);
    }
  }

  /** Renames, and tells what lost its name by that. */
  async #renameLooking(
    from: string,
    to: string,
    { usage, options }: { usage: Usage; options: Freeing | undefined },
  ): Promise<Deno.FileInfo | null> {
    const moved = await this.#disk.lstat(from);
    const replaced = await statEntry(to, this.#disk);
    if (moved.isDirectory) usage.move(1);
    try {
      await this.#disk.rename(from, to, options);
    } finally {
      if (moved.isDirectory) usage.move(-1);
    }
    // Two names of one file: nothing happens.
    return replaced?.ino === moved.ino && replaced?.dev === moved.dev ? null : replaced;
  }

  #takeFile(action: string): void {
    const { usage } = this.#meter;
    if (usage && !usage.takeFile()) throw new QuotaError(usage.exceeded("files"), action);
  }

  async #giveFileUnless(make: () => Soon<void>): Promise<void> {
    try {
      await make();
    } catch (error) {
      this.#meter.usage?.give({ files: 1 });
      throw error;
    }
  }
}

/** Something has lost a name. Another name of the same file keeps its bytes. */
function gave(
  { isDirectory, isFile, nlink, size }: Deno.FileInfo,
  { usage, isKnown }: { usage: Usage; isKnown: boolean },
): void {
  if (isDirectory) return usage.give({ files: 1 });
  if (isFile && (nlink ?? 1) > 1) return;
  if (!isKnown) return usage.doubt();
  usage.give({ files: 1, bytes: isFile ? size : 0 });
}

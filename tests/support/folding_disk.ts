/**
 * A disk that folds case below a directory, as many disks of other systems do: a name reaches what is there
 * in any case, and the system's `realpath` keeps the spelling that was asked for.
 */

import type { Disk, DiskFile, Space } from "../../src/storage/disk.ts";
import { Disks } from "../../src/storage/disks.ts";
import { PatientDisk } from "../../src/storage/patient_disk.ts";

/** Disks of which all below this directory folds case. */
export class FoldingDisks extends Disks {
  override readonly patient: Disk;

  /** @param home A directory with every link followed. */
  constructor(home: string) {
    super();
    this.patient = new FoldingDisk(home);
  }

  override at(): Disk {
    return this.patient;
  }
}

class FoldingDisk extends PatientDisk {
  readonly #home: string;

  constructor(home: string) {
    super();
    this.#home = home;
  }

  override async lstat(path: string): Promise<Deno.FileInfo> {
    return await super.lstat(await this.#stored(path));
  }

  override async stat(path: string): Promise<Deno.FileInfo> {
    return await super.stat(await this.#stored(path));
  }

  override async realPath(path: string): Promise<string> {
    let real = "";
    for (const name of path.split("/").slice(1)) {
      const next = `${real}/${name}`;
      const { isSymlink } = await this.lstat(next);
      real = isSymlink ? await Deno.realPath(await this.#stored(next)) : next;
    }
    return real;
  }

  override async *readDirectory(path: string): AsyncIterable<Deno.DirEntry> {
    yield* super.readDirectory(await this.#stored(path));
  }

  override async open(path: string, options: Deno.OpenOptions): Promise<DiskFile> {
    return await super.open(await this.#stored(path), options);
  }

  override async rename(from: string, to: string): Promise<void> {
    await super.rename(await this.#stored(from), await this.#stored(to));
  }

  override async link(from: string, to: string): Promise<void> {
    await super.link(await this.#stored(from), await this.#stored(to));
  }

  override async remove(path: string): Promise<void> {
    await super.remove(await this.#stored(path));
  }

  override async makeDirectory(path: string, mode?: number): Promise<void> {
    await super.makeDirectory(await this.#stored(path), mode);
  }

  override async setTimes(path: string, accessed: Date, modified: Date): Promise<void> {
    await super.setTimes(await this.#stored(path), accessed, modified);
  }

  override async setMode(path: string, mode: number): Promise<void> {
    await super.setMode(await this.#stored(path), mode);
  }

  override async setOwner(path: string, uid: number | null, gid: number | null): Promise<void> {
    await super.setOwner(await this.#stored(path), uid, gid);
  }

  override async space(path: string): Promise<Space> {
    return await super.space(await this.#stored(path));
  }

  override async settleDirectory(path: string): Promise<void> {
    await super.settleDirectory(await this.#stored(path));
  }

  /** The path with each name in the spelling that the disk has of it. */
  async #stored(path: string): Promise<string> {
    if (!path.startsWith(`${this.#home}/`)) return path;
    let stored = this.#home;
    for (const name of path.slice(this.#home.length + 1).split("/")) {
      stored = `${stored}/${await spellingIn(stored, name)}`;
    }
    return stored;
  }
}

async function spellingIn(directory: string, name: string): Promise<string> {
  try {
    for await (const entry of Deno.readDir(directory)) {
      if (entry.name.toLowerCase() === name.toLowerCase()) return entry.name;
    }
  } catch {
    // What is no directory has no names in it: the call says so.
  }
  return name;
}

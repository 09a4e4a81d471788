/** The permission bits of what an account makes: files, their parts, directories. */

import type { Disk } from "./disk.ts";

/** What decides about them; undefined leaves it to the system. */
export interface NewModesOptions {
  /** Bits that nothing new gets. */
  readonly umask?: number;
  /** Bits of new files, before the umask; by default read and write for everybody. */
  readonly fileMode?: number;
}

/** The bits of one session, which may change its umask. */
export class NewModes {
  /** Bits that nothing new gets; undefined while the system's own umask holds. */
  umask: number | undefined;
  readonly #fileMode: number | undefined;

  constructor({ umask, fileMode }: NewModesOptions = {}) {
    this.umask = umask;
    this.#fileMode = fileMode;
  }

  /** The exact bits of new files; undefined for what the system gives. */
  get file(): number | undefined {
    if (this.umask === undefined) return this.#fileMode;
    return (this.#fileMode ?? 0o666) & ~this.umask;
  }

  /** The exact bits of new directories; undefined for what the system gives. */
  get directory(): number | undefined {
    return this.umask === undefined ? undefined : 0o777 & ~this.umask;
  }
}

/** What was just made, for {@linkcode giveBits}. */
export interface Made {
  /** What it is to have; undefined leaves it as it is. */
  readonly bits: number | undefined;
  /** What it was made with, where that is known. */
  readonly info?: Deno.FileInfo;
  readonly disk: Disk;
}

/** Gives what was just made exactly its bits: of those it was made with the system took its umask away. */
export async function giveBits(path: string, { bits, info, disk }: Made): Promise<void> {
  if (bits === undefined) return;
  try {
    const { mode } = info ?? await disk.lstat(path);
    if (mode === null || (mode & 0o777) === bits) return;
    // What a directory has from the one that holds it (its group's bit) stays.
    await disk.setMode(path, (mode & 0o7000) | bits);
  } catch {
    // Not every file system has modes; it has fewer bits then, not more.
  }
}

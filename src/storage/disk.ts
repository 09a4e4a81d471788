/** The door to the disk: every call that the storage makes to files and directories. */

import type { Soon } from "../bytes/ends.ts";

/**
 * Calls to one disk, by host path. Always await them: only the disk knows whether they wait. They fail with
 * what the system says, its code in `code`.
 */
export interface Disk {
  /**
   * Who counts what is on it. Nothing can be renamed from one who counts to another: it is moved as between
   * two disks.
   */
  readonly countedBy?: object | undefined;
  /** The facts of what lies there, a link itself included. */
  lstat(path: string): Soon<Deno.FileInfo>;
  /** The facts of what lies there, links followed. */
  stat(path: string): Soon<Deno.FileInfo>;
  /** Where the path leads, links followed. */
  realPath(path: string): Soon<string>;
  /** What is in a directory, as it is read, or all of it at once where that is soon done. */
  readDirectory(path: string): AsyncIterable<Deno.DirEntry> | Iterable<Deno.DirEntry>;
  /** Opens a file. */
  open(path: string, options: Deno.OpenOptions): Soon<DiskFile>;
  /** Gives something another place; what lies there is replaced. */
  rename(from: string, to: string, options?: Freeing): Soon<void>;
  /** Gives a file a second name, which nothing may have. */
  link(from: string, to: string): Soon<void>;
  /** Removes a name, or an empty directory. */
  remove(path: string, options?: Freeing): Soon<void>;
  /** Makes a directory, with these permission bits at most. */
  makeDirectory(path: string, mode?: number): Soon<void>;
  /** Sets the times of access and modification, links followed. */
  setTimes(path: string, accessed: Date, modified: Date): Soon<void>;
  /** Sets the permission bits, links followed. */
  setMode(path: string, mode: number): Soon<void>;
  /** Sets the owner and the group, links followed. */
  setOwner(path: string, uid: number | null, gid: number | null): Soon<void>;
  /** How much room the file system of this path has. */
  space(path: string): Soon<Space>;
  /**
   * The names in a directory are on the disk when it resolves. Does nothing where directories cannot be
   * settled.
   */
  settleDirectory(path: string): Soon<void>;
}

/** The room on a file system, bytes. */
export interface Space {
  /** What programs without rights of their own may still write. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** What a call gives back to the disk, as far as it is known: much of it takes a while. */
export interface Freeing {
  /** Bytes of a file that may lose its last name. */
  readonly frees: number;
}

/** Whom a lock keeps out. */
export type LockKind = "exclusive" | "shared";

/** What tells an open file from all others, for whoever opens it anew. */
export interface OpenedAt {
  /** The host path by which it was opened. */
  readonly path: string;
  /** The device that it lies on, `st_dev`. */
  readonly device: number;
  /** Its number there, `st_ino`. */
  readonly inode: number;
}

/** An open file. Always await its calls, one after the other: only the disk knows whether they wait. */
export interface DiskFile {
  /** Its facts. */
  stat(): Soon<Deno.FileInfo>;
  /**
   * So many bytes are to come from here on.
   *
   * @throws {StorageError} where it is known that there is no room for them.
   */
  expect?(bytes: number): Soon<void>;
  /**
   * How many of the bytes that come next may be written by others; undefined for any number, 0 for none. They
   * are taken: {@linkcode DiskFile.wrote} tells how many were.
   */
  lend?(): Soon<number | undefined>;
  /** So many bytes were written by others. */
  wrote?(bytes: number): void;
  /** Where it was opened; only told where a thread of its own may call the disk all the time. */
  openedAt?(): OpenedAt | undefined;
  /** Locks it, if nobody else has: `exclusive` against everybody, `shared` against those who lock it so. */
  tryLock(kind: LockKind): Soon<boolean>;
  /** Lets others lock it: a program that was started meanwhile may hold the file open beyond our close. */
  unlock(): Soon<void>;
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
   *
   * @param options `durable`: wait until it is on the disk, whatever the disk is.
   */
  settle(options: { readonly durable: boolean }): Soon<void>;
  /** Never fails. */
  close(): Soon<void>;
}

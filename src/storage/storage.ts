/** The contract of every place where files are kept. */

import type { DirectoryMark } from "../bytes/carrier.ts";
import type { ByteSink, ByteSource } from "../bytes/ends.ts";
import type { BufferPool } from "../limits/buffer_pool.ts";
import type { VirtualPath } from "../protocol/pathname.ts";

/** What is known of one file or directory. */
export interface Entry {
  /** The last name of its path; empty for the root. */
  readonly name: string;
  /** For a link, what it leads to; a link that leads nowhere is `other`. */
  readonly type: "file" | "directory" | "other";
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
  /** When anything of it last changed, which only the system sets; some storages keep whole seconds. */
  readonly changedMs?: number;
  /** Birth time, milliseconds since 1970, where the storage keeps a real one. */
  readonly createdMs?: number;
  /** Permission bits. */
  readonly mode: number;
  /** Hard links. */
  readonly links: number;
  /** The same for every name of the same file, different for different files. */
  readonly unique: string;
  /** Set for a directory that no storage has, in which nothing can be made: it only leads on. */
  readonly isWaypoint?: true;
  /** Set for a symbolic link: where it leads, as a path in this storage. */
  readonly link?: string;
}

/** Where a path really leads: what lies on the way there, by {@linkcode Entry.unique}. */
export interface Way {
  /**
   * The directories that lead there, links followed: the root first, the one that holds the end last. Where
   * nothing is at the end, as far as something is there.
   */
  readonly through: readonly string[];
  /** What the path leads to; undefined where nothing is there, or it leads outside. */
  readonly end: string | undefined;
  /** As far as something is there, the path with links followed; undefined where the storage has no links. */
  readonly real?: VirtualPath;
}

/** Another path of a place. */
export interface Alias {
  /** The path, from the root. */
  readonly path: VirtualPath;
  /** The directory on that path, or its end, from which on both paths have the same names. */
  readonly base: VirtualPath;
}

/** What an upload does to the file. */
export type WriteMode =
  & WriteKind
  & {
    /**
     * The permission bits of a file that is made, exactly; left out, what the system gives. A file that is
     * replaced keeps its own.
     */
    readonly bits?: number;
  };

/** What an upload does to the bytes. */
export type WriteKind =
  /** Creates the file or replaces all of it. */
  | { readonly kind: "replace" }
  /** Creates the file; refused when it exists, or something is held of an upload to it. */
  | { readonly kind: "create" }
  /**
   * Creates the file, or replaces all of the one that `exists`, when it is complete and not before; refused
   * where that is not how it is. What is cut off is not kept.
   */
  | { readonly kind: "join"; readonly exists: boolean }
  /**
   * Creates the file or writes behind its end. Of an upload that was cut off, where its sender was told that
   * it ends: behind `partBytes`, and refused where that is not there any more.
   */
  | { readonly kind: "append"; readonly partBytes?: number }
  /**
   * Writes from the offset on and keeps what lies before it. Behind the last byte written a complete file
   * keeps what it has; of an upload that was cut off nothing is left there.
   */
  | { readonly kind: "resume"; readonly offset: number }
  /**
   * Goes on with an upload that was cut off, or with offset 0 begins one, whatever is held; behind the last
   * byte written nothing of it is left. Never writes into a file that is complete, where the storage is
   * atomic: such a file is dealt with when all has come.
   */
  | { readonly kind: "part"; readonly offset: number; readonly taken: Taken };

/**
 * What becomes of a file that lies where another one is to lie: it is `replaced`; it is replaced only if it
 * is the `same` that lay there in the beginning; the new one is `refused`, then and at the end; the new one
 * gets a name `beside` it.
 */
export type Taken = "replaced" | "same" | "refused" | "beside";

/** Where the bytes of an upload go. */
export interface UploadSink extends ByteSink {
  /** The name that the file has got where that is another one than was asked for; known when it is closed. */
  readonly givenName?: string | undefined;
}

/** What a storage can do beyond the least. */
export interface StorageCapabilities {
  /** Reading and writing at an offset. */
  readonly resume: boolean;
  /** Whether an upload shows under its name only when it is complete. */
  readonly atomic: boolean;
  /** {@linkcode Storage.setMode}. */
  readonly modes: boolean;
  /** {@linkcode Storage.setModified}. */
  readonly times: boolean;
}

/**
 * Where files are kept. Paths are virtual, bytes pass through sources and sinks, and nothing is known of
 * users. Every method rejects with a {@linkcode StorageError}, and with nothing else, when the storage
 * refuses.
 */
export interface Storage {
  /** What it can do. */
  readonly capabilities: StorageCapabilities;
  /** The place as its operator knows it, for the log; never for clients. */
  locate(path: VirtualPath): string;
  /** Facts of one entry, links followed. */
  stat(path: VirtualPath): Promise<Entry>;
  /** Where a path really leads: a place has one mark, by whatever links and spellings it is reached. */
  way(path: VirtualPath): Promise<Way>;
  /**
   * The entries of a directory in no order, as they are read, some at a time; an entry that cannot be read is
   * left out. What is removed meanwhile may be among them or not, everything else is once.
   */
  list(path: VirtualPath): Entries;
  /** Whether a directory has nothing in it. */
  isEmpty(path: VirtualPath): Promise<boolean>;
  /** Opens a file for reading; an offset behind its end is `out-of-range`. */
  read(path: VirtualPath, options: ReadOptions): Promise<OpenFile>;
  /**
   * Opens a file for writing. Closing the sink commits what was written; aborting it keeps the part for a
   * later `resume` or `append` but never shows it under the final name where the storage is atomic.
   */
  write(path: VirtualPath, mode: WriteMode): Promise<UploadSink>;
  /**
   * Bytes held of an upload that was cut off and is not visible yet; undefined when there is none, and beside
   * a complete file unless that is asked for.
   */
  partialSize(path: VirtualPath, options?: PartOptions): Promise<number | undefined>;
  /** Deletes a file or a link (never what the link leads to). */
  remove(path: VirtualPath): Promise<void>;
  /** Creates a directory in one that exists, with exactly these permission bits where they are given. */
  makeDirectory(path: VirtualPath, bits?: number): Promise<void>;
  /** Deletes an empty directory. */
  removeDirectory(path: VirtualPath): Promise<void>;
  /**
   * Moves a file, link or directory; a file at the new place is replaced, unless the work says otherwise, a
   * directory is not. Takes long where a file has to be copied.
   */
  rename(from: VirtualPath, to: VirtualPath, work: MoveWork): Promise<void>;
  /** {@linkcode rename} to a place in another storage; left out where there is no way. */
  moveTo?(from: VirtualPath, place: StoragePlace, work: MoveWork): Promise<void>;
  /** Where in this storage the root of another one lies, where it does. */
  pathOf?(other: Storage): Promise<VirtualPath | undefined>;
  /** By what other paths a place is reached, as far as links have no part in that; left out for none. */
  aliases?(real: VirtualPath): Promise<readonly Alias[]>;
  /** Whether the place answers soon, which it always does where this is left out. */
  answers?(path: VirtualPath): Promise<boolean>;
  /** Sets the modification time, milliseconds since 1970. */
  setModified(path: VirtualPath, timeMs: number): Promise<void>;
  /** Sets the permission bits. */
  setMode(path: VirtualPath, mode: number): Promise<void>;
  /** Bytes free for new files; undefined when nobody knows. */
  freeBytes(path: VirtualPath): Promise<number | undefined>;
}

/** A place in a storage. */
export interface StoragePlace {
  /** The storage. */
  readonly storage: Storage;
  /** The path in it. */
  readonly path: VirtualPath;
}

/** The entries of a directory, some at a time. */
export interface Entries extends AsyncIterable<readonly Entry[]> {
  /** The directory itself, where others can list it. */
  readonly directory?: DirectoryEnd;
}

/** A directory that others can list. */
export interface DirectoryEnd {
  /**
   * Which one it is; undefined where others may not list it, or its lines are surely fewer bytes than these.
   */
  mark(leastBytes: number): Promise<DirectoryMark | undefined>;
  /** Those of these names that are there and can be read. */
  entriesOf(names: readonly string[]): Promise<readonly Entry[]>;
}

/** How a file is read. */
export interface ReadOptions {
  /** The first byte wanted. */
  readonly offset: number;
}

/** A file that is being read. */
export interface OpenFile {
  /** Bytes in all of the file when it was opened. */
  readonly size: number;
  /** Its bytes from the offset on; close it, or the file stays open. */
  readonly source: ByteSource;
  /**
   * The facts of the very file that is open, whatever has its name by now; before it is read. Left out where
   * a file is only known by its name.
   */
  stat?(): Promise<Entry>;
}

/** A file that is being read, and its facts. */
export interface KnownFile extends OpenFile {
  /** What was known of it when it was opened. */
  readonly entry: Entry;
}

/** How work that may take long is followed and stopped. */
export interface LongWork {
  /** Stops it between two steps; what is done by then stays done. */
  readonly signal: AbortSignal;
  /**
   * Called for every step: with 1 for an entry that was removed, with the number of bytes that were copied.
   */
  readonly progress: (steps: number) => void;
  /** Memory to move bytes through. */
  readonly buffers: BufferPool;
}

/** How something is moved. */
export interface MoveWork extends LongWork {
  /** What becomes of a file at the new place; `replaced` by default. `refused` holds at that very moment. */
  readonly taken?: Extract<Taken, "replaced" | "refused">;
}

/** Which parts count for {@linkcode Storage.partialSize}. */
export interface PartOptions {
  /** Also one that is to replace a file that is there. */
  readonly replacing?: boolean;
}

/** Why a storage refuses. */
export type StorageErrorKind =
  | "not-found"
  | "exists"
  | "not-a-directory"
  | "is-a-directory"
  | "not-a-file"
  | "not-empty"
  | "denied"
  | "read-only"
  | "no-space"
  | "low-space"
  | "quota"
  | "busy"
  | "interrupted"
  | "name-too-long"
  | "invalid-name"
  | "out-of-range"
  | "cross-device"
  | "unsupported"
  | "silent"
  | "unavailable";

/**
 * A refusal of a storage. Its message is for the log and may name real places; clients only ever see the
 * kind.
 */
export class StorageError extends Error {
  /** For stack traces. */
  override readonly name = "StorageError";
  /** Why. */
  readonly kind: StorageErrorKind;

  /** Says why, and in the message what was tried. */
  constructor(kind: StorageErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** Whether an error says that nothing is at a path. */
export function isMissing(error: unknown): boolean {
  return error instanceof StorageError && (error.kind === "not-found" || error.kind === "not-a-directory");
}

/** All that is on a way, its end included. */
export function marksOf({ through, end }: Way): readonly string[] {
  return end === undefined ? through : [...through, end];
}

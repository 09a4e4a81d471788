/** Carrying: bytes between a file and a connection, moved beside the thread that has both open. */

import type { FactName } from "../protocol/facts.ts";
import type { LentSocket, SocketMark } from "../net/connection.ts";

/** Which open file is meant, for whoever opens it anew. */
export interface FileMark {
  /** Its host path, links followed. */
  readonly path: string;
  /** The device that it lies on, `st_dev`: together with the inode it tells it from others of its name. */
  readonly device: number;
  /** Its number there, `st_ino`. */
  readonly inode: number;
  /** Where it is to go on, bytes from its beginning. */
  readonly offset: number;
  /** The most that may be written to it; any number where it is left out. */
  readonly mostBytes?: number;
}

/** Bytes to be moved. */
export interface Load {
  /** `out`: from the file to the connection, to the file's end; `in`: back, to the connection's end. */
  readonly direction: "out" | "in";
  /** The end that is a file. */
  readonly file: FileMark;
  /** The end that is a connection, which stays open meanwhile. */
  readonly socket: SocketMark;
  /** Told now and then how many bytes were moved. */
  readonly progress: (bytes: number) => void;
  /** Breaks it off. The connection is at its end then. */
  readonly signal: AbortSignal | undefined;
  /** Asks for the rest back: what is moved stays so, and the connection stays as it is. */
  readonly recall?: AbortSignal;
}

/** The file's end of a load has failed; `code` is the system's name of the error, such as `ENOSPC`. */
export class FileFailure extends Error {
  override readonly name = "FileFailure";

  constructor(readonly code: string) {
    super(code);
  }
}

/** Lines of a directory's entries to be sent. */
export interface ListingLoad extends Omit<Load, "direction" | "file" | "recall"> {
  /** The directory. */
  readonly directory: DirectoryMark;
  /** How its lines are to be. */
  readonly lines: ListingWish;
}

/** Which directory is meant, for whoever opens it anew. */
export interface DirectoryMark extends Omit<FileMark, "offset" | "mostBytes"> {
  /** Names that begin with a dot and end so are out of sight. */
  readonly hiddenEnd: string;
}

/** What lines are wanted, in UTF-8. */
export type ListingWish =
  /** As LIST has them, with times as seen at a moment, in a zone. */
  | { readonly as: "list"; readonly nowMs: number; readonly timeZone: string }
  /** Names with something before each. */
  | { readonly as: "names"; readonly prefix: string }
  /** Facts of MLSD; `perm` is that of what is no directory. */
  | { readonly as: "facts"; readonly facts: readonly FactName[]; readonly perm: string | undefined };

/** How far a listing is. */
export interface Listed {
  /** Goes on until names are left or all is sent. Throws as {@linkcode Carrier.carry} does. */
  goOn(): Promise<Listed>;
  /** Nobody goes on with it. May be called again, and when it is over. */
  drop(): void;
  /** Entries that only a closer look can tell of: their lines are left to whoever asked, and come now. */
  readonly names: readonly string[];
  /** Whether that were all. */
  readonly isOver: boolean;
}

/** Moves loads. */
export interface Carrier {
  /** Whether it would take a load at this moment. Asking makes one ready that is not. */
  readonly isReady: boolean;
  /** Makes it ready, and tells whether it is. */
  start(): Promise<boolean>;
  /** Loads that are known to be smaller are not worth it, bytes. */
  readonly leastBytes: number;
  /**
   * Moves as much as it can, and tells how many bytes that was. Behind them lies the end, or the ordinary way
   * goes on.
   *
   * @throws {FileFailure} when the file's end fails.
   * @throws {Error} when the connection breaks.
   */
  carry(load: Load): Promise<number>;
  /** Begins a listing; undefined where it cannot, and nothing was sent then. */
  list(load: ListingLoad): Promise<Listed | undefined>;
}

/** Who carries, and what breaks it off. */
export interface Carrying {
  /** Who does it. */
  readonly carrier: Carrier;
  /** Breaks it off. */
  readonly signal: AbortSignal | undefined;
}

/** An end that is a file: lets it be moved to or from by others. */
export interface FileEnd {
  /** Bytes that are left of one that is read, as far as is known. */
  readonly leftBytes?: number;
  /**
   * Lets others go on where this end is, which is behind the bytes that they have moved then. Nothing happens
   * where the file cannot be told from others.
   *
   * @throws what the end throws when its file fails.
   */
  beside(move: (file: FileMark) => Promise<number>): Promise<void>;
}

/** An end that is a connection. */
export interface SocketEnd {
  /** The connection, unless it cannot be told from others. */
  lend(): LentSocket | undefined;
  /** Bytes were moved without it. */
  moved(bytes: number): void;
  /** Fires when whoever moves them has to leave the rest to this end. */
  readonly recall?: AbortSignal;
}

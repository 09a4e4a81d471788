/**
 * What a session thread and its I/O thread say to each other: lines of JSON over a connection of their own,
 * which alone can wake both.
 */

import type { DirectoryMark, FileMark, ListingWish } from "../bytes/carrier.ts";
import type { SocketMark } from "../net/connection.ts";

/** From the session thread. `job` is the number to answer to; each is greater than the one before. */
export type IoRequest =
  /** To move bytes, from the file's offset on. How far it has come is told in the cell. */
  | { readonly want: "send" | "receive"; readonly job: number; readonly cell: number } & Ends
  /** To send the lines of a directory. */
  | {
    readonly want: "list";
    readonly job: number;
    readonly cell: number;
    readonly socket: SocketMark;
    readonly directory: DirectoryMark;
    readonly lines: ListingWish;
  }
  /** To go on with a listing, for the lines that were left are sent. */
  | { readonly want: "go-on"; readonly job: number }
  /** To give the rest of a file back: the job ends where it is, its connection as it is. */
  | { readonly want: "recall"; readonly job: number }
  /** To break a job off. It is answered all the same. */
  | { readonly want: "stop"; readonly job: number };

/** What bytes are moved between. */
export interface Ends {
  readonly socket: SocketMark;
  readonly file: FileMark;
}

/** From the I/O thread. */
export type IoAnswer =
  /** It is confined and waits for work. */
  | { readonly say: "ready" }
  /**
   * A job is over after so many bytes: nothing more came or was there, or the rest is to be moved in the
   * ordinary way.
   */
  | { readonly say: "done"; readonly job: number; readonly bytes: number }
  /** A job has failed: an end of it says so. */
  | {
    readonly say: "failed";
    readonly job: number;
    readonly bytes: number;
    readonly end: "file" | "socket";
    /** The name of the error, such as `ENOSPC`. */
    readonly code: string;
  }
  /** So much of a listing is sent. The lines of these names are for the session to send; then it goes on. */
  | {
    readonly say: "listed";
    readonly job: number;
    readonly bytes: number;
    readonly names: readonly string[];
    readonly isOver: boolean;
  }
  /** The disk has kept the thread for so long, milliseconds. */
  | { readonly say: "stalled"; readonly ms: number };

/** How an I/O thread is started; a message of the main thread's. */
export interface IoStart {
  /** The absolute path of the library that it may open. */
  readonly library: string;
  /** The directories that it may open files below. */
  readonly directories: readonly string[];
  /** Its end of the connection to the session thread. */
  readonly line: SocketMark;
  /** How many bytes each job has moved. */
  readonly cells: SharedArrayBuffer;
}

/** What an I/O thread tells the main thread of itself. */
export type IoState =
  | { readonly is: "working" }
  /** This machine lacks something that it needs. */
  | { readonly is: "unable"; readonly reason: string }
  /** A mistake of ours ends it. */
  | { readonly is: "dead"; readonly reason: string }
  /** It ends. */
  | { readonly is: "over" };

/** How many jobs an I/O thread has at once, at most. */
export const MOST_JOBS = 1024;

/**
 * A path has 4 KiB at most, and so have names that go together; each byte is six characters of JSON at worst.
 */
export const LONGEST_LINE = 64 * 1024;

/** Lines out of bytes as they come. */
export class Lines {
  readonly #decoder = new TextDecoder();
  readonly #mostLength: number;
  #rest = "";

  /** @param mostLength The longest line that anybody has to say, characters. */
  constructor(mostLength: number) {
    this.#mostLength = mostLength;
  }

  /** @throws {Error} for a line without end. */
  take(bytes: Uint8Array): string[] {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n");
    this.#rest = lines.pop()!;
    if (this.#rest.length > this.#mostLength) throw new Error("a line without end");
    return lines;
  }
}

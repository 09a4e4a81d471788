/** Listings by getdents64(2) and statx(2): lines written into one buffer, which goes to the socket. */

import type { DirectoryMark, ListingWish } from "../bytes/carrier.ts";
import { FactLines } from "../protocol/facts.ts";
import { LineBuffer } from "../protocol/line_buffer.ts";
import { ListingLines, zoneOffset } from "../protocol/unix_listing.ts";
import type { IoJob, Step } from "./io_job.ts";
import { type Bytes, EAGAIN, ENOENT, type Libc } from "./libc.ts";
import { Dirents, DT_LNK, DT_UNKNOWN, EPOLLOUT, Statx, STATX_BASIC_STATS, STATX_BTIME } from "./structs.ts";

/** Entries that are read together. */
const DIRENTS_BYTES = 32 * 1024;
/** Lines that are sent together, about. */
const LINES_BYTES = 32 * 1024;
/** Names that are left to the session together, characters and zeros. */
const LEFT_LENGTH = 4096;
/** How long it writes lines until others have their turn. */
const TURN_ENTRIES = 256;

/** The facts that lines need. */
const MASK = STATX_BASIC_STATS | STATX_BTIME;
const DOT = 46, CR = 13, LF = 10, ASCII_END = 0x80;

/** Puts the line of an entry; tells whether it could. */
type PutLine = (out: LineBuffer, facts: Statx, name: Bytes) => boolean;

/** What a job is made of. */
export interface ListJobOptions {
  readonly socket: number;
  /** The directory, open for reading. */
  readonly directory: number;
  readonly mark: DirectoryMark;
  readonly lines: ListingWish;
}

/** Sends the lines of a directory. */
export class ListJob implements IoJob {
  readonly events = EPOLLOUT;
  readonly socket: number;
  bytes = 0;
  readonly #libc: Libc;
  readonly #directory: number;
  readonly #hiddenEnd: Uint8Array;
  readonly #put: PutLine;
  readonly #needsFacts: boolean;
  readonly #dirents = new Dirents(DIRENTS_BYTES);
  readonly #facts = new Statx();
  readonly #out = new LineBuffer(LINES_BYTES + 1024);
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #unsent: Bytes = new Uint8Array();
  #left: string[] = [];
  #leftLength = 0;
  #isOver = false;

  /** Takes over what is open. */
  constructor(libc: Libc, { socket, directory, mark, lines }: ListJobOptions) {
    this.#libc = libc;
    this.socket = socket;
    this.#directory = directory;
    this.#hiddenEnd = new TextEncoder().encode(mark.hiddenEnd);
    this.#put = putLine(lines);
    this.#needsFacts = lines.as !== "names";
  }

  /** Whether the last names that are left are the end of it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Names whose lines are left to the session, which are forgotten here. */
  takeLeft(): string[] {
    this.#leftLength = 0;
    return this.#left.splice(0);
  }

  step(): Step {
    if (this.#unsent.length === 0) {
      if (this.#isOver || this.#leftLength > LEFT_LENGTH) return "left";
      const errno = this.#write();
      if (errno !== 0) return { end: "file", errno };
      this.#unsent = this.#out.take();
    }
    if (this.#unsent.length === 0) return "more";
    const sent = this.#libc.send(this.socket, this.#unsent);
    if (sent === -EAGAIN) return "wait";
    if (sent < 0) return { end: "socket", errno: -sent };
    this.bytes += sent;
    this.#unsent = this.#unsent.subarray(sent);
    return "more";
  }

  close(): void {
    this.#libc.close(this.socket);
    this.#libc.close(this.#directory);
  }

  /** Writes some lines; the error that stops it, positive, or 0. */
  #write(): number {
    const dirents = this.#dirents;
    for (let entries = 0; entries < TURN_ENTRIES; entries++) {
      if (this.#out.length > LINES_BYTES || this.#leftLength > LEFT_LENGTH) return 0;
      if (!dirents.next()) {
        const length = this.#libc.readDirectory(this.#directory, dirents.bytes);
        // A directory that was removed meanwhile has nothing in it any more.
        if (length === 0 || length === -ENOENT) {
          this.#isOver = true;
          return 0;
        }
        if (length < 0) return -length;
        dirents.fill(length);
        dirents.next();
      }
      this.#line(dirents.bytes.subarray(dirents.nameStart, dirents.nameEnd + 1));
    }
    return 0;
  }

  /** @param name With its zero. */
  #line(name: Bytes): void {
    if (this.#isHidden(name)) return;
    let isAscii = true;
    for (let at = 0; at < name.length; at++) {
      const byte = name[at]!;
      // It would look like two entries.
      if (byte === CR || byte === LF) return;
      if (byte >= ASCII_END) isAscii = false;
    }
    if (!isAscii && !this.#isUtf8(name)) return this.#leave(name);
    if (this.#dirents.kind === DT_LNK) return this.#leave(name);
    if (this.#needsFacts || this.#dirents.kind === DT_UNKNOWN) {
      // What cannot be looked at is left out; mostly it has gone meanwhile.
      const looks = { mask: MASK, into: this.#facts.bytes };
      if (this.#libc.statxEntry(this.#directory, name, looks) < 0) return;
      if (this.#facts.isLink) return this.#leave(name);
    }
    if (!this.#put(this.#out, this.#facts, name)) this.#leave(name);
  }

  #isHidden(name: Bytes): boolean {
    if (name[0] !== DOT) return false;
    const length = name.length - 1;
    if (length === 1 || (length === 2 && name[1] === DOT)) return true;
    const end = this.#hiddenEnd;
    const start = length - end.length;
    return start > 1 && end.every((byte, at) => byte === name[start + at]);
  }

  #isUtf8(name: Bytes): boolean {
    try {
      this.#decoder.decode(name);
      return true;
    } catch {
      return false;
    }
  }

  #leave(name: Bytes): void {
    const shown = new TextDecoder("utf-8", { ignoreBOM: true }).decode(name.subarray(0, -1));
    this.#left.push(shown);
    this.#leftLength += shown.length + 1;
  }
}

function putLine(wish: ListingWish): PutLine {
  switch (wish.as) {
    case "names": {
      const prefix = new TextEncoder().encode(wish.prefix);
      return (out, _facts, name): boolean => {
        out.piece(prefix);
        return putName(out, name);
      };
    }
    case "list": {
      const lines = new ListingLines({ nowMs: wish.nowMs, offsetMs: zoneOffset(wish.timeZone) });
      return (out, facts, name): boolean => {
        lines.put(out, facts.type, facts);
        return putName(out, name);
      };
    }
    case "facts": {
      const lines = new FactLines(new Set(wish.facts));
      // What may be done with a directory takes a look inside.
      const asksForPerm = wish.facts.includes("perm");
      return (out, facts, name): boolean => {
        if (asksForPerm && facts.type === "directory") return false;
        lines.put(out, facts, wish.perm);
        return putName(out, name);
      };
    }
  }
}

function putName(out: LineBuffer, name: Bytes): true {
  out.piece(name, 0, name.length - 1);
  out.end();
  return true;
}

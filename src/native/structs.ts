/** Structures of the system as they lie in memory on Linux, 64 bit, x86-64 and arm64: where each field is. */

import { type EntryFacts, formatUnique } from "../protocol/facts.ts";
import { canonicalIPv6, mappedIPv4 } from "../protocol/ip_address.ts";
import type { Bytes } from "./libc.ts";

/** What facts statx(2) is asked for. */
export const STATX_BASIC_STATS = 0x7ff, STATX_BTIME = 0x800;

/** Where the fields of `struct statx` are, bytes; the same on every machine. */
const STATX = {
  size: 256,
  mask: 0,
  links: 16,
  mode: 28,
  inode: 32,
  bytes: 40,
  created: 80,
  modified: 112,
  deviceMajor: 136,
  deviceMinor: 140,
} as const;

/** The kinds of files in a mode. inode(7). */
const S_IFMT = 0o170000, S_IFDIR = 0o040000, S_IFREG = 0o100000, S_IFLNK = 0o120000;

/** The facts of one file, in memory that the next call fills again. */
export class Statx implements EntryFacts {
  readonly bytes: Bytes = new Uint8Array(STATX.size);
  readonly #u16 = new Uint16Array(this.bytes.buffer);
  readonly #u32 = new Uint32Array(this.bytes.buffer);
  readonly #i32 = new Int32Array(this.bytes.buffer);

  /** What it is; a link is something else too. */
  get type(): "file" | "directory" | "other" {
    const kind = this.#kindAndMode & S_IFMT;
    return kind === S_IFREG ? "file" : kind === S_IFDIR ? "directory" : "other";
  }

  get isLink(): boolean {
    return (this.#kindAndMode & S_IFMT) === S_IFLNK;
  }

  /** The permission bits with setuid, setgid and sticky. */
  get mode(): number {
    return this.#kindAndMode & 0o7777;
  }

  get links(): number {
    return this.#u32[STATX.links / 4]!;
  }

  /** Its length, bytes. */
  get size(): number {
    return this.#u64(STATX.bytes);
  }

  /** As the runtime tells it. */
  get inode(): number {
    return this.#u64(STATX.inode);
  }

  /** As the runtime tells it: major and minor in one number, as glibc's makedev(3) puts them together. */
  get device(): number {
    const major = this.#u32[STATX.deviceMajor / 4]!, minor = this.#u32[STATX.deviceMinor / 4]!;
    return (major & 0xfff) * 2 ** 8 + (minor & 0xff) + (minor >>> 8) * 2 ** 20 + (major >>> 12) * 2 ** 44;
  }

  /** Milliseconds since 1970, without what is finer. */
  get modifiedMs(): number {
    return this.#time(STATX.modified);
  }

  /** Milliseconds since 1970; undefined where the file system does not say. */
  get createdMs(): number | undefined {
    return this.#u32[STATX.mask / 4]! & STATX_BTIME ? this.#time(STATX.created) : undefined;
  }

  /** What tells it from all others. */
  get unique(): string {
    return formatUnique(this.device, this.inode);
  }

  get #kindAndMode(): number {
    return this.#u16[STATX.mode / 2]!;
  }

  #u64(at: number): number {
    return this.#u32[at / 4]! + this.#u32[at / 4 + 1]! * 2 ** 32;
  }

  /** `struct statx_timestamp`: seconds, signed, of 64 bits, then nanoseconds. */
  #time(at: number): number {
    const seconds = this.#u32[at / 4]! + this.#i32[at / 4 + 1]! * 2 ** 32;
    return seconds * 1000 + Math.floor(this.#u32[at / 4 + 2]! / 1e6);
  }
}

/** `struct epoll_event` is packed on x86-64 alone. */
const EVENT = Deno.build.arch === "x86_64" ? { size: 12, data: 4 } : { size: 16, data: 8 };

/** What epoll is to tell, and what it tells. epoll_ctl(2). */
export const EPOLLIN = 1, EPOLLOUT = 4, EPOLLET = 1 << 31;
export const EPOLL_CTL_ADD = 1, EPOLL_CTL_DEL = 2, EPOLL_CTL_MOD = 3;

/** Some events of epoll in a row; each holds the descriptor that it is about. */
export class EpollEvents {
  readonly bytes: Bytes;
  readonly count: number;
  readonly #view: DataView;

  constructor(count: number) {
    this.count = count;
    this.bytes = new Uint8Array(count * EVENT.size);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** Makes the first one say this. */
  set(fd: number, events: number): void {
    this.#view.setUint32(0, events >>> 0, true);
    this.#view.setInt32(EVENT.data, fd, true);
  }

  fdAt(index: number): number {
    return this.#view.getInt32(index * EVENT.size + EVENT.data, true);
  }
}

/** Where `struct rusage` has how often the thread has slept, waiting for something. getrusage(2). */
const RUSAGE = { size: 144, voluntarySwitches: 128 } as const;

/** What a thread has used. */
export class Rusage {
  readonly bytes: Bytes = new Uint8Array(RUSAGE.size);
  readonly #u32 = new Uint32Array(this.bytes.buffer);

  /** How often the thread has given the processor away itself, to wait; 32 bits of it. */
  get waits(): number {
    return this.#u32[RUSAGE.voluntarySwitches / 4]!;
  }
}

/** The largest `struct sockaddr` of an IP address, bytes. */
const SOCKADDR_BYTES = 28;
const AF_INET = 2, AF_INET6 = 10;

/** The address of an end of a connection. */
export class SocketName {
  readonly bytes: Bytes = new Uint8Array(SOCKADDR_BYTES);
  readonly #view = new DataView(this.bytes.buffer);

  /** The port; 0 for what is no IP address. */
  get port(): number {
    return this.#family === 0 ? 0 : this.#view.getUint16(2);
  }

  /** The address as the runtime spells it, without a zone, an IPv4-mapped one as IPv4. */
  get hostname(): string {
    if (this.#family === AF_INET) return this.bytes.subarray(4, 8).join(".");
    const groups = Array.from({ length: 8 }, (_, at) => this.#view.getUint16(8 + at * 2).toString(16));
    const canonical = canonicalIPv6(groups.join(":"))!;
    return mappedIPv4(canonical) ?? canonical;
  }

  get #family(): number {
    const family = this.#view.getUint16(0, true);
    return family === AF_INET || family === AF_INET6 ? family : 0;
  }
}

/** Where the fields of `struct linux_dirent64` are; the name ends with a zero. getdents64(2). */
const DIRENT = { length: 16, kind: 18, name: 19 } as const;
/** Kinds of entries: nobody knows, and a symbolic link. */
export const DT_UNKNOWN = 0, DT_LNK = 10;

/** Entries of a directory as the system gives them, many at a time. */
export class Dirents {
  readonly bytes: Bytes;
  readonly #view: DataView;
  #length = 0;
  #next = 0;
  /** What this entry is. */
  kind = DT_UNKNOWN;
  /** Where its name begins, and where its zero is. */
  nameStart = 0;
  nameEnd = 0;

  constructor(bytes: number) {
    this.bytes = new Uint8Array(bytes);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** The memory was filled so far; the first entry is the next. */
  fill(length: number): void {
    this.#length = length;
    this.#next = 0;
  }

  /** Goes on to the next entry; false behind the last one. */
  next(): boolean {
    if (this.#next >= this.#length) return false;
    this.kind = this.bytes[this.#next + DIRENT.kind]!;
    this.nameStart = this.#next + DIRENT.name;
    this.#next += this.#view.getUint16(this.#next + DIRENT.length, true);
    // Behind the zero lie bytes that the system does not clear.
    this.nameEnd = this.bytes.indexOf(0, this.nameStart);
    return true;
  }
}

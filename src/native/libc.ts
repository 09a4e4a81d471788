/**
 * The system's own calls: what Linux can do and the runtime has no call for. The only file that opens a
 * library. Linux on x86-64 and arm64, glibc.
 */

import {
  SYMBOLS,
  SYS_LANDLOCK_ADD_RULE,
  SYS_LANDLOCK_CREATE_RULESET,
  SYS_LANDLOCK_RESTRICT_SELF,
  SYS_OPENAT2,
} from "./symbols.ts";

/** Errors that callers treat apart. */
export const ENOENT = 2, EAGAIN = 11, EINVAL = 22;
const EINTR = 4;

/** Names of errors, as the runtime's own calls tell them. */
const ERROR_NAMES: Readonly<Record<number, string>> = {
  1: "EPERM",
  2: "ENOENT",
  5: "EIO",
  9: "EBADF",
  11: "EAGAIN",
  12: "ENOMEM",
  13: "EACCES",
  18: "EXDEV",
  20: "ENOTDIR",
  22: "EINVAL",
  24: "EMFILE",
  27: "EFBIG",
  28: "ENOSPC",
  30: "EROFS",
  32: "EPIPE",
  38: "ENOSYS",
  40: "ELOOP",
  95: "EOPNOTSUPP",
  104: "ECONNRESET",
  110: "ETIMEDOUT",
  116: "ESTALE",
  122: "EDQUOT",
};

/** The name of an error, such as `ENOSPC`. */
export function errorName(code: number): string {
  return ERROR_NAMES[code] ?? `errno ${code}`;
}

/** A call that failed where it has to succeed. */
export class SystemCallError extends Error {
  override readonly name = "SystemCallError";
  /** The name of the error, such as `EACCES`. */
  readonly code: string;

  constructor(call: string, errno: number) {
    super(`${call}: ${errorName(errno)}`);
    this.code = errorName(errno);
  }
}

/** What a call gave that has to succeed. @throws {SystemCallError} when it did not. */
export function required(call: string, result: number): number {
  if (result < 0) throw new SystemCallError(call, -result);
  return result;
}

/** Memory that a call may fill or read. */
export type Bytes = Uint8Array<ArrayBuffer>;

export const O_RDONLY = 0, O_WRONLY = 1, O_NONBLOCK = 0o4000, O_CLOEXEC = 0o2000000, O_PATH = 0o10000000;
/** These two differ between machines. */
export const O_DIRECTORY = Deno.build.arch === "aarch64" ? 0o40000 : 0o200000;
export const O_NOFOLLOW = Deno.build.arch === "aarch64" ? 0o100000 : 0o400000;
export const AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100, AT_EMPTY_PATH = 0x1000;
/** How a path may be resolved. openat2(2). */
export const RESOLVE_NO_XDEV = 1, RESOLVE_NO_MAGICLINKS = 2, RESOLVE_BENEATH = 8;

const F_DUPFD_CLOEXEC = 1030, F_SETPIPE_SZ = 1031;
const MSG_DONTWAIT = 0x40, MSG_NOSIGNAL = 0x4000;
const SPLICE_F_MOVE = 1, SPLICE_F_NONBLOCK = 2;
const SHUT_RDWR = 2;
const RUSAGE_THREAD = 1;
const PR_SET_NO_NEW_PRIVS = 38;
const LANDLOCK_CREATE_RULESET_VERSION = 1, LANDLOCK_RULE_PATH_BENEATH = 1;
/** The longest path that the system takes, its zero included. */
const PATH_MAX = 4096;

/**
 * The calls of one thread. What may fail gives the error's number, negative; nothing throws but for a mistake
 * of ours. A call that a signal has broken off is made again.
 */
export class Libc {
  readonly #calls: Deno.StaticForeignLibraryInterface<typeof SYMBOLS>;
  /** Where glibc keeps the number of the last error of this thread. */
  readonly #errnoAt: Deno.PointerValue;
  readonly #errno = new Int32Array(1);
  readonly #path = new Uint8Array(PATH_MAX);
  readonly #how = new BigUint64Array(3);
  readonly #offset = new BigInt64Array(1);

  /**
   * Opens the library.
   *
   * @param path Its absolute path; the runtime's permission is for just this spelling.
   * @throws {Error} when there is no such library, it lacks a symbol, or the thread may not open it.
   */
  constructor(path: string) {
    if (Deno.build.os !== "linux") throw new Error(`Cannot call ${path}: its structures are those of Linux`);
    const calls = Deno.dlopen(path, SYMBOLS).symbols;
    this.#calls = calls;
    this.#errnoAt = calls.__errno_location();
  }

  close(fd: number): void {
    // Broken off by a signal it is done all the same.
    this.#calls.close(fd);
  }

  /** Another number for what is open, closed in programs that are started. */
  duplicate(fd: number): number {
    return this.#retried(() => this.#calls.fcntl(fd, F_DUPFD_CLOEXEC, 0));
  }

  /** A pipe that waits for nobody, of this size where the system lets it be so large. */
  pipe(bytes: number): { readonly out: number; readonly into: number } {
    const ends = new Int32Array(2);
    const made = this.#retried(() => this.#calls.pipe2(new Uint8Array(ends.buffer), O_NONBLOCK | O_CLOEXEC));
    required("pipe2", made);
    this.#calls.fcntl(ends[1]!, F_SETPIPE_SZ, bytes);
    return { out: ends[0]!, into: ends[1]! };
  }

  /** Reads what is there, into all of the memory at most. */
  read(fd: number, into: Bytes): number {
    return this.#retried(() => this.#calls.read(fd, into, BigInt(into.length)));
  }

  /** Writes at an offset; the position of the file stays. */
  writeAt(fd: number, bytes: Bytes, offset: number): number {
    return this.#retried(() => this.#calls.pwrite(fd, bytes, BigInt(bytes.length), BigInt(offset)));
  }

  /** Receives what is there, without waiting. */
  receive(socket: number, into: Bytes): number {
    return this.#retried(() => this.#calls.recv(socket, into, BigInt(into.length), MSG_DONTWAIT));
  }

  /** Sends what there is room for, without waiting. */
  send(socket: number, bytes: Bytes): number {
    return this.#retried(() =>
      this.#calls.send(socket, bytes, BigInt(bytes.length), MSG_DONTWAIT | MSG_NOSIGNAL)
    );
  }

  /** Ends both directions of a connection, whoever else has it open. */
  shutdown(socket: number): void {
    this.#calls.shutdown(socket, SHUT_RDWR);
  }

  /** The address of an end of a connection as `struct sockaddr` lies in memory, or an error. */
  socketName(socket: number, end: "local" | "remote", into: Bytes): number {
    const length = new Uint8Array(new Uint32Array([into.length]).buffer);
    return end === "local"
      ? this.#retried(() => this.#calls.getsockname(socket, into, length))
      : this.#retried(() => this.#calls.getpeername(socket, into, length));
  }

  /** Sends a part of a file at its offset; the file's own position stays. 0 behind its end. */
  sendFile(socket: number, file: number, { offset, bytes }: { offset: number; bytes: number }): number {
    this.#offset[0] = BigInt(offset);
    const at = new Uint8Array(this.#offset.buffer);
    return this.#retried(() => this.#calls.sendfile(socket, file, at, BigInt(bytes)));
  }

  /** Takes what is there from a connection into a pipe, without waiting; 0 at the end. */
  spliceIn(socket: number, pipe: number, bytes: number): number {
    return this.#retried(() =>
      this.#calls.splice(socket, null, pipe, null, BigInt(bytes), SPLICE_F_MOVE | SPLICE_F_NONBLOCK)
    );
  }

  /** Puts what is in a pipe into a file at an offset. */
  spliceOut(pipe: number, file: number, { offset, bytes }: { offset: number; bytes: number }): number {
    this.#offset[0] = BigInt(offset);
    const at = new Uint8Array(this.#offset.buffer);
    return this.#retried(() => this.#calls.splice(pipe, null, file, at, BigInt(bytes), SPLICE_F_MOVE));
  }

  /** Opens a path by name as it is resolved from a directory; what is created has this mode. */
  open(directory: number, path: string, { flags, resolve }: { flags: number; resolve: number }): number {
    const name = this.#pathOf(path);
    if (!name) return -EINVAL;
    this.#how[0] = BigInt(flags | O_CLOEXEC);
    this.#how[1] = 0n;
    this.#how[2] = BigInt(resolve);
    const how = new Uint8Array(this.#how.buffer);
    return this.#retried(() => this.#calls.openat2(SYS_OPENAT2, directory, name, how, BigInt(how.length)));
  }

  /** The facts of what is open. */
  statxOpen(fd: number, mask: number, into: Bytes): number {
    this.#path[0] = 0;
    return this.#retried(() => this.#calls.statx(fd, this.#path, AT_EMPTY_PATH, mask, into));
  }

  /**
   * The facts of an entry of a directory, a link not followed.
   *
   * @param name Its bytes with a zero behind them.
   */
  statxEntry(directory: number, name: Bytes, { mask, into }: { mask: number; into: Bytes }): number {
    return this.#retried(() => this.#calls.statx(directory, name, AT_SYMLINK_NOFOLLOW, mask, into));
  }

  /** The next entries of a directory, as `struct linux_dirent64` lies in memory; 0 behind the last. */
  readDirectory(directory: number, into: Bytes): number {
    return this.#retried(() => this.#calls.getdents64(directory, into, BigInt(into.length)));
  }

  /** What this thread has used so far, as `struct rusage`. */
  threadUsage(into: Bytes): number {
    return this.#calls.getrusage(RUSAGE_THREAD, into);
  }

  epollCreate(): number {
    return this.#retried(() => this.#calls.epoll_create1(O_CLOEXEC));
  }

  epollControl(epoll: number, { op, fd, event }: { op: number; fd: number; event: Bytes }): number {
    return this.#retried(() => this.#calls.epoll_ctl(epoll, op, fd, event));
  }

  /** Waits for events; a signal does not end it. */
  epollWait(
    epoll: number,
    { events, most, timeoutMs }: { events: Bytes; most: number; timeoutMs: number },
  ): number {
    return this.#retried(() => this.#calls.epoll_wait(epoll, events, most, timeoutMs));
  }

  /** The thread, and what it starts, gets no rights by programs that lend them. */
  dropNewRights(): number {
    return this.#retried(() => this.#calls.prctl(PR_SET_NO_NEW_PRIVS, 1n, 0n, 0n, 0n));
  }

  /** The version of Landlock that the kernel has; an error where it has none. */
  landlockVersion(): number {
    return this.#retried(() =>
      this.#calls.landlockCreateRuleset(
        SYS_LANDLOCK_CREATE_RULESET,
        null,
        0n,
        LANDLOCK_CREATE_RULESET_VERSION,
      )
    );
  }

  landlockRuleset(attributes: Bytes): number {
    const size = BigInt(attributes.length);
    return this.#retried(() =>
      this.#calls.landlockCreateRuleset(SYS_LANDLOCK_CREATE_RULESET, attributes, size, 0)
    );
  }

  landlockRule(ruleset: number, rule: Bytes): number {
    return this.#retried(() =>
      this.#calls.landlockAddRule(SYS_LANDLOCK_ADD_RULE, ruleset, LANDLOCK_RULE_PATH_BENEATH, rule, 0)
    );
  }

  landlockRestrict(ruleset: number): number {
    return this.#retried(() => this.#calls.landlockRestrictSelf(SYS_LANDLOCK_RESTRICT_SELF, ruleset, 0));
  }

  #retried(call: () => number): number {
    for (;;) {
      const result = call();
      if (result >= 0) return result;
      const errno = this.#lastError();
      if (errno !== EINTR) return -errno;
    }
  }

  /** To be asked at once. By a copy: to look at memory takes a permission for all libraries. */
  #lastError(): number {
    this.#calls.memcpy(new Uint8Array(this.#errno.buffer), this.#errnoAt, 4n);
    return this.#errno[0]!;
  }

  /** The path with its zero; undefined for one that the system could not mean. */
  #pathOf(path: string): Bytes | undefined {
    const { read, written } = new TextEncoder().encodeInto(path, this.#path.subarray(0, PATH_MAX - 1));
    if (read < path.length || path.includes("\0")) return undefined;
    this.#path[written] = 0;
    return this.#path;
  }
}

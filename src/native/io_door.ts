/**
 * What an I/O thread opens: files below its directories, and copies of sockets; each the very one that is
 * meant.
 */

import type { FileMark } from "../bytes/carrier.ts";
import type { SocketMark } from "../net/connection.ts";
import {
  AT_FDCWD,
  EINVAL,
  type Libc,
  O_DIRECTORY,
  O_NONBLOCK,
  O_PATH,
  RESOLVE_BENEATH,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_XDEV,
} from "./libc.ts";
import { SocketName, Statx, STATX_BASIC_STATS } from "./structs.ts";

/** How many directories are kept open. */
const MOST_OPEN = 64;

/** Opens what a session thread means. What fails gives the error's number, negative. */
export class IoDoor {
  readonly #libc: Libc;
  /** Longest paths first, so that the first one that fits is the nearest. */
  readonly #directories: readonly string[];
  readonly #open = new Map<string, number>();
  readonly #facts = new Statx();
  readonly #name = new SocketName();

  constructor(libc: Libc, directories: readonly string[]) {
    this.#libc = libc;
    this.#directories = directories.toSorted((a, b) => b.length - a.length);
  }

  /** Opens a file or a directory if it is the one of the mark; nothing on the way leads out. */
  file({ path, device, inode }: Omit<FileMark, "offset" | "mostBytes">, flags: number): number {
    const directory = this.#directories.find((parent) => isBelow(parent, path));
    if (directory === undefined) return -EINVAL;
    const parent = this.#directory(directory);
    if (parent < 0) return parent;
    const below = path.slice(directory.length).replace(/^\/+/, "") || ".";
    // Should something else lie there meanwhile, such as a FIFO, to open it must not wait.
    const how = { flags: flags | O_NONBLOCK, resolve: resolveBelow(directory) };
    const fd = this.#libc.open(parent, below, how);
    if (fd < 0) return fd;
    const facts = this.#facts;
    const looked = this.#libc.statxOpen(fd, STATX_BASIC_STATS, facts.bytes);
    if (looked >= 0 && facts.device === device && facts.inode === inode) return fd;
    this.#libc.close(fd);
    return -EINVAL;
  }

  /**
   * Another descriptor for a socket, if it is the one of the mark. Numbers are given again: whoever named it
   * may have closed it.
   */
  socket({ number, local, remote }: SocketMark): number {
    const fd = this.#libc.duplicate(number);
    if (fd < 0 || (this.#is(fd, "local", local) && this.#is(fd, "remote", remote))) return fd;
    this.#libc.close(fd);
    return -EINVAL;
  }

  close(): void {
    for (const fd of this.#open.values()) this.#libc.close(fd);
    this.#open.clear();
  }

  #is(fd: number, end: "local" | "remote", { hostname, port }: SocketMark["local"]): boolean {
    const name = this.#name;
    return this.#libc.socketName(fd, end, name.bytes) >= 0 && name.port === port &&
      name.hostname === hostname.replace(/%.*$/, "");
  }

  #directory(path: string): number {
    const known = this.#open.get(path);
    if (known !== undefined) return known;
    const fd = this.#libc.open(AT_FDCWD, path, {
      flags: O_PATH | O_DIRECTORY,
      resolve: RESOLVE_NO_MAGICLINKS,
    });
    if (fd < 0) return fd;
    const [oldest] = this.#open;
    if (oldest && this.#open.size >= MOST_OPEN) {
      this.#libc.close(oldest[1]);
      this.#open.delete(oldest[0]);
    }
    this.#open.set(path, fd);
    return fd;
  }
}

/**
 * Below the root lie /proc, with the memory of the process, /sys and /dev, which the runtime keeps from every
 * session worker: there no other mount is entered.
 */
function resolveBelow(directory: string): number {
  const within = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  return directory === "/" ? within | RESOLVE_NO_XDEV : within;
}

function isBelow(parent: string, path: string): boolean {
  return path === parent || path.startsWith(parent.endsWith("/") ? parent : `${parent}/`);
}

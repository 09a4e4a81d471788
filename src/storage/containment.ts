/**
 * Containment: from virtual paths to host paths that lie inside one directory, links included. RFC 2577 §9,
 * in spirit.
 */

import type { Soon } from "../bytes/ends.ts";
import { childOf, nameOf, parentOf, ROOT, segmentsOf, type VirtualPath } from "../protocol/pathname.ts";
import type { Disks } from "./disks.ts";
import { pathBelow, SEPARATOR } from "./host_path.ts";
import type { RealRoots } from "./real_roots.ts";
import { StorageError } from "./storage.ts";
import { guarded } from "./system_error.ts";
import { isWindowsName } from "./windows_name.ts";

/**
 * Keeps one tree's paths inside its directory.
 *
 * What is promised: no `..`, no absolute path and no symbolic link that exists when a path is checked leads
 * outside; such a link is as if absent. What is not: the runtime has no `openat` and no `O_NOFOLLOW`, so a
 * program *on this machine* that can write inside the tree and swaps a directory for a link in the moment
 * between check and use can win that race. FTP clients cannot: no command makes a link.
 */
export class Containment {
  readonly #directory: string;
  readonly #disks: Disks;
  readonly #roots: RealRoots;
  #root: string | undefined;

  /** @param directory An absolute host path. */
  constructor(directory: string, { disks, roots }: { disks: Disks; roots: RealRoots }) {
    this.#directory = directory;
    this.#disks = disks;
    this.#roots = roots;
  }

  /** The host path by name alone, unchecked, for the log. */
  locate(path: VirtualPath): string {
    return hostPath(this.#root ?? this.#directory, path);
  }

  /**
   * The host path of something that exists, every link followed; at once where the disks on the way are
   * quick.
   *
   * @throws {StorageError} `not-found`, also for a link that leads outside.
   */
  follow(path: VirtualPath): Soon<string> {
    assertNames(path);
    const root = this.#root;
    return root === undefined
      ? this.#realRoot().then((root) => this.#followFrom(root, path))
      : this.#followFrom(root, path);
  }

  #followFrom(root: string, path: VirtualPath): Soon<string> {
    if (path === ROOT) return root;
    const host = hostPath(root, path);
    // Where the disks on the way are quick it is soon seen that no link is there.
    return this.#disks.lookThrough(root, segmentsOf(path)) ? host : this.#resolve(root, host);
  }

  async #resolve(root: string, host: string): Promise<string> {
    const real = await guarded(`Cannot find ${host}`, () => this.#disks.patient.realPath(host));
    if (!isInside(root, real)) {
      throw new StorageError("not-found", `Cannot use ${host}: it leads to ${real}, outside the home`);
    }
    return real;
  }

  /**
   * The host path of an entry itself, which need not exist and may be a link: its directory exists and is
   * inside.
   *
   * @throws {StorageError} `not-found` when its directory is missing or outside.
   */
  entry(path: VirtualPath): Soon<string> {
    assertNames(path);
    if (path === ROOT) return this.follow(path);
    const directory = this.follow(parentOf(path));
    return directory instanceof Promise
      ? directory.then((directory) => pathBelow(directory, [nameOf(path)]))
      : pathBelow(directory, [nameOf(path)]);
  }

  /** The virtual path of a host path with its links followed; undefined when it lies outside. */
  virtual(host: string): VirtualPath | undefined {
    const root = this.#root;
    if (root === undefined || !isInside(root, host)) return undefined;
    const names = host.slice(root.length).split(SEPARATOR).filter((name) => name !== "");
    return names.reduce(childOf, ROOT);
  }

  async #realRoot(): Promise<string> {
    return this.#root ??= await guarded(
      `Cannot find home ${this.#directory}`,
      () => this.#roots.of(this.#directory),
    );
  }
}

/** A virtual path is normalised, so where slashes part names it only has to be put behind the root. */
function hostPath(root: string, path: VirtualPath): string {
  if (SEPARATOR !== "/") return pathBelow(root, segmentsOf(path));
  if (path === ROOT) return root;
  return root.endsWith("/") ? root + path.slice(1) : root + path;
}

function isInside(root: string, real: string): boolean {
  return real === root || real.startsWith(root.endsWith(SEPARATOR) ? root : root + SEPARATOR);
}

function assertNames(path: VirtualPath): void {
  if (Deno.build.os !== "windows") return;
  const bad = segmentsOf(path).find((name) => !isWindowsName(name));
  if (bad !== undefined) throw new StorageError("invalid-name", `Cannot use the name ${bad} on Windows`);
}

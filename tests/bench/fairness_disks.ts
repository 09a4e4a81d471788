/** The disks of the fairness table: one that baseftp calls quick and one that it does not. Linux. */

import { join } from "node:path";
import { QuickDisks, readMounts } from "../../src/server.ts";
import { FuseMount } from "../support/fuse_mount.ts";
import { MOUNT } from "./fairness_acts.ts";
import { fileSystemOf } from "./home.ts";

/** The disks by their names: in memory, any that is not quick, and one of another program (FUSE). */
export const DISK_NAMES = ["quick", "slow", "apart"] as const;

/** The name of a disk. */
export type DiskName = (typeof DISK_NAMES)[number];

/** A place on a disk; disposing removes everything. */
export interface Place extends AsyncDisposable {
  /** What belongs to this run, on the machine's own disk. */
  readonly folder: string;
  /** The account's home; another disk is mounted in it. */
  readonly home: string;
  /** The type of its file system. */
  readonly fileSystem: string;
}

/**
 * Makes a place on such a disk, in this directory or a temporary one.
 *
 * @throws {Error} where there is no such disk, or it cannot be mounted.
 */
export async function makePlace(name: DiskName, directory: string | undefined): Promise<Place> {
  await using undo = new AsyncDisposableStack();
  const folder = await Deno.realPath(await Deno.makeTempDir({ dir: directory, prefix: "baseftp-bench-" }));
  undo.defer(() => Deno.remove(folder, { recursive: true }));
  await Deno.chmod(folder, 0o755);
  const disk = join(folder, "disk");
  await Deno.mkdir(disk);
  if (name === "quick") undo.use(await TmpfsMount.make(disk));
  else if (name === "apart" || await isQuick(disk)) {
    const source = join(folder, "source");
    await Deno.mkdir(source);
    undo.use(await FuseMount.make(source, disk));
  }
  const home = join(disk, "home"), mount = join(home, "w", MOUNT);
  await Deno.mkdir(mount, { recursive: true });
  undo.use(await TmpfsMount.make(mount));
  const own = undo.move();
  return {
    folder,
    home,
    fileSystem: await fileSystemOf(home),
    [Symbol.asyncDispose]: () => own[Symbol.asyncDispose](),
  };
}

/** Whether baseftp would call the disk under a path quick. */
async function isQuick(path: string): Promise<boolean> {
  const disks = new QuickDisks(readMounts);
  await disks.refresh();
  return disks.covers(path);
}

/** A file system in memory. */
class TmpfsMount implements AsyncDisposable {
  readonly #point: string;

  private constructor(point: string) {
    this.#point = point;
  }

  static async make(point: string): Promise<TmpfsMount> {
    await run("mount", ["-t", "tmpfs", "-o", "mode=755", "tmpfs", point]);
    return new TmpfsMount(point);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Also when somebody still has a file open in it.
    await run("umount", ["-l", this.#point]);
  }
}

async function run(program: string, args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args, stdout: "null" }).output();
  if (!success) throw new Error(`Cannot ${program}: ${new TextDecoder().decode(stderr).trim()}`);
}

/** Mounts: which file system lies where, and which of them answer at once. proc(5), `mountinfo`. */

import { basename, dirname } from "node:path";

/** One mounted file system. */
export interface Mount {
  /** Tells it from another one at the same path. */
  readonly id?: string;
  /** Where it is mounted. */
  readonly path: string;
  /** Whether it answers at once: it lies in memory or on a disk of this machine without moving parts. */
  readonly isQuick: boolean;
  /**
   * Set where another machine or another program has to answer, which may hang. Other machines take what is
   * written later than they say.
   */
  readonly apart?: "machine" | "program";
}

/** One line of the system's table. */
export interface MountLine {
  readonly id: string;
  /** What it is mounted on, by its id. */
  readonly parent: string;
  readonly path: string;
  /** Such as `ext4`. */
  readonly type: string;
  /** `major:minor`; major 0 stands for no block device. */
  readonly device: string;
  /** Such as `/dev/sda1`. */
  readonly source: string;
}

const IN_MEMORY: ReadonlySet<string> = new Set(["tmpfs", "ramfs"]);
const ON_DISK: ReadonlySet<string> = new Set(["ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs"]);
const ELSEWHERE: ReadonlySet<string> = new Set([
  ...["nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "afs", "9p"],
  ...["ceph", "glusterfs", "goofys", "rclone", "s3fs", "sshfs"].map((name) => `fuse.${name}`),
]);

/**
 * Reads the table of Linux.
 *
 * @throws {Error} on other systems, and for a program that may not read `/proc` and `/sys`.
 */
export async function readMounts(): Promise<Mount[]> {
  const lines = visibleMounts(parseMountInfo(await Deno.readTextFile("/proc/self/mountinfo")));
  return await Promise.all(lines.map(async (line) => ({
    id: line.id,
    path: line.path,
    isQuick: await isQuick(line),
    apart: apartness(line.type),
  })));
}

/** The lines of `mountinfo`; what is not one is left out. */
export function parseMountInfo(text: string): MountLine[] {
  return text.split("\n").flatMap((line) => {
    const [before = "", after = ""] = line.split(" - ");
    const [id, parent, device, , path] = before.split(" ");
    const [type, source] = after.split(" ");
    if (id === undefined || parent === undefined || device === undefined || path === undefined) return [];
    if (type === undefined || source === undefined) return [];
    return [{ id, parent, path: unescaped(path), type, device, source: unescaped(source) }];
  });
}

/**
 * Those that a path can lead to: one is out of sight where another lies on a directory above it, and with it
 * what is mounted on it.
 */
export function visibleMounts(lines: readonly MountLine[]): MountLine[] {
  const hidden = new Set(
    lines.filter((line) =>
      lines.some(({ parent, path }) => parent === line.parent && isBelow(path, line.path))
    ).map(({ id }) => id),
  );
  for (let before = -1; before !== hidden.size;) {
    before = hidden.size;
    for (const { id, parent } of lines) if (hidden.has(parent)) hidden.add(id);
  }
  return lines.filter(({ id }) => !hidden.has(id));
}

function isBelow(directory: string, path: string): boolean {
  return path !== directory && path.startsWith(directory.endsWith("/") ? directory : `${directory}/`);
}

/** The table writes blanks, line ends and backslashes as three octal digits. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(parseInt(digits, 8)));
}

async function isQuick({ type, device, source }: MountLine): Promise<boolean> {
  if (IN_MEMORY.has(type)) return true;
  if (!ON_DISK.has(type)) return false;
  // btrfs has no number of its own there, so it is found by its name.
  const node = device.startsWith("0:") ? `/sys/class/block/${basename(source)}` : `/sys/dev/block/${device}`;
  try {
    return await isSolid(await Deno.realPath(node));
  } catch {
    return false;
  }
}

function apartness(type: string): Mount["apart"] {
  if (ELSEWHERE.has(type)) return "machine";
  return type.startsWith("fuse") ? "program" : undefined;
}

/** Whether a block device has no moving parts; a partition leaves the answer to its disk. */
async function isSolid(node: string): Promise<boolean> {
  const rotational = await Deno.readTextFile(`${node}/queue/rotational`)
    .catch(() => Deno.readTextFile(`${dirname(node)}/queue/rotational`));
  return rotational.trim() === "0";
}

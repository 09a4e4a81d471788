/** What session workers may touch: the homes on the disk, the network, and nothing else. */

import { isAbsolute, relative } from "node:path";
import type { User } from "../users/user.ts";

/**
 * Places that the runtime opens to programs that may do everything and to no others, whatever a list of paths
 * says.
 */
const OFF_LIMITS: readonly string[] = Deno.build.os === "windows" ? [] : ["/dev", "/proc", "/sys"];

/**
 * The paths that a worker needs for these accounts: each home, and where it lies when the way to it leads
 * over a symbolic link.
 */
export async function homePaths(users: Iterable<User>): Promise<string[]> {
  const homes = [...new Set(Array.from(users, ({ home }) => home))];
  const real = await Promise.all(homes.map((home) => Deno.realPath(home).catch(() => home)));
  return [...new Set([...homes, ...real])].filter((path) => !isOffLimits(path));
}

/** The permissions of a worker for these paths. */
export function workerPermissions(paths: readonly string[]): Deno.PermissionOptionsObject {
  return {
    read: [...paths],
    write: [...paths],
    net: true,
    // AVBL and free space ask the runtime's Node side, which asks for this by name.
    sys: ["statfs"],
    env: false,
    run: false,
    ffi: false,
    import: false,
  };
}

/** Whether the path is one of these or lies below one of them. */
export function isCovered(path: string, paths: readonly string[]): boolean {
  return paths.some((parent) => isWithin(path, parent));
}

/** The accounts whose homes no worker can open. */
export async function usersOffLimits(users: Iterable<User>): Promise<User[]> {
  const found: User[] = [];
  for (const user of users) {
    const real = await Deno.realPath(user.home).catch(() => user.home);
    if (isOffLimits(user.home) || isOffLimits(real)) found.push(user);
  }
  return found;
}

/** What is wrong with such an account's home. */
export function offLimitsProblem({ name, home }: User): string {
  return `Cannot serve ${home} for ${name}: session workers may not open ${OFF_LIMITS.join(", ")}`;
}

/** Whether the runtime keeps the path from every worker. */
export function isOffLimits(path: string): boolean {
  return isCovered(path, OFF_LIMITS);
}

function isWithin(path: string, parent: string): boolean {
  const way = relative(parent, path);
  return !isAbsolute(way) && way.split(/[/\\]/)[0] !== "..";
}

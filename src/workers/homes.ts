/** What session workers may touch: the homes on the disk, the network, and nothing else. */

import type { HomeLooks } from "../users/home_looks.ts";
import { isWithin, wayTo } from "../users/host_way.ts";
import type { User } from "../users/user.ts";

/**
 * Places that the runtime opens to programs that may do everything and to no others, whatever a list of paths
 * says.
 */
const OFF_LIMITS: readonly string[] = Deno.build.os === "windows" ? [] : ["/dev", "/proc", "/sys"];

/** The directories of the host that an account has: its home, and what is mounted in it. */
export function directoriesOf({ home, mounts = [] }: Pick<User, "home" | "mounts">): string[] {
  return [home, ...mounts.map(({ home }) => home)];
}

/**
 * The paths that a worker needs for these accounts: each home and mount, and where it lies when the way to it
 * leads over a symbolic link. Those that were there before are not looked at again, so that one that hangs
 * makes nobody wait.
 */
export async function homePaths(users: Iterable<User>, looks: HomeLooks): Promise<string[]> {
  const homes = [...new Set(Array.from(users).flatMap(directoriesOf))];
  const real = await Promise.all(homes.map((home) => realHome(home, looks)));
  return [...new Set([...homes, ...real])].filter((path) => !isOffLimits(path));
}

/**
 * Those of the paths that an I/O thread is for. It never has files of disks of other machines or programs,
 * and to open a directory there may hold it for as long as such a disk hangs.
 */
export async function carriedPaths(paths: readonly string[], looks: HomeLooks): Promise<string[]> {
  const apart = await Promise.all(paths.map((path) => looks.isApart(path)));
  return paths.filter((_, index) => !apart[index]);
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
  return paths.some((parent) => isWithin(parent, path));
}

/** A home or a mount of an account. */
export interface OwnedHome {
  /** The account. */
  readonly name: string;
  readonly home: string;
}

/** The homes and mounts that no worker can open. */
export async function homesOffLimits(users: Iterable<User>, looks: HomeLooks): Promise<OwnedHome[]> {
  const all = Array.from(users).flatMap((user) =>
    directoriesOf(user).map((home): OwnedHome => ({ name: user.name, home }))
  );
  const real = await Promise.all(all.map(({ home }) => realHome(home, looks)));
  return all.filter(({ home }, index) => isOffLimits(home) || isOffLimits(real[index]!));
}

/**
 * Where a home lies with links followed, or will lie when a disk is plugged in that its link leads to; the
 * home as it is written when that cannot be said.
 */
async function realHome(home: string, looks: HomeLooks): Promise<string> {
  const known = looks.known(home);
  if (known) return known.real;
  const state = await looks.look(home);
  if (state.kind === "there") return state.real;
  let place = home;
  if (state.kind === "refused") { for await (const entry of wayTo(home)) place = entry; }
  return place;
}

/** What is wrong with such a home. */
export function offLimitsProblem({ name, home }: OwnedHome): string {
  return `Cannot serve ${home} for ${name}: session workers may not open ${OFF_LIMITS.join(", ")}`;
}

/** Whether the runtime keeps the path from every worker. */
export function isOffLimits(path: string): boolean {
  return isCovered(path, OFF_LIMITS);
}

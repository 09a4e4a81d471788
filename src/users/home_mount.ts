/** Mounts of an account: further directories of the host at places in its tree, with letters of their own. */

import { childOf, resolvePathname, ROOT, type VirtualPath } from "../protocol/pathname.ts";
import { isPermissionLetter, PERMISSION_LETTERS, type PermissionLetter, Permissions } from "./permissions.ts";

/** One mount. Plain data, for threads send it to each other. */
export interface HomeMount {
  /** Where it is in the account's tree; never the root. */
  readonly at: VirtualPath;
  /** The host directory that lies there: an absolute path. */
  readonly home: string;
  /** What the account may do there; left out, what it may do at that path anyway. */
  readonly letters?: ReadonlySet<PermissionLetter>;
  /** Set when its disk did not answer as the accounts were read. */
  readonly isHomeSilent?: true;
}

/** A mount as it stands in the accounts file; the directory may be relative. */
export type WrittenMount = Pick<HomeMount, "at" | "home" | "letters">;

/** What the keys of mounts begin with. */
export const MOUNT_KEY = "mount:";

const SYNTAX = `a directory and letters, such as mount:/photos = /srv/photos elr`;

/** `"DIRECTORY" LETTERS` or `DIRECTORY LETTERS`; in quotes `\"` and `\\` stand for themselves. */
const VALUE = /^(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?:\s+(\S+))?$/;

/**
 * Reads a mount: the key `mount:/photos` and its value `/srv/photos elr`. A directory with blanks in it
 * stands in double quotes, the letters may be left out.
 *
 * @returns The mount, or what is wrong with it, to go behind `Cannot use the key "…": `.
 */
export function parseMount(key: string, text: string): WrittenMount | string {
  const place = key.slice(MOUNT_KEY.length).trim();
  if (!place.startsWith("/") || place.includes("\0")) {
    return "the place in the account's tree begins with a slash, such as mount:/photos";
  }
  const at = resolvePathname(ROOT, place);
  if (at === ROOT) return "what lies at the root is the home, set that with home";
  const [, quoted, plain, letters] = VALUE.exec(text.trim()) ?? [];
  const home = quoted?.replace(/\\(["\\])/g, "$1") ?? plain;
  if (home === undefined || home === "") {
    return text.includes('"') || !/\s/.test(text.trim())
      ? `expected ${SYNTAX}`
      : `expected ${SYNTAX}; a directory with blanks in it stands in double quotes`;
  }
  if (letters === undefined) return { at, home };
  const unknown = Array.from(letters).find((letter) => !isPermissionLetter(letter));
  if (unknown === undefined) {
    return { at, home, letters: new Set(Array.from(letters).filter(isPermissionLetter)) };
  }
  const all = Object.keys(PERMISSION_LETTERS).join("");
  return `unknown permission letter "${unknown}", the letters are ${all}; a directory with blanks in it stands in double quotes`;
}

/** What of an account its letters in mounts depend on. */
export interface MountedAccount {
  readonly home: string;
  readonly permissions: Permissions;
  readonly mounts?: readonly HomeMount[];
}

/**
 * The letters of an account with those of its mounts. Each mount counts as a directory with letters of its
 * own, also one that has the same as what lies around it, so that it keeps its place. So does the place where
 * its directory lies in the home or in another mount, by name: there both letters hold. Where it really lies
 * is seen when it is there; a client must not put something of its own there before.
 */
export function withMounts({ home, permissions, mounts = [] }: MountedAccount): Permissions {
  let all = permissions;
  // From the root down: what is mounted in another mount has its letters, where none are said.
  for (const { at, letters } of mounts.toSorted((a, b) => a.at.length - b.at.length)) {
    all = withLetters(all, at, letters ?? all.lettersAt(at));
  }
  for (const mount of mounts) {
    for (const place of [{ at: ROOT, home }, ...mounts]) {
      const names = namesBelow(place.home, mount.home);
      if (names === undefined) continue;
      const other = names.reduce(childOf, place.at);
      if (other === mount.at) continue;
      all = withLetters(all, other, all.lettersAt(other).intersection(all.lettersAt(mount.at)));
    }
  }
  return all;
}

function withLetters(
  permissions: Permissions,
  directory: VirtualPath,
  letters: ReadonlySet<PermissionLetter>,
): Permissions {
  return new Permissions(permissions.letters, new Map([...permissions.overrides, [directory, letters]]));
}

const SEPARATOR = Deno.build.os === "windows" ? "\\" : "/";

/** The names that lead from one directory of the host to another below it, as both are written. */
function namesBelow(directory: string, path: string): string[] | undefined {
  const parent = directory.endsWith(SEPARATOR) ? directory : directory + SEPARATOR;
  return path.startsWith(parent) && path !== parent ? path.slice(parent.length).split(SEPARATOR) : undefined;
}

/** The homes and mounts of an account that have not answered. */
export function silentPlaces(
  { home, isHomeSilent, mounts = [] }: {
    readonly home: string;
    readonly isHomeSilent?: true;
    readonly mounts?: readonly HomeMount[];
  },
): string[] {
  return [{ home, isHomeSilent }, ...mounts].filter((place) => place.isHomeSilent).map(({ home }) => home);
}

/** All letters of an account: its own, those of its mounts, and those that its drop boxes leave. */

import { isWithin, type VirtualPath } from "../protocol/pathname.ts";
import { withMounts } from "./home_mount.ts";
import { type PermissionLetter, Permissions } from "./permissions.ts";
import type { User } from "./user.ts";

/** What may be allowed in a drop box at all: to enter, to leave a file, to make a directory. */
const LETTERS: ReadonlySet<PermissionLetter> = new Set(["e", "w", "m"]);
/**
 * Where the accounts file has no letters for the box. To make directories is to learn which names are taken,
 * so it has to be said.
 */
const USUAL_LETTERS: readonly PermissionLetter[] = ["e", "w"];

/**
 * The letters of an account with those of its mounts and drop boxes: what the accounts file has for a box or
 * below it, as far as a drop box allows that. As letters of directories they hold by path and by place, and
 * what they depend on is neither moved nor removed.
 */
export function lettersOf(user: User): Permissions {
  const boxed = withBoxes(user.permissions, user);
  // A mount has what holds there, where it says nothing, and what it says is no more than a box allows.
  return withBoxes(withMounts({ ...user, permissions: boxed }), user);
}

function withBoxes(permissions: Permissions, { dropBoxes = [] }: User): Permissions {
  if (dropBoxes.length === 0) return permissions;
  const { letters, overrides } = permissions;
  const isInBox = (path: VirtualPath): boolean => dropBoxes.some((box) => isWithin(box, path));
  const written = overrides.map(([directory, own]) =>
    [directory, isInBox(directory) ? own.intersection(LETTERS) : own] as const
  );
  const known = new Set(overrides.map(([directory]) => directory));
  const usual = dropBoxes.filter((box) => !known.has(box)).map((box) => [box, USUAL_LETTERS] as const);
  return new Permissions(letters, [...written, ...usual]);
}

/** What share links may do: never more than their account, at one place, and for one purpose. */

import { isWithin, type VirtualPath } from "../protocol/pathname.ts";
import { lettersOf } from "../users/letters.ts";
import { type PermissionLetter, Permissions } from "../users/permissions.ts";
import type { User } from "../users/user.ts";
import type { Link, LinkKind } from "./link.ts";

/** What a link may do at most, by what it is for. */
const LETTERS: Readonly<Record<LinkKind, ReadonlySet<PermissionLetter>>> = {
  download: new Set(["e", "l", "r"]),
  upload: new Set(["e", "w"]),
};

/** What the account cannot do without to make such a link. */
const NEEDED: Readonly<Record<LinkKind, PermissionLetter>> = { download: "r", upload: "w" };

const NONE: ReadonlySet<PermissionLetter> = new Set();

/** Why an account may not make such a link, as a reason; undefined where it may. */
export function reasonAgainstLink(
  user: User,
  { path, kind }: Pick<Link, "path" | "kind">,
): string | undefined {
  if (!mayHaveLinks(user, kind)) {
    return kind === "upload" && mayHaveLinks(user, "download")
      ? "the account may make links to download alone"
      : "the account may make no links";
  }
  const letter = NEEDED[kind];
  // In a directory for uploads it is the directory itself that is written to.
  return lettersOf(user).lettersAt(path).has(letter)
    ? undefined
    : `the account has no permission ${letter} there`;
}

/** Whether links of that kind may be there: what the account says, else for those that have a password. */
export function mayHaveLinks({ links, password }: User, kind: LinkKind): boolean {
  const right = links ?? (password === undefined ? "none" : "all");
  return right === "all" || (right === "download" && kind === "download");
}

/**
 * The account as the link has it. All letters for directories stay where they are, each with what is left of
 * it: so what lies elsewhere is refused at its place too, when a link of the file system leads there.
 */
export function linkUser(user: User, { path, kind }: Pick<Link, "path" | "kind">): User {
  const all = lettersOf(user);
  const most = LETTERS[kind];
  const left = new Map<VirtualPath, ReadonlySet<PermissionLetter>>(
    all.overrides.map(([place, own]) => [place, isWithin(path, place) ? own.intersection(most) : NONE]),
  );
  left.set(path, all.lettersAt(path).intersection(most));
  const permissions = new Permissions([], left);
  const { mounts, dropBoxes, ...rest } = user;
  return {
    ...rest,
    permissions,
    ...mounts && { mounts: mounts.map((mount) => ({ ...mount, letters: permissions.lettersAt(mount.at) })) },
    ...kind === "upload" ? { dropBoxes: [path] } : dropBoxes && { dropBoxes },
  };
}

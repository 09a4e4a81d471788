/** Permission letters: what an account may do, and where. The letters are pyftpdlib's, `T` included. */

import { isWithin, parentOf, ROOT, type VirtualPath } from "../protocol/pathname.ts";

/** The letters with their meanings, in the order in which they are written. */
export const PERMISSION_LETTERS = {
  e: "change directory (CWD, CDUP)",
  l: "list (LIST, NLST, STAT, MLSD, MLST, SIZE, MDTM)",
  r: "download (RETR, HASH)",
  a: "append (APPE)",
  d: "delete (DELE, RMD, RMDA)",
  f: "rename (RNFR, RNTO)",
  m: "create directories (MKD)",
  w: "upload (STOR, STOU)",
  M: "change modes (SITE CHMOD, MFF)",
  T: "change times (MFMT, MFF, SITE UTIME)",
} as const;

/** One permission letter. */
export type PermissionLetter = keyof typeof PERMISSION_LETTERS;

/** Whether the character is a permission letter. */
export function isPermissionLetter(character: string): character is PermissionLetter {
  return Object.hasOwn(PERMISSION_LETTERS, character);
}

const JUDGED_AT_PARENT: ReadonlySet<PermissionLetter> = new Set(["a", "d", "f", "m", "w"]);

/** Whether the act of a letter changes the directory that holds the path: then that one's letters decide. */
export function isJudgedAtParent(letter: PermissionLetter): boolean {
  return JUDGED_AT_PARENT.has(letter);
}

/**
 * What one account may do: letters for the whole tree, and other letters for some directories and all that
 * lies below them.
 */
export class Permissions {
  /** The letters that hold where no directory says otherwise. */
  readonly letters: ReadonlySet<PermissionLetter>;
  /** The directories with letters of their own, longest path first. */
  readonly overrides: readonly (readonly [VirtualPath, ReadonlySet<PermissionLetter>])[];

  /**
   * Letters for the whole tree, and others for some directories.
   *
   * @param letters Valid letters, in any order.
   * @param overrides Letters by directory; the longest directory that holds a path decides.
   */
  constructor(
    letters: Iterable<PermissionLetter>,
    overrides: Iterable<readonly [VirtualPath, Iterable<PermissionLetter>]> = [],
  ) {
    this.letters = new Set(letters);
    this.overrides = [...overrides]
      .map(([directory, own]) => [directory, new Set(own)] as const)
      .sort(([a], [b]) => b.length - a.length);
  }

  /**
   * Whether the act of this letter is allowed on this path. Creating, writing, deleting and renaming are
   * judged at the directory that holds the path, everything else at the path itself: an account that may
   * delete inside `/incoming` may not delete `/incoming`.
   */
  allows(letter: PermissionLetter, path: VirtualPath): boolean {
    if (this.overrides.length === 0) return this.letters.has(letter);
    const place = isJudgedAtParent(letter) ? parentOf(path) : path;
    return this.lettersAt(place).has(letter);
  }

  /**
   * Whether a directory at or below this path has letters of its own: moving it would move it out from under
   * them.
   */
  hasOverrideWithin(path: VirtualPath): boolean {
    return this.overrides.some(([directory]) => isWithin(path, directory));
  }

  /** All directories that letters are said for, the root among them. */
  get everywhere(): Permissions["overrides"] {
    const hasRoot = this.overrides.some(([directory]) => directory === ROOT);
    return hasRoot ? this.overrides : [...this.overrides, [ROOT, this.letters]];
  }

  /** The letters in writing order, for people. */
  toString(): string {
    return Object.keys(PERMISSION_LETTERS).filter((letter) => this.letters.has(letter as PermissionLetter))
      .join("");
  }

  /** The letters that hold at a directory and for what lies in it. */
  lettersAt(path: VirtualPath): ReadonlySet<PermissionLetter> {
    return this.overrides.find(([directory]) => isWithin(directory, path))?.[1] ?? this.letters;
  }
}

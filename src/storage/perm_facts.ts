/** The fact `perm` of MLSD and MLST: what an account may do with an entry. RFC 3659 §7.5.5. */

import type { Soon } from "../bytes/ends.ts";
import { childOf, parentOf, ROOT, type VirtualPath } from "../protocol/pathname.ts";
import type { PermissionLetter, Permissions } from "../users/permissions.ts";
import type { PlacedLetters } from "./placed_letters.ts";
import { type Entry, marksOf, type Storage } from "./storage.ts";

/** A letter of the fact, the permission letter behind it, and where that is judged. */
type Perm = readonly [perm: string, letter: PermissionLetter, at: keyof Places];

/** What the places are that letters are judged at, by their marks. */
interface Places {
  /** The directory that has the entry. */
  readonly holder: readonly string[];
  /** The directory that has what a link leads to. */
  readonly target: readonly string[];
  /** What the entry is or leads to. */
  readonly itself: readonly string[];
  /** The same, for what is in a directory. */
  readonly inside: readonly string[];
}

const FILE: readonly Perm[] = [
  ["a", "a", "target"],
  ["d", "d", "holder"],
  ["f", "f", "holder"],
  ["r", "r", "itself"],
  ["w", "w", "target"],
];
const DIRECTORY: readonly Perm[] = [
  ["c", "w", "inside"],
  ["d", "d", "holder"],
  ["e", "e", "itself"],
  ["f", "f", "holder"],
  ["l", "l", "itself"],
  ["m", "m", "inside"],
  ["p", "d", "inside"],
];

/** Tells of the entries of one listing. It looks at their directory once. */
export class PermFacts {
  readonly #permissions: Permissions;
  readonly #letters: PlacedLetters;
  readonly #storage: Storage;
  #holder: { readonly path: VirtualPath; readonly marks: Promise<readonly string[]> } | undefined;

  constructor(permissions: Permissions, { letters, storage }: { letters: PlacedLetters; storage: Storage }) {
    this.#permissions = permissions;
    this.#letters = letters;
    this.#storage = storage;
  }

  /**
   * What the account may do with an entry, now. Only for a directory, or where directories have letters of
   * their own, does that take a look at the disk.
   */
  of(path: VirtualPath, entry: Entry): Soon<string> {
    const isDirectory = entry.type === "directory";
    const inside = childOf(path, "-");
    const byPath = (isDirectory ? DIRECTORY : FILE).filter(([, letter, at]) =>
      this.#permissions.allows(letter, at === "inside" ? inside : path)
    );
    const isPlain = this.#letters.areEverywhereTheSame && !isDirectory;
    return isPlain ? textOf(byPath) : this.#atPlace(path, { entry, byPath });
  }

  /** What the account may do with everything that is no directory; undefined where that differs. */
  get ofAllButDirectories(): string | undefined {
    if (!this.#letters.areEverywhereTheSame) return undefined;
    return textOf(FILE.filter(([, letter]) => this.#permissions.allows(letter, ROOT)));
  }

  async #atPlace(
    path: VirtualPath,
    { entry, byPath }: { entry: Entry; byPath: readonly Perm[] },
  ): Promise<string> {
    const places = await this.#placesOf(path, entry);
    const isFixed = path === ROOT || await this.#letters.isFixed(path, entry);
    const found: Perm[] = [];
    for (const perm of byPath) {
      const [name, letter, at] = perm;
      if (places && !await this.#letters.holds(letter, places[at])) continue;
      if (name === "f" && isFixed) continue;
      if (entry.isWaypoint && at === "inside") continue;
      if (name === "d" && !await this.#canGo(path, { entry, isFixed })) continue;
      found.push(perm);
    }
    return textOf(found);
  }

  async #canGo(path: VirtualPath, { entry, isFixed }: { entry: Entry; isFixed: boolean }): Promise<boolean> {
    // RMD removes no link, and DELE no directory.
    if (entry.type !== "directory") return entry.link === undefined || !isFixed;
    if (isFixed || entry.link !== undefined) return false;
    return await this.#storage.isEmpty(path).catch(() => false);
  }

  async #placesOf(path: VirtualPath, entry: Entry): Promise<Places | undefined> {
    if (this.#letters.areEverywhereTheSame) return undefined;
    const holder = await this.#marksOfHolder(parentOf(path));
    if (entry.link === undefined) {
      const itself = [...holder, entry.unique];
      return { holder, target: holder, itself, inside: itself };
    }
    const way = await this.#storage.way(path);
    const itself = marksOf(way);
    return { holder, target: way.through, itself, inside: itself };
  }

  #marksOfHolder(path: VirtualPath): Promise<readonly string[]> {
    if (this.#holder?.path !== path) this.#holder = { path, marks: this.#storage.way(path).then(marksOf) };
    return this.#holder.marks;
  }
}

function textOf(perms: readonly Perm[]): string {
  return perms.map(([perm]) => perm).join("");
}

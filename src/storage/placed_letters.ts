/** Letters by place: what an account may do where a path really leads, whatever it is called. */

import type { Soon } from "../bytes/ends.ts";
import { giveWay } from "../limits/turn.ts";
import { foldedName } from "../protocol/folded_name.ts";
import { childOf, nameOf, parentOf, ROOT, segmentsOf, type VirtualPath } from "../protocol/pathname.ts";
import { isJudgedAtParent, type PermissionLetter, type Permissions } from "../users/permissions.ts";
import type { User } from "../users/user.ts";
import { type Entry, isMissing, marksOf, type Storage, StorageError, type Way } from "./storage.ts";

/** Letters of directories by the marks of where they are. */
type Owners = ReadonlyMap<string, readonly ReadonlySet<PermissionLetter>[]>;

/** What keeps its place, so that the letters of the accounts file keep theirs. */
interface Fixed {
  /** The marks of what is on the way to directories with letters of their own, and theirs. */
  readonly marks: ReadonlySet<string>;
  /** The names on the way, each by the mark of what holds it: see {@linkcode nameIn}. */
  readonly names: ReadonlySet<string>;
}

/**
 * The letters of one account for one act or one listing: it looks once where the directories with letters of
 * their own are.
 *
 * Letters hold for a path, and for the place where it leads: a link, another spelling on a disk that folds
 * case, a directory that is mounted twice. An act is allowed where both allow it, so nothing of that adds
 * rights. At the place the deepest directory with letters of its own decides; where two entries of the
 * accounts file lead to one directory, both hold. A write through a link changes the directory of the link's
 * target, so it is judged there too. An account without letters for directories pays nothing for all this.
 *
 * What is not promised: the check comes before the act, so whoever moves links and directories meanwhile can
 * win a race. What is mounted elsewhere from *below* a directory with letters of its own, and another hard
 * link of a file in it, do not show where else they are. Some file systems of other programs (FUSE) have an
 * inode for each spelling. A link on a path of the accounts file that leads nowhere does not tell where it
 * will lead. And a listing shows its own entries: of a link in it the size and time of what it leads to.
 */
export class PlacedLetters {
  readonly #user: User;
  readonly #permissions: Permissions;
  readonly #storage: Storage;
  readonly #ways = new Map<VirtualPath, Promise<Way | undefined>>();
  #owners: Promise<Owners> | undefined;
  #fixed: Promise<Fixed> | undefined;

  /** Looks at nothing yet. */
  constructor(user: User, storage: Storage) {
    this.#user = user;
    this.#permissions = user.permissions;
    this.#storage = storage;
  }

  /** Whether no directory has letters of its own: then a path tells all. */
  get areEverywhereTheSame(): boolean {
    return this.#permissions.overrides.length === 0;
  }

  /** Whether the act of the letter is allowed; judged at the places where {@linkcode Permissions} judges. */
  allows(letter: PermissionLetter, path: VirtualPath): Soon<boolean> {
    if (!this.#permissions.allows(letter, path)) return false;
    return this.areEverywhereTheSame || this.#allowsAtPlace(letter, path);
  }

  /**
   * Makes sure that the act of the letter is allowed on this path.
   *
   * @throws {StorageError} `denied`.
   */
  require(letter: PermissionLetter, path: VirtualPath): Soon<void> {
    const allowed = this.allows(letter, path);
    if (allowed instanceof Promise) {
      return allowed.then((allowed) => this.#refuseUnless(allowed, letter, path));
    }
    this.#refuseUnless(allowed, letter, path);
  }

  #refuseUnless(allowed: boolean, letter: PermissionLetter, path: VirtualPath): void {
    if (allowed) return;
    const place = this.#storage.locate(path);
    throw new StorageError("denied", `${this.#user.name} has no permission ${letter} on ${place}`);
  }

  /** Whether the letter holds at the end of a way, or in what holds that. */
  async holds(letter: PermissionLetter, marks: readonly string[]): Promise<boolean> {
    const owners = await this.#whereOwnersAre();
    const mark = marks.findLast((mark) => owners.has(mark));
    const letters = mark === undefined ? [this.#permissions.letters] : owners.get(mark)!;
    return letters.every((own) => own.has(letter));
  }

  /**
   * Whether what is at this path, or will be, is or holds or leads to a directory with letters of its own:
   * those are for what the accounts file names, so that stays where it is and nothing else is moved there.
   * Where nothing is, and for links, names count: any spelling that some disk takes for the same.
   *
   * @param entry What lies there, where that is known.
   */
  isFixed(path: VirtualPath, entry?: Entry): Soon<boolean> {
    if (this.areEverywhereTheSame) return false;
    return this.#permissions.hasOverrideWithin(path) || this.#isFixedPlace(path, entry);
  }

  /**
   * Makes sure that what is at this path may be moved, or what is not there may be put there.
   *
   * @throws {StorageError} `denied` for what {@linkcode isFixed}.
   */
  async refuseFixed(path: VirtualPath): Promise<void> {
    if (await this.isFixed(path)) throw this.#fixedRefusal(path);
  }

  /**
   * Makes sure that a link at this path may be removed: one on the way to a directory with letters of its own
   * may not.
   *
   * @throws {StorageError} `denied`.
   */
  async refuseFixedLink(path: VirtualPath): Promise<void> {
    if (this.areEverywhereTheSame) return;
    const entry = await this.#entry(path);
    if (entry?.link !== undefined && await this.isFixed(path, entry)) throw this.#fixedRefusal(path);
  }

  /**
   * Makes sure that a directory that was found in another one, by whatever name, has no letters of its own.
   *
   * @throws {StorageError} `denied`.
   */
  async refuseOwner(path: VirtualPath, { unique }: Entry): Promise<void> {
    if (this.areEverywhereTheSame) return;
    if ((await this.#whereOwnersAre()).has(unique)) throw this.#fixedRefusal(path);
  }

  async #allowsAtPlace(letter: PermissionLetter, path: VirtualPath): Promise<boolean> {
    if (!isJudgedAtParent(letter)) return await this.holds(letter, marksOf(await this.#storage.way(path)));
    if (!await this.holds(letter, marksOf(await this.#storage.way(parentOf(path))))) return false;
    if (letter !== "a" && letter !== "w") return true;
    return await this.holds(letter, (await this.#storage.way(path)).through);
  }

  async #isFixedPlace(path: VirtualPath, known?: Entry): Promise<boolean> {
    const { marks, names } = await (this.#fixed ??= this.#findFixed());
    const entry = known ?? await this.#entry(path);
    if (entry && entry.link === undefined) return marks.has(entry.unique);
    const { end } = await this.#storage.way(parentOf(path));
    return end !== undefined && names.has(nameIn(end, nameOf(path)));
  }

  async #entry(path: VirtualPath): Promise<Entry | undefined> {
    try {
      return await this.#storage.stat(path);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  #fixedRefusal(path: VirtualPath): StorageError {
    const place = this.#storage.locate(path);
    return new StorageError("denied", `Cannot move or remove ${place}: permissions of its own depend on it`);
  }

  #whereOwnersAre(): Promise<Owners> {
    return this.#owners ??= this.#findOwners();
  }

  async #findOwners(): Promise<Owners> {
    const owners = new Map<string, ReadonlySet<PermissionLetter>[]>();
    for (const [directory, letters] of this.#permissions.everywhere) {
      const end = (await this.#knownWay(directory))?.end;
      if (end !== undefined) owners.set(end, [...owners.get(end) ?? [], letters]);
    }
    return owners;
  }

  async #findFixed(): Promise<Fixed> {
    const marks = new Set<string>(), names = new Set<string>();
    for (const [directory] of this.#permissions.overrides) {
      let place = ROOT;
      let holder = await this.#knownWay(place);
      // Each step by itself: behind a link the way does not show what led to it.
      for (const name of segmentsOf(directory)) {
        for (const mark of holder ? marksOf(holder) : []) marks.add(mark);
        if (holder?.end !== undefined) names.add(nameIn(holder.end, name));
        place = childOf(place, name);
        holder = await this.#knownWay(place);
      }
      for (const mark of holder ? marksOf(holder) : []) marks.add(mark);
    }
    return { marks, names };
  }

  /**
   * Where a directory of the accounts file is, looked at once; undefined where its disk does not answer: then
   * it is not to be reached by another path either.
   */
  async #knownWay(directory: VirtualPath): Promise<Way | undefined> {
    let way = this.#ways.get(directory);
    if (!way) {
      way = this.#wayUnlessSilent(directory);
      this.#ways.set(directory, way);
      // It may fail while this gives way, before anybody waits for it.
      way.catch(() => {});
      await giveWay();
    }
    return await way;
  }

  async #wayUnlessSilent(directory: VirtualPath): Promise<Way | undefined> {
    const answers = await this.#storage.answers?.(directory) ?? true;
    return answers ? await this.#storage.way(directory) : undefined;
  }
}

/** A name in the directory of this mark, the same for all spellings that some disk takes for one. */
function nameIn(mark: string, name: string): string {
  return `${mark}/${foldedName(name)}`;
}

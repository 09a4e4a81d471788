/** What goes into a ZIP archive: a walk through directories, before the first byte is sent. */

import { giveWay } from "../limits/turn.ts";
import { childOf, isWithin, type VirtualPath } from "../protocol/pathname.ts";
import type { Files } from "../storage/files.ts";
import { type Entry, isMissing, StorageError } from "../storage/storage.ts";
import { ZipIndex } from "./zip_index.ts";

/** What the walk is for. */
export interface ZipWish {
  readonly files: Files;
  /** What names in the archive are below. */
  readonly base: VirtualPath;
  /** What is wanted, in `base`; undefined for all of it. */
  readonly names: readonly string[] | undefined;
  /** Ends the walk. */
  readonly signal: AbortSignal;
  /** Told now and then that it goes on. */
  readonly progress: () => void;
  /** Takes so many bytes more for the index. */
  readonly grow: (bytes: number) => void;
}

/** More would be for programs that take a tree file by file. */
export const MOST_ITEMS = 500_000;
/** As deep as a tree may be. */
export const DEEPEST = 128;
/** Directories that links lead to: each is looked for among the others. */
const MOST_LINKED = 1000;

/** A directory whose content is wanted. */
interface Place {
  readonly path: VirtualPath;
  /** Its path in the archive, with a slash at its end; empty for `base`. */
  readonly prefix: string;
  readonly depth: number;
}

/** The archive would be larger than what is made. The message is a sentence for the client. */
export class ZipTooLarge extends Error {
  override readonly name = "ZipTooLarge";
}

/**
 * Looks at all that is wanted and the account may read. What it may not read or list is left out, as are
 * things that are no files. A link to a file is that file. A link to a directory is that directory, unless
 * that is in the archive by another way, or has in it what is.
 *
 * @throws {StorageError} when something that is wanted is not there.
 * @throws {ZipTooLarge} above {@linkcode MOST_ITEMS} and {@linkcode DEEPEST}.
 */
export async function indexFor(wish: ZipWish): Promise<ZipIndex> {
  return await new Walk(wish).run();
}

class Walk {
  readonly #wish: ZipWish;
  readonly #index = new ZipIndex();
  /** Directories that are in the archive with all below them. */
  readonly #covered: VirtualPath[];
  #heldBytes = 0;
  #linked = 0;

  constructor(wish: ZipWish) {
    const { base, names } = wish;
    this.#wish = wish;
    this.#covered = names?.map((name) => childOf(base, name)) ?? [base];
  }

  async run(): Promise<ZipIndex> {
    const { files, base, names } = this.#wish;
    const place = { path: base, prefix: "", depth: 0 };
    if (!names) {
      await this.#through(place);
      return this.#index;
    }
    // All that is wanted has to be there, before any of it is walked through.
    const entries: Entry[] = [];
    for (const name of names) entries.push(await files.stat(childOf(base, name)));
    for (const entry of entries) await this.#take(place, entry);
    return this.#index;
  }

  async #take({ path, prefix, depth }: Place, entry: Entry): Promise<void> {
    const { name, type } = entry;
    const at = childOf(path, name);
    this.#wish.signal.throwIfAborted();
    const pause = giveWay();
    if (pause) await pause;
    if (type === "file") {
      const allowed = this.#wish.files.allows("r", at);
      if (allowed instanceof Promise ? await allowed : allowed) this.#add(prefix + name, entry);
    } else if (type === "directory" && this.#mayFollow(at, entry)) {
      if (depth === DEEPEST) throw new ZipTooLarge(`The folder is more than ${DEEPEST} folders deep`);
      await this.#through({ path: at, prefix: `${prefix}${name}/`, depth: depth + 1 }, entry);
    }
  }

  /** @param directory Its facts, where it is to be in the archive itself. */
  async #through(place: Place, directory?: Entry): Promise<void> {
    let isListed = false;
    try {
      for await (const entries of await this.#wish.files.list(place.path)) {
        if (directory && !isListed) this.#add(place.prefix, directory);
        isListed = true;
        this.#wish.progress();
        for (const entry of entries) await this.#take(place, entry);
      }
    } catch (error) {
      // What may not be listed is not there for the account, like what has gone meanwhile.
      if (isListed || place.depth <= 1 || !isLeftOut(error)) throw error;
    }
  }

  #mayFollow(path: VirtualPath, { link }: Entry): boolean {
    if (link === undefined) return true;
    const target = link as VirtualPath;
    // A directory that holds this link leads back to it.
    if (isWithin(target, path)) return false;
    if (this.#covered.some((covered) => isWithin(covered, target) || isWithin(target, covered))) return false;
    if (++this.#linked > MOST_LINKED) {
      throw new ZipTooLarge(`More than ${MOST_LINKED} links to other folders lie in it`);
    }
    this.#covered.push(target);
    return true;
  }

  #add(name: string, { size, modifiedMs, mode }: Entry): void {
    if (this.#index.count === MOST_ITEMS) {
      throw new ZipTooLarge(`More than ${MOST_ITEMS} files are not put into one archive`);
    }
    const sizeBytes = name.endsWith("/") ? 0 : size;
    this.#index.add({ name, sizeBytes, modifiedMs, mode });
    if (this.#index.heldBytes > this.#heldBytes) this.#wish.grow(this.#index.heldBytes - this.#heldBytes);
    this.#heldBytes = this.#index.heldBytes;
  }
}

function isLeftOut(error: unknown): boolean {
  return isMissing(error) || (error instanceof StorageError && error.kind === "denied");
}

/** Hidden names: which paths of an account are as if absent. */

import { foldedName } from "../protocol/folded_name.ts";
import { compileGlob } from "../protocol/glob.ts";
import { pathIn, ROOT, segmentsOf, type VirtualPath } from "../protocol/pathname.ts";

/** Whether a name that was folded fits. */
type Fits = (folded: string) => boolean;

/**
 * The patterns of an account. One without a slash is for a name in any directory, one with a slash is for a
 * path from the root; `*` matches within a name. What they match is hidden with all that is in it. Case does
 * not count, nor how letters are composed: some disk would find the file by the other spelling.
 */
export class HiddenNames {
  readonly #names: readonly Fits[];
  readonly #paths: readonly (readonly Fits[])[];

  /** @param patterns Such as `*.tmp` or `/private/*`. */
  constructor(patterns: readonly string[]) {
    const compiled = patterns
      .map((pattern) => pattern.split("/").filter((part) => part !== "").map(fitsOf));
    this.#names = compiled.filter((_, at) => !patterns[at]!.includes("/")).map(([fits]) => fits!);
    this.#paths = compiled.filter((parts, at) => patterns[at]!.includes("/") && parts.length > 0);
  }

  /** Whether some pattern is for paths, so that it matters by which one a place is reached. */
  get arePlaced(): boolean {
    return this.#paths.length > 0;
  }

  /** Whether the path, or a directory on the way to it below `base`, is hidden. */
  hide(path: VirtualPath, base = ROOT): boolean {
    return this.#depth(foldedSegments(path), base) !== undefined;
  }

  /** The same names as seen from a directory, as if that was the root. */
  seenFrom(directory: VirtualPath): Pick<HiddenNames, "hide"> {
    return { hide: (path) => this.hide(pathIn(directory, path)) };
  }

  /** Whether only the last name is hidden: what holds it can be seen. */
  hideLast(path: VirtualPath, base = ROOT): boolean {
    const names = foldedSegments(path);
    return this.#depth(names, base) === names.length;
  }

  /** Whether what a pattern names lies below this path, so that moving that would bring it to light. */
  dependOn(path: VirtualPath): boolean {
    const names = foldedSegments(path);
    return this.#paths.some((parts) =>
      parts.length > names.length && names.every((name, at) => parts[at]!(name))
    );
  }

  /** How many names lead to the first that is hidden, itself included. */
  #depth(names: readonly string[], base: VirtualPath): number | undefined {
    for (let depth = segmentsOf(base).length + 1; depth <= names.length; depth++) {
      const last = names[depth - 1]!;
      if (this.#names.some((fits) => fits(last))) return depth;
      const isPath = (parts: readonly Fits[]): boolean =>
        parts.length === depth && parts.every((fits, at) => fits(names[at]!));
      if (this.#paths.some(isPath)) return depth;
    }
    return undefined;
  }
}

function fitsOf(pattern: string): Fits {
  return compileGlob(comparable(pattern));
}

function foldedSegments(path: VirtualPath): string[] {
  return segmentsOf(path).map(comparable);
}

/** Composed again, so that `?` stands for a letter with its accents. */
function comparable(name: string): string {
  return foldedName(name).normalize("NFC");
}

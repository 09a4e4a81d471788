/**
 * Where homes really lie: to find out leaves the thread, and clients that come in a rush ask for the same
 * home.
 */

/** For so long one answer serves everybody. */
const FRESH_MS = 1000;

/** Answers of a moment ago. */
export class RealRoots {
  readonly #known = new Map<string, { readonly root: Promise<string>; readonly askedMs: number }>();

  /**
   * The directory with every link followed.
   *
   * @throws {Error} what the system says when there is none.
   */
  of(directory: string): Promise<string> {
    const known = this.#known.get(directory);
    if (known && performance.now() - known.askedMs < FRESH_MS) return known.root;
    const root = Deno.realPath(directory);
    this.#known.set(directory, { root, askedMs: performance.now() });
    // What is missing now may be there in the next moment.
    root.catch(() => {
      if (this.#known.get(directory)?.root === root) this.#known.delete(directory);
    });
    return root;
  }
}

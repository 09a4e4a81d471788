/**
 * Where homes really lie: to find out leaves the thread, and clients that come in a rush ask for the same
 * home.
 */

import type { Disk } from "./disk.ts";
import { PatientDisk } from "./patient_disk.ts";

/** For so long one answer serves everybody. */
const FRESH_MS = 1000;

/** Answers of a moment ago. */
export class RealRoots {
  readonly #disk: Pick<Disk, "realPath">;
  readonly #known = new Map<string, { readonly root: Promise<string>; readonly askedMs: number }>();

  /** @param disk The disk to ask. */
  constructor(disk: Pick<Disk, "realPath"> = new PatientDisk()) {
    this.#disk = disk;
  }

  /**
   * The directory with every link followed.
   *
   * @throws {Error} what the system says when there is none.
   */
  of(directory: string): Promise<string> {
    const known = this.#known.get(directory);
    if (known && performance.now() - known.askedMs < FRESH_MS) return known.root;
    const root = Promise.resolve(this.#disk.realPath(directory));
    this.#known.set(directory, { root, askedMs: performance.now() });
    // What is missing now may be there in the next moment.
    root.catch(() => {
      if (this.#known.get(directory)?.root === root) this.#known.delete(directory);
    });
    return root;
  }
}

/**
 * What one thread remembers of tus uploads, beside what the disk tells: it may be forgotten at any moment,
 * and is with the end of the thread.
 */

import type { VirtualPath } from "../protocol/pathname.ts";

/** What is remembered of one. */
export interface TusNote {
  /** Whether it was asked about and may be. */
  mayBe?: true;
  /** Where it lies since it is whole. */
  done?: VirtualPath;
  /** Whether it was given up. */
  isGone?: true;
  /** Whether another upload has written to its part since: what is held is not its own. */
  isLost?: true;
}

/** What is older is forgotten. */
const MOST = 10_000;

/** The notes. Everything in them is named by its account as well: addresses of uploads are no secrets. */
export class TusNotes {
  readonly #notes = new Map<string, TusNote>();
  /** Names that are promised to uploads that may have both, by host path, and to whom. */
  readonly #promised = new Map<string, string>();
  /** Who has last written to the part of a file, by the file's host path. */
  readonly #writers = new Map<string, string>();

  /** What is remembered of an upload; undefined where nothing is. */
  of(upload: string): TusNote | undefined {
    return this.#notes.get(upload);
  }

  /** Remembers something more of it. */
  add(upload: string, note: TusNote): void {
    keep(this.#notes, upload, { ...this.#notes.get(upload), ...note });
  }

  /** Whether a name is promised to another upload. */
  isPromised(place: string): boolean {
    return this.#promised.has(place);
  }

  /** Promises a name. */
  promise(place: string, upload: string): void {
    keep(this.#promised, place, upload);
  }

  /** An upload begins to write to the part of a file: another one that did so has lost it. */
  writes(place: string, upload: string): void {
    const former = this.#writers.get(place);
    if (former !== undefined && former !== upload) this.add(former, { isLost: true });
    const note = this.#notes.get(upload);
    if (note) {
      const { isLost: _, ...own } = note;
      this.#notes.set(upload, own);
    }
    keep(this.#writers, place, upload);
  }

  /** Whether it was the last one to write to the part of this file. */
  hasWritten(place: string, upload: string): boolean {
    return this.#writers.get(place) === upload;
  }

  /** An upload is over, in whatever way. */
  ended(place: string, upload: string): void {
    if (this.#promised.get(place) === upload) this.#promised.delete(place);
    if (this.#writers.get(place) === upload) this.#writers.delete(place);
  }
}

/** What was set last is forgotten last. */
function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  const [oldest] = map.keys();
  if (map.size >= MOST) map.delete(oldest!);
  map.set(key, value);
}

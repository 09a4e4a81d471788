/** Pace: how fast one transfer may go, also by limits that come, change or go while it runs. */

import { delay } from "./delay.ts";
import type { TokenBucket } from "./token_bucket.ts";

/** A wait looks again so often whether its limit still holds, milliseconds. */
const LOOK_MS = 200;

/** The limits of one transfer. */
export class Pace {
  readonly #bucketsNow: () => readonly TokenBucket[];
  readonly #limited = new AbortController();
  #buckets: readonly TokenBucket[] = [];
  /** Counts up with each {@linkcode refresh}: what waits by an older one waits no longer. */
  #version = 0;

  /** @param bucketsNow The limits that hold at a moment, all of them. */
  constructor(bucketsNow: () => readonly TokenBucket[]) {
    this.#bucketsNow = bucketsNow;
    this.refresh();
  }

  /** Whether there is a limit at this moment. */
  get isLimited(): boolean {
    return this.#buckets.length > 0;
  }

  /** Fires when the first limit is there: whoever moves the bytes without asking here has to stop. */
  get limited(): AbortSignal {
    return this.#limited.signal;
  }

  /** The largest piece to pass at once so that traffic stays even, bytes; Infinity without limits. */
  get sliceBytes(): number {
    return Math.min(...this.#buckets.map(({ sliceBytes }) => sliceBytes));
  }

  /** Limits may have come or gone. */
  refresh(): void {
    this.#buckets = this.#bucketsNow();
    this.#version++;
    if (this.isLimited) this.#limited.abort();
  }

  /**
   * Waits until these bytes may pass, no more than a slice; gives nothing where they may at once.
   *
   * @throws {Error} when the signal fires first.
   */
  pass(bytes: number, signal: AbortSignal): Promise<void> | undefined {
    if (this.#buckets.length === 0) return undefined;
    const waitMs = Math.max(...this.#buckets.map((bucket) => bucket.reserve(bytes)));
    return waitMs > 0 ? this.#wait(waitMs, signal) : undefined;
  }

  /** Many that share a slow limit wait long for their turn: a limit that has gone must not hold them. */
  async #wait(waitMs: number, signal: AbortSignal): Promise<void> {
    const version = this.#version;
    for (let leftMs = waitMs; leftMs > 0 && version === this.#version; leftMs -= LOOK_MS) {
      await delay(Math.min(leftMs, LOOK_MS), signal);
    }
  }
}

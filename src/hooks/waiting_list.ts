/** What a hook is still to be told: in order, bounded in number and bytes, the oldest dropped first. */

import type { Happening } from "./happening.ts";

/** One event that waits. */
export interface Waiting {
  readonly id: string;
  /** The happening as a line of JSON, as the queue on the disk has it. */
  line: string;
  /** When it happened, milliseconds since 1970. */
  readonly atMs: number;
  /** Whether anybody can cause it without an account. */
  readonly isAnybodys: boolean;
  /** Calls that failed. */
  failures: number;
  /** When it may be tried again, on the clock of `performance.now()`. */
  dueMs: number;
}

/** How much may wait. */
export interface WaitingBounds {
  readonly most: number;
  readonly mostBytes: number;
  /**
   * What anybody can cause without an account has a share of its own and goes first, so that it pushes out
   * nothing else.
   */
  readonly mostOfAnybody: number;
}

/** The bounds of each hook. */
export const WAITING_BOUNDS: WaitingBounds = {
  most: 10_000,
  mostBytes: 4 * 1024 * 1024,
  mostOfAnybody: 1000,
};

/** Makes an event that waits of a happening. */
export function waitingOf(happening: Happening): Waiting {
  const { id, atMs, event } = happening;
  // The guard bans whoever asks for it, and one client has many networks to be banned in.
  const isAnybodys = event === "login-failed" || event === "ban";
  return { id, line: JSON.stringify(happening), atMs, isAnybodys, failures: 0, dueMs: 0 };
}

/** Keeps what waits. What is being told at this moment is kept too. */
export class WaitingList {
  readonly #bounds: WaitingBounds;
  /** Everything, in the order in which it came. */
  readonly #all = new Map<string, Waiting>();
  /** What was not tried yet and may be. */
  readonly #fresh = new Map<string, Waiting>();
  /** What has failed. */
  readonly #failed = new Map<string, Waiting>();
  readonly #anybodys = new Set<string>();
  #bytes = 0;

  constructor(bounds: WaitingBounds = WAITING_BOUNDS) {
    this.#bounds = bounds;
  }

  /** How many there are. */
  get size(): number {
    return this.#all.size;
  }

  /** The lines of all of them. */
  *lines(): Generator<string> {
    for (const { line } of this.#all.values()) yield line;
  }

  /** Adds one; gives those that are dropped for it. It is told when it {@linkcode isReady}. */
  add(waiting: Waiting): Waiting[] {
    this.#all.set(waiting.id, waiting);
    this.#bytes += waiting.line.length;
    if (waiting.isAnybodys) this.#anybodys.add(waiting.id);
    return this.#overflow();
  }

  /** It may be told; one that was dropped meanwhile may not. */
  isReady({ id }: Waiting): void {
    const waiting = this.#all.get(id);
    if (waiting) this.#fresh.set(id, waiting);
  }

  /** Gives one another line. */
  change({ id }: Waiting, line: string): void {
    const waiting = this.#all.get(id);
    if (!waiting) return;
    this.#bytes += line.length - waiting.line.length;
    waiting.line = line;
  }

  /** Takes the next one that may be told now; it stays in the list until it is removed or put back. */
  take(nowMs: number): Waiting | undefined {
    for (const waiting of this.#failed.values()) {
      if (waiting.dueMs > nowMs) continue;
      this.#failed.delete(waiting.id);
      return waiting;
    }
    const [first] = this.#fresh.values();
    if (first) this.#fresh.delete(first.id);
    return first;
  }

  /** Puts one back that was told in vain. */
  putBack(waiting: Waiting): void {
    if (this.#all.has(waiting.id)) this.#failed.set(waiting.id, waiting);
  }

  /** Removes one. */
  remove({ id }: Waiting): void {
    const waiting = this.#all.get(id);
    if (!waiting) return;
    this.#bytes -= waiting.line.length;
    for (const list of [this.#all, this.#fresh, this.#failed, this.#anybodys]) list.delete(id);
  }

  /** All that have failed may be tried at once. */
  hurry(): void {
    for (const waiting of this.#failed.values()) waiting.dueMs = 0;
  }

  /** When the next one may be told, undefined when none waits for a moment. */
  nextDueMs(): number | undefined {
    if (this.#fresh.size > 0) return 0;
    let next: number | undefined;
    for (const { dueMs } of this.#failed.values()) next = Math.min(next ?? Infinity, dueMs);
    return next;
  }

  /** Removes those that happened before a moment. */
  removeBefore(atMs: number): Waiting[] {
    const old = [...this.#all.values()].filter((waiting) => waiting.atMs < atMs);
    for (const waiting of old) this.remove(waiting);
    return old;
  }

  #overflow(): Waiting[] {
    const dropped: Waiting[] = [];
    const { most, mostBytes, mostOfAnybody } = this.#bounds;
    while (this.#anybodys.size > mostOfAnybody) {
      const [id] = this.#anybodys;
      this.#drop(this.#all.get(id!)!, dropped);
    }
    while (this.#all.size > most || this.#bytes > mostBytes) {
      const [oldest] = this.#all.keys();
      const [ofAnybody = oldest] = this.#anybodys;
      this.#drop(this.#all.get(ofAnybody!)!, dropped);
    }
    return dropped;
  }

  #drop(waiting: Waiting, dropped: Waiting[]): void {
    this.remove(waiting);
    dropped.push(waiting);
  }
}

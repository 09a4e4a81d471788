/** Quick disks: where a call to the disk may be made without leaving the thread. */

import { lacksProcessor } from "../limits/processor.ts";
import type { Mount } from "./mounts.ts";

/** The table is looked at again when it is used and this old. */
const REFRESH_MS = 2_000;
/** Older than this it says nothing: on an idle server the first call goes the slow way. */
const STALE_MS = 5_000;
/**
 * Calls that take this long show a disk that is busy or asleep, or a machine that is: only together do they
 * count.
 */
const STALL_MS = 25;
/** Stalls of this much in all, none a second after the one before, and the disks count as slow. */
const PATIENCE_MS = 100;
/** How long they do. */
const PAUSE_MS = 5_000;

/**
 * A call that leaves the thread and comes back costs 15 to 80 µs, the call itself 1 or 2. But a call that
 * stays stops every session of the thread for as long as it takes, which on a network mount may be for ever.
 * So only disks that the system's table shows to be quick are called directly, and a stall, should one happen
 * all the same, is the last one for a while.
 */
export class QuickDisks {
  readonly #readMounts: () => Promise<readonly Mount[]>;
  readonly #lacksProcessor: () => boolean;
  /** Longest paths first, so that the first one that fits decides. */
  #mounts: readonly Mount[] = [];
  #readAtMs = -Infinity;
  /** The look at the table that is under way. */
  #refreshing: Promise<void> | undefined;
  #pausedUntilMs = -Infinity;
  #stalledMs = 0;
  #stalledAtMs = -Infinity;

  /**
   * Knows no disk yet.
   *
   * @param readMounts Brings the table as it is now. When it rejects, no disk is quick.
   * @param options `lacksProcessor`: whether others keep this thread from the processor at this moment.
   */
  constructor(readMounts: () => Promise<readonly Mount[]>, options: { lacksProcessor?: () => boolean } = {}) {
    this.#readMounts = readMounts;
    this.#lacksProcessor = options.lacksProcessor ?? lacksProcessor;
  }

  /** Whether a path, taken by name and with no link in it, lies on a quick disk. */
  has(path: string): boolean {
    return this.isReady && this.covers(path);
  }

  /** Whether any disk may be called directly at this moment. */
  get isReady(): boolean {
    const ageMs = performance.now() - this.#readAtMs;
    if (ageMs > REFRESH_MS) void this.refresh();
    return ageMs <= STALE_MS && !this.isPaused;
  }

  /** Whether the table calls the disk under a path quick; {@linkcode isReady} tells whether to believe it. */
  covers(path: string): boolean {
    return this.#mountOf(path)?.isQuick ?? false;
  }

  /**
   * The mount of another machine or program that a path, taken by name, lies on, as far as was known when the
   * table was last looked at.
   */
  apartAt(path: string): Mount | undefined {
    const mount = this.#mountOf(path);
    return mount?.apart && mount;
  }

  /**
   * Whether it calls the disk quick under each entry that a directory may have: entries can be mounts
   * themselves.
   */
  coversAllIn(directory: string): boolean {
    return this.covers(directory) &&
      !this.#mounts.some(({ path }) => path !== directory && isWithin(directory, path));
  }

  /** Whether a disk has stalled a moment ago. */
  get isPaused(): boolean {
    return performance.now() < this.#pausedUntilMs;
  }

  /**
   * What to wait for before many calls to the disk, so that they need not go the slow way because nobody has
   * asked for a while.
   */
  get refreshed(): Promise<void> | undefined {
    return performance.now() - this.#readAtMs <= STALE_MS ? undefined : this.refresh();
  }

  /** Looks at the table. Never rejects. */
  refresh(): Promise<void> {
    return this.#refreshing ??= this.#read().finally(() => this.#refreshing = undefined);
  }

  /** Makes calls to a quick disk, and takes note when they stall. */
  run<T>(calls: () => T): T {
    const startedMs = performance.now();
    try {
      return calls();
    } finally {
      const endedMs = performance.now();
      if (endedMs - startedMs > STALL_MS) this.#noteStall(startedMs, endedMs);
    }
  }

  /** Takes note that a quick disk has just kept another thread for so long, milliseconds. */
  noteStall(ms: number): void {
    const endedMs = performance.now();
    this.#noteStall(endedMs - ms, endedMs);
  }

  #mountOf(path: string): Mount | undefined {
    // By hand: it is asked for each name of a listing.
    for (const mount of this.#mounts) {
      if (isWithin(mount.path, path)) return mount;
    }
    return undefined;
  }

  async #read(): Promise<void> {
    try {
      const mounts = await this.#readMounts();
      // Of two mounts on one path the later one lies on top.
      this.#mounts = mounts.toReversed().sort((a, b) => b.path.length - a.path.length);
    } catch {
      this.#mounts = [];
    }
    // Also when it failed: asked again when it would be looked at anyway, not at every call.
    this.#readAtMs = performance.now();
  }

  #noteStall(startedMs: number, endedMs: number): void {
    if (startedMs - this.#stalledAtMs > 1000) this.#stalledMs = 0;
    this.#stalledMs += endedMs - startedMs;
    this.#stalledAtMs = endedMs;
    if (this.#stalledMs <= PATIENCE_MS || this.isPaused) return;
    // A thread that does not run makes no call return: on a busy machine that looks like a slow disk, and to
    // make four calls of one would make it busier.
    if (this.#lacksProcessor()) this.#stalledMs = 0;
    else this.#pausedUntilMs = endedMs + PAUSE_MS;
  }
}

function isWithin(directory: string, path: string): boolean {
  if (!path.startsWith(directory)) return false;
  return path.length === directory.length || directory.endsWith("/") || path[directory.length] === "/";
}

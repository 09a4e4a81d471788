/** When old files are looked for: a minute after the start, then every ten, while any account says so. */

import type { HomeCounts } from "../quotas.ts";
import type { ServerEvent } from "../telemetry/events.ts";
import type { HomeLooks } from "../users/home_looks.ts";
import type { User } from "../users/user.ts";

const FIRST_MS = 60_000;
const EVERY_MS = 600_000;
/** What the clock may have been set by meanwhile. */
const MOST_JUMP_MS = 3_600_000;

/** What {@linkcode RetentionClock} needs. */
export interface RetentionClockOptions {
  /** The accounts at a moment. */
  readonly users: () => Iterable<User>;
  readonly looks: HomeLooks;
  readonly record: (event: ServerEvent) => void;
  /** Where what goes is counted; by default nowhere. */
  readonly quotas?: HomeCounts;
  /** The time, milliseconds since 1970. */
  readonly now?: () => number;
  /** The time until the first sweep, and between two. */
  readonly firstMs?: number;
  readonly everyMs?: number;
}

/** Sweeps now and then. Disposing ends that, and a sweep that runs. */
export class RetentionClock implements Disposable {
  readonly #options: RetentionClockOptions;
  readonly #end = new AbortController();
  readonly #told = new Map<string, string>();
  /** How far the time of day is ahead of the clock that nobody sets. */
  #aheadMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: RetentionClockOptions) {
    this.#options = options;
    this.#aheadMs = this.#ahead();
    this.#wait(options.firstMs ?? FIRST_MS);
  }

  [Symbol.dispose](): void {
    this.#end.abort();
    clearTimeout(this.#timer);
  }

  #wait(ms: number): void {
    if (!this.#end.signal.aborted) this.#timer = setTimeout(() => void this.#sweep(), ms);
  }

  async #sweep(): Promise<void> {
    const { users, looks, record, quotas, everyMs = EVERY_MS } = this.#options;
    try {
      const all = [...users()].filter(({ retention = [] }) => retention.length > 0);
      if (all.length > 0 && !this.#hasJumped()) {
        // By a computed name: `deno run` would load it at each start. The compile tasks include it.
        const { href } = new URL("../workers/retention_thread.ts", import.meta.url);
        const { runRetention } = await import(href) as typeof import("../workers/retention_thread.ts");
        await runRetention({ users: all, looks, record, quotas, signal: this.#end.signal, told: this.#told });
      }
    } catch (error) {
      record({ kind: "error", message: "Cannot look for old files", error });
    }
    this.#wait(everyMs);
  }

  /** Whether the clock was set since the last look: what is old by it may be new. The next believes it. */
  #hasJumped(): boolean {
    const aheadMs = this.#ahead();
    const jumpMs = aheadMs - this.#aheadMs;
    this.#aheadMs = aheadMs;
    if (Math.abs(jumpMs) <= MOST_JUMP_MS) return false;
    const hours = (jumpMs / 3_600_000).toFixed(1);
    const message = `The clock was set by ${hours} hours: no old files are removed before the next look`;
    this.#options.record({ kind: "warning", message });
    return true;
  }

  #ahead(): number {
    return (this.#options.now ?? Date.now)() - performance.now();
  }
}

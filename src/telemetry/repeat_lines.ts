/** The lines that say how many more there were of what the log has left out. */

import type { LogLevel } from "./event_level.ts";
import type { ServerEvent } from "./events.ts";
import { Repeats } from "./repeats.ts";

const LOOK_MS = 10_000;

/** What {@linkcode RepeatLines} needs. */
export interface RepeatLinesOptions {
  /** The clock, milliseconds. */
  readonly now: () => number;
  /** Writes a line. */
  readonly write: (level: LogLevel, message: string) => void;
  /** How often it is looked for counts to tell, milliseconds; default 10 seconds. */
  readonly lookMs?: number;
}

/** Counts repeats, and tells the counts some time later, or when disposed. */
export class RepeatLines implements Disposable {
  readonly #options: RepeatLinesOptions;
  readonly #repeats: Repeats;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(options: RepeatLinesOptions) {
    this.#options = options;
    this.#repeats = new Repeats(options.now);
  }

  /** Whether an event is to be written. */
  isWritten(event: ServerEvent): boolean {
    const isWritten = this.#repeats.isWritten(event);
    this.#wait();
    return isWritten;
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    for (const { level, message } of this.#repeats.takeAll()) this.#options.write(level, message);
  }

  #wait(): void {
    if (this.#isOver || this.#timer !== undefined || !this.#repeats.isCounting) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      for (const { level, message } of this.#repeats.takeEnded()) this.#options.write(level, message);
      this.#wait();
    }, this.#options.lookMs ?? LOOK_MS);
    // The program need not stay for it.
    Deno.unrefTimer(this.#timer);
  }
}

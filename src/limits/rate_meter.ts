/** Rate meter: how fast bytes go, told to whoever looks now and then. */

/** Looks that follow each other sooner are told the same: less is noise. */
const LEAST_MS = 200;

/** Costs nothing while nobody looks. */
export class RateMeter {
  #sinceMs: number;
  #sinceBytes = 0;
  #bytesPerSecond = 0;

  /** @param nowMs The time at its beginning. */
  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  /** The rate since the last look, or since the beginning; bytes are those that have passed in all. */
  look(bytes: number, nowMs: number): number {
    const ms = nowMs - this.#sinceMs;
    if (ms < LEAST_MS) return this.#bytesPerSecond;
    this.#bytesPerSecond = Math.round((bytes - this.#sinceBytes) / ms * 1000);
    this.#sinceMs = nowMs;
    this.#sinceBytes = bytes;
    return this.#bytesPerSecond;
  }
}

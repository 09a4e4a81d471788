/** How fast the uploads are: bytes of the last seconds, and the time that the rest takes at that rate. */

/** How far back the rate looks, milliseconds: long enough to be calm, short enough to follow a change. */
const WINDOW_MS = 8_000;

/** How far apart two samples lie at least, milliseconds: so there are few of them. */
const SAMPLE_MS = 250;

export class RateMeter {
  #samples: { atMs: number; bytes: number }[] = [];
  #movedBytes = 0;

  /** Counts bytes that have just been sent. */
  add(bytes: number, nowMs: number): void {
    if (this.#samples.length === 0) this.#samples.push({ atMs: nowMs, bytes: this.#movedBytes });
    this.#movedBytes += bytes;
    const last = this.#samples.at(-1)!;
    if (nowMs - last.atMs >= SAMPLE_MS) this.#samples.push({ atMs: nowMs, bytes: this.#movedBytes });
  }

  /** Bytes in a second over the last seconds; 0 when nothing moves, or before that can be told. */
  bytesPerSecond(nowMs: number): number {
    while (this.#samples.length > 1 && this.#samples[1]!.atMs < nowMs - WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0];
    if (first === undefined || nowMs - first.atMs < 2 * SAMPLE_MS) return 0;
    // After a pause the old sample would tell an average over the pause.
    if (nowMs - this.#samples.at(-1)!.atMs > WINDOW_MS) {
      this.#samples = [];
      return 0;
    }
    return (this.#movedBytes - first.bytes) * 1000 / (nowMs - first.atMs);
  }

  /** Seconds that `restBytes` take at the rate of the moment; undefined when nothing moves. */
  secondsLeft(restBytes: number, nowMs: number): number | undefined {
    const rate = this.bytesPerSecond(nowMs);
    return rate > 0 ? Math.ceil(restBytes / rate) : undefined;
  }
}

/** Throughput: what went up and down in the last hour, looked at every ten seconds. */

import type { TrafficSums } from "../limits/traffic.ts";

/** How much a server has moved, and who is there. */
export interface ThroughputSource {
  readonly traffic: TrafficSums;
  /** Sessions at this moment. */
  readonly sessionCount: number;
  readonly transferCount: number;
}

/** What has passed since the sample before. */
export interface ThroughputSample {
  /** When it ended, milliseconds since 1970. */
  readonly atMs: number;
  /** How long it is, seconds: a machine that was busy is late. */
  readonly seconds: number;
  readonly uploadedBytes: number;
  readonly downloadedBytes: number;
  readonly logins: number;
  /** At its end. */
  readonly sessions: number;
  readonly transfers: number;
}

/** How {@linkcode Throughput} works. */
export interface ThroughputOptions {
  /** From one sample to the next, milliseconds; ten seconds by default. */
  readonly everyMs?: number;
  /** The clock, milliseconds since 1970. */
  readonly now?: () => number;
}

const EVERY_MS = 10_000;
const HOUR_MS = 3_600_000;

/** Looks from now on. Disposing ends it. */
export class Throughput implements Disposable {
  readonly everySeconds: number;
  readonly #source: ThroughputSource;
  readonly #now: () => number;
  readonly #most: number;
  #samples: ThroughputSample[] = [];
  #before: TrafficSums;
  #beforeMs: number;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(source: ThroughputSource, { everyMs = EVERY_MS, now = Date.now }: ThroughputOptions = {}) {
    this.#source = source;
    this.#now = now;
    this.#most = Math.ceil(HOUR_MS / everyMs);
    this.everySeconds = everyMs / 1000;
    this.#before = source.traffic;
    this.#beforeMs = now();
    this.#timer = setInterval(() => this.look(), everyMs);
    Deno.unrefTimer(this.#timer);
  }

  /** Those of the last hour that end behind this moment, the oldest first. */
  samples(afterMs = 0): ThroughputSample[] {
    return this.#samples.filter(({ atMs }) => atMs > afterMs);
  }

  /** What has passed since the last sample. */
  get present(): ThroughputSample {
    return this.#sampleUntil(this.#source.traffic, this.#now());
  }

  /** Ends a sample and begins the next. */
  look(): void {
    const { traffic } = this.#source;
    const nowMs = this.#now();
    this.#samples.push(this.#sampleUntil(traffic, nowMs));
    if (this.#samples.length > this.#most) this.#samples.shift();
    this.#before = traffic;
    this.#beforeMs = nowMs;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #sampleUntil(traffic: TrafficSums, atMs: number): ThroughputSample {
    const { sessionCount: sessions, transferCount: transfers } = this.#source;
    return {
      atMs,
      // A clock that is set back makes no time that is none.
      seconds: Math.max(0.001, (atMs - this.#beforeMs) / 1000),
      uploadedBytes: traffic.uploadedBytes - this.#before.uploadedBytes,
      downloadedBytes: traffic.downloadedBytes - this.#before.downloadedBytes,
      logins: traffic.logins - this.#before.logins,
      sessions,
      transfers,
    };
  }
}

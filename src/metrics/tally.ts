/** Tally: what one thread tells its metric cells. */

import type { ServerEvent, SessionLabel, TransferRecord } from "../telemetry/events.ts";
import { Cells, seriesOf } from "./cells.ts";
import { type PROTOCOLS, type Refusal, STORAGE_CALLS, type StorageCall, VERBS } from "./counted.ts";

/** How often a thread looks whether its timers are late, milliseconds. */
const LOOK_MS = 500;

const OTHER_VERB = "other";
const KNOWN_VERBS: ReadonlySet<string> = new Set(VERBS);

/** Counts for one thread. Disposing stops its timer. */
export class Tally implements Disposable {
  readonly #cells: Cells;
  /** The sessions that are counted as open, with their series: each is taken back once. */
  readonly #sessions = new Map<number, number>();
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param memory The cells of this thread. */
  constructor(memory: SharedArrayBuffer) {
    this.#cells = new Cells(memory);
  }

  /** Begins to look whether timers are late. */
  watchLoop(): void {
    let dueMs = performance.now() + LOOK_MS;
    this.#timer = setInterval(() => {
      const nowMs = performance.now();
      this.#cells.observe("loopDelay", 0, Math.max(0, nowMs - dueMs) / 1000);
      dueMs = nowMs + LOOK_MS;
    }, LOOK_MS);
    // A program need not stay for it.
    Deno.unrefTimer(this.#timer);
  }

  /** Takes an event of this thread; most kinds count nothing. */
  take(event: ServerEvent): void {
    switch (event.kind) {
      case "session-opened":
        return this.#open(event.session);
      case "login":
        return this.#cells.add("logins", seriesOf("logins", "ok", protocolOf(event.session)));
      case "login-failed":
        return this.#cells.add("logins", seriesOf("logins", "failed", protocolOf(event.session)));
      case "transfer":
        return this.#transfer(event);
      case "quota-exceeded":
        return this.#cells.add("quotaExceeded", seriesOf("quotaExceeded", event.what));
    }
  }

  /** The session of this number has ended; one that was never opened counts nothing. */
  sessionEnded(id: number): void {
    const series = this.#sessions.get(id);
    if (series === undefined) return;
    this.#sessions.delete(id);
    this.#cells.add("sessions", series, -1);
  }

  /** Somebody was turned away. */
  refused(reason: Refusal): void {
    this.#cells.add("refused", seriesOf("refused", reason));
  }

  /** A call to the disk is over. */
  stored(call: StorageCall, seconds: number): void {
    this.#cells.observe("storageSeconds", STORAGE_SERIES[call], seconds);
  }

  /** One passive port more waits for its client, or one less. */
  passivePort(change: 1 | -1): void {
    this.#cells.add("passivePorts", 0, change);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #open(session: SessionLabel): void {
    if (this.#sessions.has(session.id)) return;
    const series = seriesOf("sessions", protocolOf(session));
    this.#sessions.set(session.id, series);
    this.#cells.add("sessions", series);
    this.#cells.add("sessionsOpened", series);
  }

  #transfer({ verb, direction, bytes, seconds, complete }: TransferRecord): void {
    const known = KNOWN_VERBS.has(verb) ? verb : OTHER_VERB;
    this.#cells.add("transfers", seriesOf("transfers", known, complete ? "complete" : "incomplete"));
    this.#cells.add("transferBytes", seriesOf("transferBytes", direction), bytes);
    if (direction === "listing") this.#cells.observe("listingSeconds", 0, seconds);
    else this.#cells.observe("transferSeconds", seriesOf("transferSeconds", direction), seconds);
  }
}

/** Looked up once: a small file takes ten calls. */
const STORAGE_SERIES = Object.fromEntries(
  STORAGE_CALLS.map((call) => [call, seriesOf("storageSeconds", call)]),
) as Record<StorageCall, number>;

function protocolOf({ protocol }: SessionLabel): typeof PROTOCOLS[number] {
  return protocol ?? "ftp";
}

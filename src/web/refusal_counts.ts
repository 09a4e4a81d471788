/** Counts connections that are refused before a request is read: a flood is told in one line a minute. */

import type { EventSink } from "../telemetry/events.ts";

/** How often it is told. */
const PAUSE_MS = 60_000;

/** Why one is refused. */
export type Refusal = "banned" | "too many" | "plain HTTP";

const WHAT: Readonly<Record<Refusal, string>> = {
  "banned": "from banned addresses",
  "too many": "beyond what one address, or all together, may have open",
  "plain HTTP": "in plain HTTP, which web-plain-http does not allow them",
};

/** Counts them. */
export class RefusalCounts implements Disposable {
  readonly #report: EventSink;
  readonly #total = new Map<Refusal, number>();
  readonly #untold = new Map<Refusal, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(report: EventSink) {
    this.#report = report;
  }

  /** How many there were. */
  get total(): ReadonlyMap<Refusal, number> {
    return this.#total;
  }

  /** Counts one. The first one is told at once. */
  add(refusal: Refusal): void {
    for (const counts of [this.#total, this.#untold]) counts.set(refusal, (counts.get(refusal) ?? 0) + 1);
    if (this.#timer === undefined) this.#tell();
  }

  #tell(): void {
    if (this.#untold.size === 0) return void (this.#timer = undefined);
    const parts = Array.from(this.#untold, ([refusal, count]) => `${count} ${WHAT[refusal]}`);
    this.#untold.clear();
    this.#report({ kind: "warning", message: `Refused connections to the web page: ${parts.join("; ")}` });
    this.#timer = setTimeout(() => this.#tell(), PAUSE_MS);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

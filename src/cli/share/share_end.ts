/** When a share ends: by a signal, after its time, or after the first whole transfer. */

import type { EventSink, ServerEvent } from "../../telemetry/events.ts";

/** Why it ended. */
export type Ending = "signal" | "time" | "transfer";

/** What may end it. */
export interface ShareEndOptions {
  /** Resolves when the person wants it to end. */
  readonly signal: Promise<unknown>;
  /** Milliseconds from now on; undefined for never. */
  readonly forMs: number | undefined;
  /** Whether the first whole transfer of a file ends it. */
  readonly transfers: "one" | "many";
}

/** Waits for the first of the reasons to end. */
export class ShareEnd implements Disposable {
  readonly #reached = Promise.withResolvers<Ending>();
  readonly #transfers: "one" | "many";
  readonly #timer: ReturnType<typeof setTimeout> | undefined;

  /** The time runs from now on. */
  constructor({ signal, forMs, transfers }: ShareEndOptions) {
    this.#transfers = transfers;
    void signal.then(() => this.#reached.resolve("signal"));
    if (forMs !== undefined) this.#timer = setTimeout(() => this.#reached.resolve("time"), forMs);
  }

  /** Resolves with the reason. */
  get reached(): Promise<Ending> {
    return this.#reached.promise;
  }

  /** Takes every event of the server. */
  readonly note: EventSink = (event: ServerEvent): void => {
    const isWhole = event.kind === "transfer" && event.direction !== "listing" && event.complete;
    if (isWhole && this.#transfers === "one") this.#reached.resolve("transfer");
  };

  /** Stops the clock. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

/** One transfer of the web page: what it shares with those of FTP. It is counted, shown, slowed and ended. */

import type { Deadline } from "../limits/deadlines.ts";
import type { Pace } from "../limits/pace.ts";
import { RateMeter } from "../limits/rate_meter.ts";
import { giveWay } from "../limits/turn.ts";
import type { VirtualPath } from "../protocol/pathname.ts";
import type { TransferRecord } from "../telemetry/events.ts";
import type { TransferView } from "../telemetry/session_view.ts";
import { noteProgress } from "./progress.ts";
import type { WebBasis } from "./web_basis.ts";

/** What is to be moved. */
export interface WebTransferOptions {
  /** What the log calls it, such as `GET`, `PUT` or `ZIP`. */
  readonly verb: string;
  /** Which way the bytes go, as the client sees it. */
  readonly direction: TransferRecord["direction"];
  readonly path: VirtualPath;
  /** How many bytes there will be; undefined where nobody knows. */
  readonly totalBytes?: number;
  /** The call's: fires when the client has gone. */
  readonly signal: AbortSignal;
}

/** How a transfer came out. */
export interface WebTransferOutcome {
  readonly complete: boolean;
  /** Why it is not complete. */
  readonly reason?: string;
  /** Set where all has gone well and more of the file is to come with other requests. */
  readonly isPiece?: boolean;
  /** Where the file lies, where that is another place than was asked for. */
  readonly path?: VirtualPath;
}

/** What a handler has of its transfer. */
export interface WebTransfer {
  /** Fires when it has to stop: the client has gone, nothing moved for too long, the session was ended. */
  readonly signal: AbortSignal;
  /**
   * Counts bytes that are about to go out or have come in; resolves when they may, by the limits of speed.
   *
   * @throws {Error} when the signal fires first.
   */
  pass(bytes: number): void | Promise<void>;
  /** It is over; only the first call counts. */
  end(outcome: WebTransferOutcome): void;
}

/** What a session gives its transfers. */
export interface TransferParts extends WebTransferOptions {
  readonly services: WebBasis;
  /** Of a file; a listing has none. */
  readonly pace: Pace | undefined;
  /** Fires when the session has ended. */
  readonly ended: AbortSignal;
  /** Told once, with what came of it. */
  readonly onEnd: (transfer: RunningTransfer, outcome: Ended) => void;
}

/** What came of a transfer. */
export interface Ended extends WebTransferOutcome {
  readonly bytes: number;
  readonly seconds: number;
}

/** One that runs. */
export class RunningTransfer implements WebTransfer {
  readonly signal: AbortSignal;
  readonly options: WebTransferOptions;
  readonly #parts: TransferParts;
  readonly #stopping = new AbortController();
  readonly #startedMs = performance.now();
  readonly #meter = new RateMeter(this.#startedMs);
  readonly #stall: Deadline;
  #bytes = 0;
  #isOver = false;
  /** Why we stop it. */
  #stopReason: string | undefined;

  constructor(parts: TransferParts) {
    const { services, signal, ended } = parts;
    this.options = parts;
    this.#parts = parts;
    this.signal = AbortSignal.any([signal, ended, this.#stopping.signal]);
    this.#stall = services.deadlines.make(() => this.#stop("no data moved for too long"));
    this.#stall.start(services.options.dataTimeoutMs);
    services.transfers.add(1);
    // Who has gone asks for nothing any more, so nobody else would end it.
    if (this.signal.aborted) this.#cutOff();
    else this.signal.addEventListener("abort", this.#cutOff);
  }

  pass(bytes: number): void | Promise<void> {
    this.#bytes += bytes;
    this.#parts.services.office.traffic.passed(bytes, this.options.direction);
    this.#stall.touch();
    noteProgress(this.#parts.signal);
    const { pace } = this.#parts;
    return pace?.isLimited ? this.#passSlices(pace, bytes) : giveWay();
  }

  /** Limits may have come or gone. */
  limitsChanged(): void {
    this.#parts.pace?.refresh();
  }

  /** At this moment, on the clock of `performance.now()`. */
  view(nowMs: number): TransferView {
    const { verb, direction, path, totalBytes } = this.options;
    const bytes = this.#bytes;
    const forMs = Math.round(nowMs - this.#startedMs);
    const bytesPerSecond = this.#meter.look(bytes, nowMs);
    return { kind: "transfer", verb, direction, path, bytes, totalBytes, bytesPerSecond, forMs };
  }

  end({ complete, reason, isPiece, path }: WebTransferOutcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.signal.removeEventListener("abort", this.#cutOff);
    this.#stall[Symbol.dispose]();
    this.#parts.services.transfers.add(-1);
    const seconds = (performance.now() - this.#startedMs) / 1000;
    const why = complete ? undefined : this.#stopReason ?? reason ?? "the client left";
    this.#parts.onEnd(this, { complete, reason: why, isPiece, path, bytes: this.#bytes, seconds });
  }

  /** A piece may be larger than what is to pass at once under a limit. */
  async #passSlices(pace: Pace, bytes: number): Promise<void> {
    for (let left = bytes; left > 0;) {
      const slice = Math.min(left, pace.sliceBytes);
      await pace.pass(slice, this.signal);
      this.#stall.touch();
      noteProgress(this.#parts.signal);
      left -= slice;
    }
  }

  #stop(reason: string): void {
    this.#stopReason ??= reason;
    this.#stopping.abort(new DOMException(reason, "AbortError"));
  }

  readonly #cutOff = (): void => {
    this.#stopReason ??= this.#parts.ended.aborted ? String(this.#parts.ended.reason) : "the client left";
    // What has come whole becomes a file though its client has gone: whoever takes it tells the end.
    if (this.options.direction !== "upload") this.end({ complete: false });
  };
}

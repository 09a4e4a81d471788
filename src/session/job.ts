/**
 * Jobs: what runs beside the session and brings the one final reply of its command later. RFC 959 §5.4, RFC
 * 1123 §4.1.3.3.
 */

import type { BufferPool } from "../limits/buffer_pool.ts";
import type { Deadline, Deadlines } from "../limits/deadlines.ts";
import { type Reply, reply } from "../protocol/reply.ts";
import type { LongWork } from "../storage/storage.ts";
import type { ServerEvent, SessionLabel } from "../telemetry/events.ts";
import type { TransferView } from "../telemetry/session_view.ts";
import { GivingUp } from "./giving_up.ts";
import { failureEvents, refusalOf } from "./refusal.ts";

/** How a job ended: with its result, or with the job that brings one in its place. */
export type JobOutcome = JobResult | { readonly next: Job };

/** The end of the last job of a command. */
export interface JobResult {
  readonly reply: Reply;
  /** The mark, where it has not been sent: it goes out with the reply, in front of it. */
  readonly mark?: Reply;
  /** What the operator is told of it. */
  events(session: SessionLabel): ServerEvent[];
  /**
   * Set when it did not stop although it was told to: what still waits for the storage. The reply is 421
   * then.
   */
  readonly leftBehind?: Promise<unknown>;
}

/** Of a job that did not stop in time, because the storage hangs. RFC 959 §5.4 has 421 for every command. */
export const GIVEN_UP: Reply = reply(421, "The storage does not answer, closing");

/**
 * Something that takes its time. STAT, NOOP, ABOR and QUIT are answered meanwhile, everything else waits for
 * its end.
 */
export interface Job {
  /** What it does and how far it is, for STAT. */
  readonly status: string;
  /** Resolves when it has ended, in whatever way; never rejects. */
  readonly done: Promise<JobOutcome>;
  /**
   * Set on a job that ends in a moment as a rule: resolves when it does not. Until then nobody need look what
   * else the client sends.
   */
  readonly lingering?: Promise<void>;
  /** What an operator sees of a transfer, on the clock of `performance.now()`. */
  view?(nowMs: number): TransferView;
  /** Limits of speed may have come or gone. */
  limitsChanged?(): void;
  /** Stops it; `done` brings the 426. */
  abort(reason: string): void;
  /** Nobody waits for the reply any more: stops it, unless what was asked for can still be done. */
  clientLeft(reason: string): void;
}

/** Whether a command brought a job rather than its reply. */
export function isJob(result: Reply | Job): result is Job {
  return "done" in result;
}

/** The work of a {@linkcode LocalJob}, as the work sees it. */
export interface JobWork extends LongWork {
  /** Steps told by `progress` so far. */
  readonly steps: number;
}

/** What is to be done. */
export interface LocalTask {
  /** What it does and how far it is, for STAT. */
  readonly status: (steps: number) => string;
  /**
   * Does the work and returns the reply, or the job that will bring it. The signal fires when it is to stop;
   * to throw is the way to. Work that tells no progress for long is told to stop.
   */
  readonly run: (work: JobWork) => Promise<Reply | Job>;
}

/** How {@linkcode LocalJob} works. */
export interface LocalJobOptions extends LocalTask {
  /** Memory to move bytes through. */
  readonly buffers: BufferPool;
  /** Where it watches that something is done. */
  readonly deadlines: Deadlines;
  /** How long nothing may be done, milliseconds; 0 for ever. */
  readonly stallTimeoutMs: number;
  /** How long it may take to stop, milliseconds. */
  readonly giveUpMs: number;
}

/** Work on the server's own disk, without a data connection. It starts when it is made. */
export class LocalJob implements Job {
  readonly done: Promise<JobOutcome>;
  readonly #status: LocalTask["status"];
  readonly #ending = new AbortController();
  readonly #stall: Deadline;
  readonly #givingUp: GivingUp<JobOutcome>;
  #steps = 0;
  #abortReason = "";
  /** The job that brings the reply in this one's place. */
  #next: Job | undefined;

  constructor({ status, run, buffers, deadlines, stallTimeoutMs, giveUpMs }: LocalJobOptions) {
    this.#status = status;
    this.#stall = deadlines.make(() => this.abort("nothing was done for too long"));
    this.#stall.start(stallTimeoutMs);
    const steps = (): number => this.#steps;
    const progress = (steps: number): void => {
      this.#steps += steps;
      this.#stall.touch();
    };
    const running = run({
      signal: this.#ending.signal,
      progress,
      buffers,
      get steps() {
        return steps();
      },
    });
    const work = running.then(
      (result) => isJob(result) ? this.#handOver(result) : { reply: result, events: () => [] },
      (error) => this.#failed(error),
    ).finally(() => this.#stall[Symbol.dispose]());
    this.#givingUp = new GivingUp<JobOutcome>(work, {
      afterMs: giveUpMs,
      otherwise: () => ({ reply: GIVEN_UP, events: () => [], leftBehind: work }),
    });
    this.done = this.#givingUp.result;
  }

  get status(): string {
    return this.#status(this.#steps);
  }

  abort(reason: string): void {
    this.#next?.abort(reason);
    if (this.#ending.signal.aborted) return;
    this.#abortReason = reason;
    this.#stall.stop();
    this.#ending.abort();
    this.#givingUp.begin();
  }

  clientLeft(reason: string): void {
    if (this.#next) this.#next.clientLeft(reason);
    else this.abort(reason);
  }

  /** A stop that came while the next job was made is for that one. */
  #handOver(next: Job): JobOutcome {
    this.#next = next;
    if (this.#ending.signal.aborted) next.abort(this.#abortReason);
    return { next };
  }

  #failed(error: unknown): JobOutcome {
    if (this.#ending.signal.aborted) {
      return { reply: reply(426, `Aborted: ${this.#abortReason}`), events: () => [] };
    }
    const refusal = refusalOf(error) ?? reply(451, "Local error on the server");
    return { reply: refusal, events: (session) => failureEvents(error, session) };
  }
}

/**
 * Jobs: what runs beside the session and brings the one final reply of its command later. RFC 959 §5.4, RFC
 * 1123 §4.1.3.3.
 */

import { type Reply, reply } from "../protocol/reply.ts";
import type { ServerEvent, SessionLabel } from "../telemetry/events.ts";
import { GivingUp } from "./giving_up.ts";
import { refusalOf } from "./refusal.ts";

/** How a job ended: with its result, or with the job that brings one in its place. */
export type JobOutcome = JobResult | { readonly next: Job };

/** The end of the last job of a command. */
export interface JobResult {
  readonly reply: Reply;
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
  /** Stops it; `done` brings the 426. */
  abort(reason: string): void;
  /** Nobody waits for the reply any more: stops it, unless what was asked for can still be done. */
  clientLeft(reason: string): void;
}

/** Whether a command brought a job rather than its reply. */
export function isJob(result: Reply | Job): result is Job {
  return "done" in result;
}

/** How {@linkcode LocalJob} works. */
export interface LocalJobOptions {
  /** What it does and how far it is, for STAT. */
  readonly status: () => string;
  /**
   * Does the work and returns the reply, or the job that will bring it. The signal fires when it is to stop;
   * to throw is the way to.
   */
  readonly run: (signal: AbortSignal) => Promise<Reply | Job>;
  /** How long it may take to stop, milliseconds. */
  readonly giveUpMs: number;
}

/** Work on the server's own disk, without a data connection. It starts when it is made. */
export class LocalJob implements Job {
  readonly done: Promise<JobOutcome>;
  readonly #status: () => string;
  readonly #ending = new AbortController();
  readonly #givingUp: GivingUp<JobOutcome>;
  #abortReason = "";
  /** The job that brings the reply in this one's place. */
  #next: Job | undefined;

  constructor({ status, run, giveUpMs }: LocalJobOptions) {
    this.#status = status;
    const work: Promise<JobOutcome> = run(this.#ending.signal).then(
      (result) => isJob(result) ? this.#handOver(result) : { reply: result, events: () => [] },
      (error) => this.#failed(error),
    );
    this.#givingUp = new GivingUp(work, {
      afterMs: giveUpMs,
      otherwise: () => ({ reply: GIVEN_UP, events: () => [], leftBehind: work }),
    });
    this.done = this.#givingUp.result;
  }

  get status(): string {
    return this.#status();
  }

  abort(reason: string): void {
    this.#next?.abort(reason);
    if (this.#ending.signal.aborted) return;
    this.#abortReason = reason;
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
    const refusal = refusalOf(error);
    if (refusal) return { reply: refusal, events: () => [] };
    return {
      reply: reply(451, "Local error on the server"),
      events: (session) => [{ kind: "error", session, message: "Cannot run a command", error }],
    };
  }
}

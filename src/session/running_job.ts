/** The job of a session: what runs beside it, and how its end is waited for. RFC 1123 §4.1.3.3. */

import type { Soon } from "../bytes/ends.ts";
import type { Deadline } from "../limits/deadlines.ts";
import type { Reply } from "../protocol/reply.ts";
import type { ServerEvent, SessionLabel } from "../telemetry/events.ts";
import type { ControlConnection } from "./control_connection.ts";
import type { LeftBehind } from "./giving_up.ts";
import type { Job, JobResult } from "./job.ts";
import type { SessionServices } from "./session_services.ts";

/** What the job of a session needs of it. */
export interface JobHost {
  readonly control: ControlConnection;
  readonly idleClock: Deadline;
  readonly services: SessionServices;
  readonly label: SessionLabel;
  readonly ended: AbortController;
  readonly leftBehind: LeftBehind;
  readonly dismissal: Promise<void> | undefined;
  closing: string | undefined;
  report(event: ServerEvent): void;
  sendReply(reply: Reply, options?: { readonly mark?: Reply }): Promise<void>;
}

/** The one job that a session may have at a time; a transfer as a rule. */
export class RunningJob {
  readonly #session: JobHost;
  #job: Job | undefined;
  #ended: Promise<void> | undefined;

  constructor(session: JobHost) {
    this.#session = session;
  }

  /** What runs; undefined when nothing does. */
  get job(): Job | undefined {
    return this.#job;
  }

  /** Resolves when the job has ended and its reply is sent; undefined when none runs. */
  get ended(): Promise<void> | undefined {
    return this.#ended;
  }

  /** Whether {@linkcode settle} has nothing to wait for. */
  get isSettled(): boolean {
    return this.#ended === undefined && this.#session.dismissal === undefined;
  }

  /**
   * Lets a job run beside the commands that may be answered meanwhile; its reply is sent when it ends. One
   * that takes a moment is waited for: there is nothing to be read meanwhile.
   */
  follow(job: Job): Soon<void> {
    // A storage that took too long finds the session over.
    if (this.#session.ended.signal.aborted) return job.abort("the session is over");
    this.#session.control.expectSynch();
    this.#session.idleClock.stop();
    const ended = this.#ended = this.#seeThrough(job);
    return job.lingering && Promise.race([ended, job.lingering]);
  }

  /**
   * Waits until the job has ended and its reply is sent, and the session with it where that is to end. Lines
   * are read meanwhile: an ABOR among them stops it, although its own reply keeps its place behind the
   * commands before it.
   */
  async settle(): Promise<void> {
    const { control } = this.#session;
    while (this.#ended) {
      if (control.hasPending("ABOR")) this.#job?.abort("the client sent ABOR");
      const found = await Promise.race([this.#ended, control.readAhead()]);
      if (found === "end") this.#job?.clientLeft("the control connection was lost");
      if (found !== "more") await this.#ended;
    }
    // Of a session that is sent away the 421 is the last reply.
    await this.#session.dismissal;
  }

  async #seeThrough(job: Job): Promise<void> {
    const { reply, mark, events, leftBehind } = await this.#resultOf(job);
    const session = this.#session;
    for (const event of events(session.label)) session.report(event);
    // A client that does not read its replies is idle.
    session.idleClock.start(session.services.options.idleTimeoutMs);
    await session.sendReply(reply, { mark });
    if (leftBehind) {
      session.closing ??= reply.lines[0];
      session.leftBehind.add(leftBehind);
      await session.control.end();
    }
    this.#job = undefined;
    this.#ended = undefined;
    session.control.expectLastSynch();
  }

  async #resultOf(job: Job): Promise<JobResult> {
    this.#job = job;
    const outcome = await job.done;
    return "next" in outcome ? await this.#resultOf(outcome.next) : outcome;
  }
}

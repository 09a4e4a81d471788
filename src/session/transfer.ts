/**
 * A transfer: bytes from storage to the data connection or back, and the one reply that ends it. RFC 959
 * §3.3, §5.4.
 */

import type { SocketEnd } from "../bytes/carrier.ts";
import type { ByteSink, ByteSource } from "../bytes/ends.ts";
import { move } from "../bytes/move.ts";
import type { Deadline } from "../limits/deadlines.ts";
import { type Connection, CutOffError, writeAll } from "../net/connection.ts";
import { type Reply, reply } from "../protocol/reply.ts";
import { StorageError } from "../storage/storage.ts";
import type { ServerEvent, SessionLabel } from "../telemetry/events.ts";
import type { TransferView } from "../telemetry/session_view.ts";
import { GivingUp } from "./giving_up.ts";
import { GIVEN_UP, type Job, type JobResult } from "./job.ts";
import { pacedRead, pacedWrite } from "./paced.ts";
import { RateMeter } from "../limits/rate_meter.ts";
import { failureEvents, interruptionOf, refusalOf } from "./refusal.ts";
import { type HeldMark, release, type TransferPlan, type TransferStorage } from "./transfer_plan.ts";

/** What `begin` gives; when it fails, what was opened for the transfer is given back. */
async function orRelease<T>(storage: TransferStorage, begin: () => Promise<T>): Promise<T> {
  try {
    return await begin();
  } catch (error) {
    await release(storage);
    throw error;
  }
}

/** How long a mark is held: nobody notices. */
const HELD_MS = 20;

/**
 * One running transfer. It starts when it is made; its data connection and timers are gone when `done`
 * resolves, and its files unless the storage hangs.
 */
export class Transfer implements Job {
  readonly plan: TransferPlan;
  /** Resolves when it has ended, in whatever way; never rejects. */
  readonly done: Promise<JobResult>;
  readonly lingering: Promise<void> | undefined;
  readonly #startedMs = performance.now();
  readonly #meter = new RateMeter(this.#startedMs);
  readonly #ending = new AbortController();
  #bytes = 0;
  #abortReason: string | undefined;
  /** Whether the client has ended its data in order: from then on only the disk decides. */
  #hasAll = false;
  readonly #stall: Deadline;
  readonly #givingUp: GivingUp<JobResult>;
  #heldMark: HeldMark | undefined;
  #linger: () => void = () => {};

  constructor(plan: TransferPlan) {
    this.plan = plan;
    this.#heldMark = plan.heldMark;
    this.lingering = plan.heldMark && new Promise((resolve) => this.#linger = resolve);
    this.#stall = plan.deadlines.make(() => this.#stalled());
    const work = this.#run();
    this.#givingUp = new GivingUp(work, { afterMs: plan.giveUpMs, otherwise: () => this.#givenUp(work) });
    this.done = this.#givingUp.result;
  }

  get status(): string {
    return `${this.plan.verb} running: ${this.#bytes} bytes so far`;
  }

  view(nowMs: number): TransferView {
    const { verb, direction, pathname, totalBytes } = this.plan;
    const bytes = this.#bytes;
    const forMs = Math.round(nowMs - this.#startedMs);
    const bytesPerSecond = this.#meter.look(bytes, nowMs);
    return { kind: "transfer", verb, direction, path: pathname, bytes, totalBytes, bytesPerSecond, forMs };
  }

  limitsChanged(): void {
    this.plan.pace?.refresh();
  }

  /** Breaks it off by closing its data connection; `done` brings the 426. */
  abort(reason: string): void {
    this.#abortReason ??= reason;
    this.#stall.stop();
    this.#ending.abort();
    if ("source" in this.plan.storage) this.plan.storage.source.stop?.();
    this.plan.data.close();
    this.#givingUp.begin();
  }

  /**
   * The client has left. An upload whose data connection had ended in order before is complete; everything
   * else is cut off.
   */
  clientLeft(reason: string): void {
    // Only the disk decides now, and it may hang.
    if (this.#hasAll) this.#givingUp.begin();
    else this.abort(reason);
  }

  async #run(): Promise<JobResult> {
    try {
      await this.#move();
      return this.#outcome(reply(226, `Transfer complete (${this.#bytes} bytes)`), {});
    } catch (error) {
      return this.#failed(error);
    } finally {
      this.plan.data.close();
    }
  }

  async #move(): Promise<void> {
    const { storage, stages, stallTimeoutMs, buffers, carrier, chunkBytes } = this.plan;
    const connection = await orRelease(storage, () => this.plan.data.open());
    this.#stall.start(this.#heldMark ? HELD_MS : stallTimeoutMs);
    try {
      const { signal } = this.#ending;
      const run = (source: ByteSource, sink: ByteSink): Promise<void> =>
        move(source, sink, { stages: stages(signal), buffers, carrier, chunkBytes, signal });
      if ("sink" in storage) {
        try {
          await orRelease(storage, () => run(this.#sourceOf(connection), storage.sink));
        } finally {
          // Under TLS the peer waits for our closing alert; without it some clients take the upload for
          // failed.
          if (this.#hasAll) await connection.end().catch(() => {});
        }
        await this.#complete(storage);
      } else {
        await orRelease(storage, () => run(storage.source, this.#sinkOf(connection)));
        await connection.end();
      }
    } finally {
      this.#stall[Symbol.dispose]();
      connection.close();
    }
  }

  /** The end of an upload whose data connection has ended in order. */
  async #complete(
    { sink, expectedBytes = 0 }: Extract<TransferStorage, { sink: unknown }>,
  ): Promise<void> {
    if (this.#bytes < expectedBytes) {
      this.#abortReason ??= `only ${this.#bytes} of ${expectedBytes} announced bytes came`;
    }
    if (this.#abortReason === undefined) return await sink.close();
    await sink.abort();
    throw new Error(this.#abortReason);
  }

  #sourceOf(connection: Connection): ByteSource {
    return {
      read: (buffer) =>
        this.#read(connection, buffer).then((length) => {
          if (length === null) this.#hasAll = true;
          else this.#progress(length);
          return length;
        }),
      socket: this.#socketOf(connection),
      // What has ended in order is ours to end in order too.
      close: () => this.#hasAll ? undefined : connection.close(),
    };
  }

  #sinkOf(connection: Connection): ByteSink {
    return {
      write: (bytes) => this.#write(connection, bytes),
      socket: this.#socketOf(connection),
      close: () => connection.end(),
      abort: () => connection.close(),
    };
  }

  #read(connection: Connection, buffer: Uint8Array): Promise<number | null> {
    const { pace } = this.plan;
    return pace?.isLimited
      ? pacedRead(connection, buffer, { pace, signal: this.#ending.signal })
      : connection.read(buffer);
  }

  #write(connection: Connection, bytes: Uint8Array): Promise<void> | void {
    const { pace } = this.plan;
    if (!pace?.isLimited) return writeAll(connection, bytes, this.#progress);
    return pacedWrite(connection, bytes, { pace, signal: this.#ending.signal, progress: this.#progress });
  }

  /** What has a limit nobody else may move, also not what he has begun. */
  #socketOf(connection: Connection): SocketEnd {
    const { pace } = this.plan;
    return {
      lend: () => pace?.isLimited ? undefined : connection.lend?.(),
      moved: this.#progress,
      recall: pace?.limited,
    };
  }

  /** Nothing has moved for a while: for a moment only, while the mark is held. */
  #stalled(): void {
    const held = this.#heldMark;
    if (!held) return this.abort("no data moved for too long");
    this.#heldMark = undefined;
    void held.send();
    this.#linger();
    this.#stall.start(this.plan.stallTimeoutMs);
  }

  readonly #progress = (bytes: number): void => {
    this.#bytes += bytes;
    this.plan.traffic.passed(bytes, this.plan.direction);
    this.#stall.touch();
  };

  #givenUp(work: Promise<JobResult>): JobResult {
    const failure = `the storage does not answer; ${this.#abortReason ?? "the client left"}`;
    const error = new StorageError(
      "unavailable",
      `Cannot end ${this.plan.verb} ${this.plan.path}: ${failure}`,
    );
    return { ...this.#outcome(GIVEN_UP, { failure, error }), leftBehind: work };
  }

  #failed(error: unknown): JobResult {
    if (this.#abortReason !== undefined) {
      return this.#outcome(reply(426, `Transfer aborted: ${this.#abortReason}`), {
        failure: this.#abortReason,
      });
    }
    if (error instanceof CutOffError) {
      return this.#outcome(reply(426, `Transfer aborted: ${error.message}`), { failure: error.message });
    }
    if (error instanceof StorageError) {
      return this.#outcome(interruptionOf(error), { failure: error.message, error });
    }
    const refusal = refusalOf(error);
    if (refusal) return this.#outcome(refusal, { failure: refusal.lines[0] });
    return this.#outcome(reply(426, "Transfer aborted: data connection broken"), {
      failure: "data connection broken",
    });
  }

  /** `failure` says why it is not complete, `error` what went wrong on our side. */
  #outcome(reply: Reply, { failure, error }: { failure?: string; error?: unknown }): JobResult {
    const seconds = (performance.now() - this.#startedMs) / 1000;
    const { verb, direction, path, pathname: clientPath, type } = this.plan;
    const bytes = this.#bytes;
    const complete = failure === undefined;
    const events = (session: SessionLabel): ServerEvent[] => {
      const record: ServerEvent = {
        kind: "transfer",
        session,
        verb,
        direction,
        path,
        clientPath,
        type,
        bytes,
        seconds,
        complete,
        reason: failure,
      };
      return error === undefined ? [record] : [record, ...failureEvents(error, session)];
    };
    return { reply, mark: this.#heldMark?.reply, events };
  }
}

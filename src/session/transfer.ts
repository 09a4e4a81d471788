/** A transfer: bytes from storage to the data connection or back, and the one reply that ends it. RFC 959 §3.3, §5.4. */

import type { TransferDirection } from "../limits/rate_limits.ts";
import type { Connection } from "../net/connection.ts";
import { readableOf, writableOf } from "../net/connection_streams.ts";
import { CutOffError } from "../net/tls.ts";
import { type Reply, reply } from "../protocol/reply.ts";
import { StorageError } from "../storage/storage.ts";
import type { DataConnection } from "./data_connection.ts";
import { interruptionOf, refusalOf } from "./refusal.ts";

type Stage = TransformStream<Uint8Array, Uint8Array>;

/** What is to be moved, and how. Everything that can be refused has been checked. */
export interface TransferPlan {
  /** The command, such as `RETR`. */
  readonly verb: string;
  readonly direction: TransferDirection | "listing";
  /** The place on the server's disk, for the log. */
  readonly path: string;
  /** The representation type that the client asked for. */
  readonly type: "ascii" | "image";
  readonly data: DataConnection;
  /** Where the bytes come from or go to. */
  readonly storage: { readonly source: ReadableStream<Uint8Array> } | {
    readonly sink: WritableStream<Uint8Array>;
    /** Fewer bytes than these, announced by ALLO, mean that the upload was cut off. */
    readonly expectedBytes?: number;
  };
  /** What the bytes pass on their way, in that order. */
  readonly stages: (signal: AbortSignal) => Stage[];
  /** The largest piece to read from the network at once, bytes. */
  readonly chunkBytes: number;
  /** How long nothing may move, milliseconds. */
  readonly stallTimeoutMs: number;
}

/** How a transfer ended. */
export interface TransferOutcome {
  readonly reply: Reply;
  /** Bytes that crossed the data connection. */
  readonly bytes: number;
  readonly seconds: number;
  /** Why it is not complete; undefined when it is. */
  readonly failure: string | undefined;
  /** What went wrong on our side, for the log. */
  readonly error?: unknown;
}

/** One running transfer. It starts when it is made; its data connection, files and timers are gone when `done` resolves. */
export class Transfer {
  readonly plan: TransferPlan;
  /** Resolves when it has ended, in whatever way; never rejects. */
  readonly done: Promise<TransferOutcome>;
  readonly #startedMs = performance.now();
  readonly #ending = new AbortController();
  #bytes = 0;
  #progressMs = this.#startedMs;
  #abortReason: string | undefined;

  constructor(plan: TransferPlan) {
    this.plan = plan;
    this.done = this.#run();
  }

  /** Bytes that crossed the data connection so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Breaks it off by closing its data connection; `done` brings the 426. */
  abort(reason: string): void {
    this.#abortReason ??= reason;
    this.#ending.abort();
    this.plan.data.close();
  }

  async #run(): Promise<TransferOutcome> {
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
    const { storage, stages, stallTimeoutMs } = this.plan;
    let connection: Connection;
    try {
      connection = await this.plan.data.open();
    } catch (error) {
      await ("sink" in storage ? storage.sink.abort(error) : storage.source.cancel(error)).catch(() => {});
      throw error;
    }
    this.#progressMs = performance.now();
    const watch = setInterval(() => this.#checkProgress(), stallTimeoutMs / 4);
    try {
      const passing = stages(this.#ending.signal);
      if ("sink" in storage) await this.#receive(connection, storage, passing);
      else {await through(storage.source, passing).pipeTo(
          writableOf(connection, { progress: this.#progress }),
        );}
    } finally {
      clearInterval(watch);
      connection.close();
    }
  }

  async #receive(
    connection: Connection,
    { sink, expectedBytes = 0 }: { sink: WritableStream<Uint8Array>; expectedBytes?: number },
    passing: Stage[],
  ): Promise<void> {
    const received = readableOf(connection, { chunkBytes: this.plan.chunkBytes, progress: this.#progress });
    await through(received, passing).pipeTo(sink, { preventClose: true });
    // Under TLS the peer waits for our closing alert; without it some clients take the upload for failed.
    await connection.finish().catch(() => {});
    if (this.#bytes < expectedBytes) {
      this.#abortReason ??= `only ${this.#bytes} of ${expectedBytes} announced bytes came`;
    }
    if (this.#abortReason === undefined) return await sink.close();
    await sink.abort();
    throw new Error(this.#abortReason);
  }

  readonly #progress = (bytes: number): void => {
    this.#bytes += bytes;
    this.#progressMs = performance.now();
  };

  #checkProgress(): void {
    if (performance.now() - this.#progressMs >= this.plan.stallTimeoutMs) {
      this.abort("no data moved for too long");
    }
  }

  #failed(error: unknown): TransferOutcome {
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

  #outcome(reply: Reply, { failure, error }: { failure?: string; error?: unknown }): TransferOutcome {
    const seconds = (performance.now() - this.#startedMs) / 1000;
    return { reply, bytes: this.#bytes, seconds, failure, error };
  }
}

function through(source: ReadableStream<Uint8Array>, stages: Stage[]): ReadableStream<Uint8Array> {
  return stages.reduce((stream, stage) => stream.pipeThrough(stage), source);
}

/** The plan of a transfer: what is to be moved, from where to where, and how. */

import type { Carrier } from "../bytes/carrier.ts";
import type { ByteSink, ByteSource } from "../bytes/ends.ts";
import type { Stage } from "../bytes/move.ts";
import type { TransferDirection } from "../limits/rate_limits.ts";
import type { BufferPool } from "../limits/buffer_pool.ts";
import type { Deadlines } from "../limits/deadlines.ts";
import type { Pace } from "../limits/pace.ts";
import type { Traffic } from "../limits/traffic.ts";
import type { VirtualPath } from "../protocol/pathname.ts";
import type { Reply } from "../protocol/reply.ts";
import type { DataConnection } from "./data_connection.ts";

/** The storage's end of a transfer. */
export type TransferStorage = { readonly source: ByteSource } | {
  readonly sink: ByteSink;
  /** Fewer bytes than these, announced by ALLO, mean that the upload was cut off. */
  readonly expectedBytes?: number;
};

/** Gives back what was opened for a transfer that does not come about. */
export async function release(storage: TransferStorage): Promise<void> {
  await ("sink" in storage ? storage.sink.abort() : storage.source.close());
}

/** A mark that is sent with the reply, or by itself when the transfer takes longer than a moment. */
export interface HeldMark {
  readonly reply: Reply;
  /** Sends it; never rejects. */
  readonly send: () => Promise<void>;
}

/** What is to be moved, and how. Everything that can be refused has been checked. */
export interface TransferPlan {
  /** The command, such as `RETR`. */
  readonly verb: string;
  readonly direction: TransferDirection | "listing";
  /** The place on the server's disk, for the log. */
  readonly path: string;
  /** The path as the client sees it. */
  readonly pathname: VirtualPath;
  /** How many bytes will cross the data connection, where that is known. */
  readonly totalBytes?: number;
  /** The representation type that the client asked for. */
  readonly type: "ascii" | "image";
  readonly data: DataConnection;
  /** The mark, where it has not been sent yet. */
  readonly heldMark?: HeldMark;
  /** Where the bytes come from or go to. */
  readonly storage: TransferStorage;
  /** What the bytes pass on their way, in that order. */
  readonly stages: (signal: AbortSignal) => Stage[];
  /** How fast they may cross the data connection; as fast as they can by default. */
  readonly pace?: Pace;
  /** Counts what crosses the data connection. */
  readonly traffic: Traffic;
  /** Memory for a transfer without stages. */
  readonly buffers: BufferPool;
  /** Takes large transfers without stages over, where it can. */
  readonly carrier?: Carrier;
  /** The largest piece to read at once where there are stages, bytes. */
  readonly chunkBytes?: number;
  /** Where it watches that something moves. */
  readonly deadlines: Deadlines;
  /** How long nothing may move, milliseconds. */
  readonly stallTimeoutMs: number;
  /** How long the storage may take to stop, milliseconds. */
  readonly giveUpMs: number;
}

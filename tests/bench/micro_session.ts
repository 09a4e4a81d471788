/** Commands and transfers as a session runs them, with nothing at the other end of the wire. */

import type { ByteSource } from "../../src/bytes/ends.ts";
import { BufferPool } from "../../src/limits/buffer_pool.ts";
import { Counter } from "../../src/limits/counter.ts";
import { Deadlines } from "../../src/limits/deadlines.ts";
import { RateLimits } from "../../src/limits/rate_limits.ts";
import { ThrottleStream } from "../../src/limits/throttle_stream.ts";
import { TokenBucket } from "../../src/limits/token_bucket.ts";
import { Traffic } from "../../src/limits/traffic.ts";
import type { Connection } from "../../src/net/connection.ts";
import { AsciiEncoderStream } from "../../src/protocol/ascii.ts";
import { TakeStream } from "../../src/protocol/byte_range.ts";
import { plainOptions } from "../../src/options/plain_options.ts";
import { sessionOptionsOf } from "../../src/session/session_options.ts";
import { LIST, MLSD } from "../../src/session/commands/listing.ts";
import { ControlConnection } from "../../src/session/control_connection.ts";
import type { DataConnection } from "../../src/session/data_connection.ts";
import type { Job } from "../../src/session/job.ts";
import { Session } from "../../src/session/session.ts";
import type { SessionServices } from "../../src/session/session_services.ts";
import { ROOT } from "../../src/protocol/pathname.ts";
import { Transfer } from "../../src/session/transfer.ts";
import { FileSystem } from "../../src/storage/file_system.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { ALL_LETTERS, permissionsOf } from "../support/server.ts";

const COMMANDS = { LIST, MLSD } as const;
const END = { hostname: "127.0.0.1", port: 1 } as const;
const CHUNK_BYTES = 256 * 1024;

/** What a transfer passes. */
export type Stages = "none" | "throttle" | "ascii" | "three";

/** A connection whose peer takes everything at once and counts it. */
class Nowhere implements Connection {
  readonly local = END;
  readonly remote = END;
  bytes = 0;

  read(): Promise<null> {
    return Promise.resolve(null);
  }

  write(bytes: Uint8Array): Promise<number> {
    this.bytes += bytes.length;
    return Promise.resolve(bytes.length);
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }

  end(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {}

  [Symbol.dispose](): void {}
}

function dataTo(connection: Connection): DataConnection {
  return { description: "nowhere", open: () => Promise.resolve(connection), close() {} };
}

const buffers = new BufferPool({ budgetBytes: 64 * 1024 * 1024 });
const deadlines = new Deadlines();
/** Only what a listing asks for. */
const services = {
  options: sessionOptionsOf(plainOptions(), { hasCertificate: false }),
  buffers,
  deadlines,
  rateLimits: new RateLimits({}),
  transfers: new Counter(),
  office: { report() {}, door: { loggedIn() {} }, traffic: new Traffic() },
} as unknown as SessionServices;

/** Runs the command on the root to its end; gives the bytes that it sent. */
export async function list(verb: "LIST" | "MLSD", storage: Storage): Promise<number> {
  const user = { name: "bench", password: "", home: "/", permissions: permissionsOf(ALL_LETTERS) };
  const session = new Session(new ControlConnection(new Nowhere()), services);
  session.logIn({ user, seat: { [Symbol.dispose]() {} } }, new FileSystem(user, storage));
  const wire = new Nowhere();
  session.prepareData(dataTo(wire));
  await complete(await COMMANDS[verb].run(session, "") as Job);
  await session.close();
  return wire.bytes;
}

/** Lines of 64 bytes, for ASCII to have something to do. */
const content = new Uint8Array(1024 * 1024).map((_, at) => at % 64 === 63 ? 0x0a : 0x61);

/** Moves so many bytes from memory to nowhere; gives their number. */
export async function move(stages: Stages, size: number): Promise<number> {
  let left = size;
  const source: ByteSource = {
    read(buffer) {
      const length = Math.min(left, buffer.length, content.length);
      buffer.set(length === content.length ? content : content.subarray(0, length));
      left -= length;
      return Promise.resolve(length === 0 ? null : length);
    },
    close() {},
  };
  await complete(
    new Transfer({
      verb: "RETR",
      direction: "download",
      path: "/file",
      pathname: ROOT,
      type: stages === "none" || stages === "throttle" ? "image" : "ascii",
      data: dataTo(new Nowhere()),
      storage: { source },
      stages: (signal) => stagesOf(stages, { signal, size }),
      traffic: new Traffic(),
      buffers,
      chunkBytes: CHUNK_BYTES,
      deadlines,
      stallTimeoutMs: 60_000,
      giveUpMs: 10_000,
    }),
  );
  return size;
}

function stagesOf(
  stages: Stages,
  { signal, size }: { signal: AbortSignal; size: number },
): TransformStream<Uint8Array, Uint8Array>[] {
  const throttle = (): ThrottleStream =>
    new ThrottleStream({ buckets: [new TokenBucket({ bytesPerSecond: 1e15 })], signal });
  if (stages === "none") return [];
  if (stages === "throttle") return [throttle()];
  if (stages === "ascii") return [new AsciiEncoderStream()];
  return [new TakeStream(size), new AsciiEncoderStream(), throttle()];
}

/** @throws {Error} when it ends with anything but success. */
async function complete(job: Job): Promise<void> {
  const outcome = await job.done;
  if ("next" in outcome) return await complete(outcome.next);
  const { reply } = outcome;
  if (reply.code !== 226) throw new Error(`Cannot measure: the transfer ended with ${reply.code}`);
}

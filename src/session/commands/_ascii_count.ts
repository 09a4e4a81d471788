/** Counting the octets of a file in ASCII, for SIZE and REST. RFC 3659 §4, §5.3. */

import type { ByteSource } from "../../bytes/ends.ts";
import { move } from "../../bytes/move.ts";
import type { HashSeat } from "../../limits/hash_limits.ts";
import { ThrottleStream } from "../../limits/throttle_stream.ts";
import { AsciiEncoderStream } from "../../protocol/ascii.ts";
import { type Reply, reply, ReplyError } from "../../protocol/reply.ts";
import type { Job, JobWork } from "../job.ts";
import type { Session } from "../session.ts";

/** A count reads the file, so it goes up to this many bytes only (RFC 3659 §4.2 allows to refuse). */
export const MAX_COUNTED_BYTES = 16 * 1024 * 1024;

/**
 * Counts the octets that a file is in ASCII, in a job that has a seat among the hashes: it costs what they
 * cost.
 *
 * @param source The file; it is closed.
 * @param then Gets the number, and gives the reply or the job that brings it.
 * @throws {ReplyError} 450 when all seats are taken.
 */
export async function asciiCount(
  session: Session,
  source: ByteSource,
  then: (octets: number) => Promise<Reply | Job>,
): Promise<Job> {
  const seat = session.services.hashLimits.take();
  if (!seat) {
    await source.close();
    throw new ReplyError(reply(450, "Too many files are being counted, try again later"));
  }
  return session.beginJob({
    status: (octets) => `Count of a file in ASCII running: ${octets} octets so far`,
    run: async (work) => {
      await count(source, { seat, work });
      return await then(work.steps);
    },
  });
}

async function count(
  source: ByteSource,
  { seat, work: { signal, progress, buffers } }: { seat: HashSeat; work: JobWork },
): Promise<void> {
  using _seat = seat;
  const throttle = seat.buckets.map((bucket) => new ThrottleStream({ buckets: [bucket], signal }));
  const sink = { write: (bytes: Uint8Array) => progress(bytes.length), close: () => {}, abort: () => {} };
  await move(source, sink, { stages: [...throttle, new AsciiEncoderStream()], buffers, signal });
}

/** Hashes of files: HASH, and the commands from before it. draft-bryan-ftpext-hash. */

import { type ByteSource, counted } from "../../bytes/ends.ts";
import { CHUNK_BYTES, move } from "../../bytes/move.ts";
import { ThrottleStream } from "../../limits/throttle_stream.ts";
import { type ByteRange, TakeStream } from "../../protocol/byte_range.ts";
import type { VirtualPath } from "../../protocol/pathname.ts";
import { parsePathWithRange, type PathWithRange } from "../../protocol/quoted_paths.ts";
import { type Reply, reply, ReplyError } from "../../protocol/reply.ts";
import { StorageError } from "../../storage/storage.ts";
import type { Command } from "../command.ts";
import { HASH_NAMES, type HashName, hashSink } from "../file_hash.ts";
import type { Job } from "../job.ts";
import type { Session } from "../session.ts";

/** `HASH pathname`: the hash of a file, or of the range that RANG named. draft-bryan-ftpext-hash §3. */
export const HASH: Command = {
  verb: "HASH",
  argument: "required",
  login: true,
  refusesNames: true,
  rfc: "draft-bryan-ftpext-hash §3",
  syntax: "HASH <SP> pathname",
  feature: ({ parameters: { hash } }) =>
    `HASH ${HASH_NAMES.map((name) => `${name}${name === hash ? "*" : ""};`).join("")}`,
  async run(session, argument) {
    const path = session.resolve(argument);
    const wanted = session.byteRange.take();
    const { hash: name } = session.parameters;
    const size = await sizeOf(session, path);
    const range = wanted ? within(wanted, size) : { start: 0, end: Math.max(0, size - 1) };
    const part = { start: range.start, end: Math.min(range.end + 1, size) };
    return compute(session, path, {
      name,
      part,
      // The draft's own order: algorithm, first and last octet, hash, path.
      answer: (hash) => reply(213, `${name} ${range.start}-${range.end} ${hash} ${argument}`),
    });
  },
};

/** `XCRC pathname [start [end]]`: CRC-32. Practice. */
export const XCRC: Command = named("XCRC", "CRC32");
/** `XMD5 pathname [start [end]]`. Practice. */
export const XMD5: Command = named("XMD5", "MD5");
/** `XSHA1 pathname [start [end]]`. Practice. */
export const XSHA1: Command = named("XSHA1", "SHA-1", ["XSHA"]);
/** `XSHA256 pathname [start [end]]`. Practice. */
export const XSHA256: Command = named("XSHA256", "SHA-256");
/** `XSHA512 pathname [start [end]]`. Practice. */
export const XSHA512: Command = named("XSHA512", "SHA-512");

/** The half-open range of octets to read. */
interface Part {
  readonly start: number;
  readonly end: number;
}

function named(verb: string, name: HashName, aliases: readonly string[] = []): Command {
  return {
    verb,
    aliases,
    argument: "required",
    login: true,
    refusesNames: true,
    rfc: "practice; draft-bryan-ftpext-hash Appendix B",
    syntax: `${verb} <SP> pathname [<SP> start [<SP> end]]`,
    feature: () => verb,
    async run(session, argument) {
      const { pathname, start, end } = await meant(session, argument);
      const path = session.resolve(pathname);
      const size = await sizeOf(session, path);
      const part = { start: start ?? 0, end: end ?? size };
      if (part.start > part.end || part.end > size) {
        throw new ReplyError(reply(550, `Bad range: the file has ${size} bytes`));
      }
      return compute(session, path, { name, part, answer: (hash) => reply(250, hash.toUpperCase()) });
    },
  };
}

/** Which reading of an argument names a file; the first one when none does, so that its refusal is told. */
async function meant(session: Session, argument: string): Promise<PathWithRange> {
  const readings = parsePathWithRange(argument);
  for (const reading of readings) {
    const entry = await session.files.stat(session.resolve(reading.pathname)).catch(ignoreMissing);
    if (entry) return reading;
  }
  return readings[0] ?? refuse(reply(501, "Bad argument: a path, then perhaps the first byte and the end"));
}

function ignoreMissing(error: unknown): undefined {
  if (!(error instanceof StorageError) || error.kind !== "not-found") throw error;
}

/** The size of a file that may be read: to know its hash is to know what is in it. */
async function sizeOf(session: Session, path: VirtualPath): Promise<number> {
  await session.files.require("r", path);
  const { type, size } = await session.files.stat(path);
  if (type === "directory") return refuse(reply(553, "A directory has no hash"));
  return size;
}

function within({ start, end }: ByteRange, size: number): ByteRange {
  if (start >= size) return refuse(reply(554, `Bad range: the file has ${size} bytes`));
  return { start, end: Math.min(end, size - 1) };
}

async function compute(
  session: Session,
  path: VirtualPath,
  { name, part, answer }: { name: HashName; part: Part; answer: (hash: string) => Reply },
): Promise<Job> {
  const seat = session.services.hashLimits.take();
  if (!seat) return refuse(reply(450, "Too many hashes are being computed, try again later"));
  let source: ByteSource;
  try {
    ({ source } = await session.files.openRead(path, { offset: part.start }));
  } catch (error) {
    seat[Symbol.dispose]();
    throw error;
  }
  const length = part.end - part.start;
  return session.beginJob({
    status: (bytes) => `${name} of a file running: ${bytes} of ${length} bytes so far`,
    run: async ({ signal, progress, buffers }) => {
      using _seat = seat;
      const sink = await hashSink(name);
      const throttle = seat.buckets.map((bucket) => new ThrottleStream({ buckets: [bucket], signal }));
      await move(counted(source, progress), sink, {
        stages: [new TakeStream(length), ...throttle],
        buffers,
        chunkBytes: Math.min(...[CHUNK_BYTES, ...seat.buckets.map(({ sliceBytes }) => sliceBytes)]),
        signal,
      });
      return answer(sink.digest());
    },
  });
}

function refuse(refusal: Reply): never {
  throw new ReplyError(refusal);
}

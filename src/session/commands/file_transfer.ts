/** File transfers: RETR, STOR, APPE, STOU, and what announces or ends them. RFC 959 §4.1.3, RFC 3659 §5. */

import type { ByteSource } from "../../bytes/ends.ts";
import type { Stage } from "../../bytes/move.ts";
import { AsciiDecoderStream, AsciiEncoderStream, SkipStream } from "../../protocol/ascii.ts";
import { type ByteRange, TakeStream } from "../../protocol/byte_range.ts";
import { nameOf, type VirtualPath } from "../../protocol/pathname.ts";
import { type Reply, reply, ReplyError } from "../../protocol/reply.ts";
import { ThrottleStream } from "../../limits/throttle_stream.ts";
import type { TokenBucket } from "../../limits/token_bucket.ts";
import type { TransferDirection } from "../../limits/rate_limits.ts";
import { StorageError, type WriteMode } from "../../storage/storage.ts";
import type { Command } from "../command.ts";
import { inboundStages, outboundStages } from "../compression.ts";
import type { Session } from "../session.ts";
import { requireProtection } from "../tls_guard.ts";
import type { Transfer } from "../transfer.ts";
import { asciiCount, MAX_COUNTED_BYTES } from "./_ascii_count.ts";

/** `RETR pathname`: sends a file. RFC 959 §4.1.3. */
export const RETR: Command = {
  verb: "RETR",
  argument: "required",
  login: true,
  rfc: "RFC 959 §4.1.3",
  syntax: "RETR <SP> pathname",
  deviation: "after REST in ASCII the first 16 MiB of octets can be skipped: to find a place takes a count",
  async run(session, argument) {
    requireProtection(session);
    const path = session.resolve(argument);
    const range = takeRange(session);
    const offset = range?.start ?? session.restartOffset.take() ?? 0;
    if (session.parameters.type !== "ascii") return await startImage(session, path, { range, offset });
    // An ASCII restart offset counts converted octets, so the file is converted from its start.
    const { size, source } = await session.files.openRead(path, { offset: 0 });
    if (offset <= size || offset > MAX_COUNTED_BYTES) {
      if (offset > MAX_COUNTED_BYTES) {
        await source.close();
        throw beyondAscii(offset);
      }
      return await startAscii(session, path, { offset, source });
    }
    // How long a file is as ASCII only a count tells; it has as many octets as on the disk at least.
    return asciiCount(session, source, async (length) => {
      if (offset > length) throw beyondAscii(offset);
      const { source } = await session.files.openRead(path, { offset: 0 });
      return await startAscii(session, path, { offset, source });
    });
  },
};

function beyondAscii(offset: number): StorageError {
  return new StorageError("out-of-range", `Cannot send at octet ${offset} in ASCII`);
}

/**
 * The range that RANG left.
 *
 * @throws {ReplyError} 551 where it would mean nothing: octets are counted in the plain image of a file
 *   (draft-bryan-ftp-range §5).
 */
function takeRange(session: Session): ByteRange | undefined {
  const range = session.byteRange.take();
  if (range && (session.parameters.type === "ascii" || session.parameters.mode !== "stream")) {
    throw new ReplyError(reply(551, "RANG needs TYPE I and MODE S"));
  }
  return range;
}

async function startImage(
  session: Session,
  path: VirtualPath,
  { range, offset }: { range: ByteRange | undefined; offset: number },
): Promise<Transfer> {
  const { size, source } = await openPart(session, path, { range, offset });
  return await startDownload(session, path, {
    type: "image",
    source,
    mark: reply(150, `Opening BINARY mode data connection (${size} bytes)`),
    stages: range ? [new TakeStream(range.end - range.start + 1)] : [],
  });
}

function startAscii(
  session: Session,
  path: VirtualPath,
  { offset, source }: { offset: number; source: ByteSource },
): Promise<Transfer> {
  return startDownload(session, path, {
    type: "ascii",
    source,
    mark: reply(150, "Opening ASCII mode data connection"),
    stages: [new AsciiEncoderStream(), new SkipStream(offset)],
  });
}

async function startDownload(
  session: Session,
  path: VirtualPath,
  { type, source, mark, stages }: {
    readonly type: "ascii" | "image";
    readonly source: ByteSource;
    readonly mark: Reply;
    readonly stages: readonly Stage[];
  },
): Promise<Transfer> {
  if (!session.data) {
    await source.close();
    session.requireData();
  }
  const buckets = bucketsOf(session, "download");
  return await session.startTransfer(mark, {
    verb: "RETR",
    direction: "download",
    path: session.files.locate(path),
    type,
    storage: { source },
    chunkBytes: chunkBytesFor(buckets),
    stages: (signal) => [
      ...stages,
      ...outboundStages(session.parameters),
      ...buckets.length > 0 ? [new ThrottleStream({ buckets, signal })] : [],
    ],
  });
}

/**
 * Opens a file at an offset, and tells how many bytes there are from there. A range behind the end has none
 * (draft-bryan-ftp-range §4.3).
 */
async function openPart(
  session: Session,
  path: VirtualPath,
  { range, offset }: { range: ByteRange | undefined; offset: number },
): Promise<{ size: number; source: ByteSource }> {
  if (!range) {
    const { size, source } = await session.files.openRead(path, { offset });
    return { size: size - offset, source };
  }
  const { size } = await session.files.stat(path);
  const start = Math.min(range.start, size);
  const { source } = await session.files.openRead(path, { offset: start });
  return { size: Math.min(range.end + 1, size) - start, source };
}

/** `STOR pathname`: takes a file, or with REST a part of one. RFC 959 §4.1.3, RFC 3659 §5.3. */
export const STOR: Command = {
  verb: "STOR",
  argument: "required",
  login: true,
  refusesNames: true,
  rfc: "RFC 959 §4.1.3",
  syntax: "STOR <SP> pathname",
  async run(session, argument) {
    const announcedBytes = session.allocatedBytes.take();
    const path = session.resolve(argument);
    const mode = modeAfterRestart(session) ?? { kind: "replace" };
    return await upload(session, { verb: "STOR", path, mode, announcedBytes });
  },
};

/** `APPE pathname`: extends a file; after REST it is STOR (RFC 3659 §5.3). RFC 959 §4.1.3. */
export const APPE: Command = {
  verb: "APPE",
  argument: "required",
  login: true,
  refusesNames: true,
  rfc: "RFC 959 §4.1.3",
  syntax: "APPE <SP> pathname",
  async run(session, argument) {
    const announcedBytes = session.allocatedBytes.take();
    const path = session.resolve(argument);
    const told = session.toldPart.take();
    // Where it is refused, it holds for the next try.
    if (told) session.toldPart.set(told);
    const partBytes = told?.path === path ? told.bytes : undefined;
    const mode = modeAfterRestart(session) ?? { kind: "append", partBytes };
    return await upload(session, { verb: "APPE", path, mode, announcedBytes });
  },
};

/** How many names STOU tries before it gives up. */
const UNIQUE_TRIES = 1000;

/** `STOU [pathname]`: takes a file under a name that is not in use. RFC 959 §4.1.3, RFC 1123 §4.1.2.9. */
export const STOU: Command = {
  verb: "STOU",
  argument: "optional",
  login: true,
  refusesNames: true,
  rfc: "RFC 959 §4.1.3",
  syntax: "STOU [<SP> pathname]",
  async run(session, argument) {
    const announcedBytes = session.allocatedBytes.take();
    if (session.restartOffset.take()) return reply(450, "STOU cannot follow REST");
    refuseRange(session);
    const wanted = argument === "" ? "upload" : argument;
    for (let tries = 0; tries < UNIQUE_TRIES; tries++) {
      const path = session.resolve(tries === 0 ? wanted : `${wanted}.${tries}`);
      try {
        return await upload(session, { verb: "STOU", path, mode: { kind: "create" }, announcedBytes });
      } catch (error) {
        const isTaken = error instanceof StorageError && (error.kind === "exists" || error.kind === "busy");
        if (!isTaken) throw error;
      }
    }
    return reply(450, "No unique name found");
  },
};

/** `ALLO size [R record]`: announces the size of the next upload. RFC 959 §4.1.3. */
export const ALLO: Command = {
  verb: "ALLO",
  argument: "required",
  login: true,
  keepsRestart: true,
  rfc: "RFC 959 §4.1.3",
  syntax: "ALLO <SP> bytes [<SP> R <SP> bytes]",
  deviation:
    "200 instead of 202: nothing is reserved, but the size is checked, and some cameras stop at a 202",
  async run(session, argument) {
    const match = /^(\d+)(?: R \d+)?$/i.exec(argument);
    const bytes = Number(match?.[1]);
    if (!match || !Number.isSafeInteger(bytes)) return reply(501, "Bad ALLO: a number of bytes");
    const free = await session.files.freeBytes(session.workingDirectory);
    if (free !== undefined && bytes > free) return reply(552, "Not enough space on the server");
    session.allocatedBytes.set(bytes);
    return reply(200, "Size noted");
  },
};

/** `ABOR`: stops the transfer that runs. RFC 959 §4.1.3. */
export const ABOR: Command = {
  verb: "ABOR",
  argument: "none",
  login: true,
  anytime: true,
  rfc: "RFC 959 §4.1.3",
  syntax: "ABOR",
  async run(session) {
    session.running.job?.abort("the client sent ABOR");
    // Its own 426 goes first.
    await session.running.settle();
    session.dropData();
    return reply(226, "Nothing is being transferred any more");
  },
};

/** A range in the middle of a file would be a write without an end that says whether it is complete. */
function refuseRange(session: Session): void {
  if (session.byteRange.take()) throw new ReplyError(reply(554, "RANG is for RETR and HASH: use REST"));
}

function modeAfterRestart(session: Session): WriteMode | undefined {
  refuseRange(session);
  const offset = session.restartOffset.take();
  if (!offset) return undefined;
  if (session.parameters.type !== "ascii") return { kind: "resume", offset };
  // What is on the disk is not what was counted on the wire (RFC 3659 §5.3).
  throw new ReplyError(reply(554, "Uploads cannot be resumed in ASCII: use TYPE I"));
}

interface Upload {
  readonly verb: string;
  readonly path: VirtualPath;
  readonly mode: WriteMode;
  /** What ALLO said. */
  readonly announcedBytes: number | undefined;
}

/**
 * ALLO names the size of the whole file, of which a client that resumes sends the rest; what APPE extends it
 * does not know.
 */
function expectedBytes({ mode, announcedBytes }: Upload): number | undefined {
  if (announcedBytes === undefined || mode.kind === "append") return undefined;
  return mode.kind === "resume" ? announcedBytes - mode.offset : announcedBytes;
}

async function upload(session: Session, wanted: Upload): Promise<Transfer> {
  const { verb, path, mode } = wanted;
  await session.files.require(mode.kind === "append" ? "a" : "w", path);
  session.requireData();
  const isAscii = session.parameters.type === "ascii";
  const buckets = bucketsOf(session, "upload");
  const sink = await session.files.openWrite(path, mode);
  session.forgetPart(path);
  // ALLO counts the bytes of the file; how many come over the wire in MODE Z nobody knows, and zlib has an
  // end of its own.
  const expected = session.parameters.mode === "stream" ? expectedBytes(wanted) : undefined;
  // RFC 1123 §4.1.2.9 wants the text of the mark of STOU exactly so.
  const mark = verb === "STOU" ? reply(150, `FILE: ${nameOf(path)}`) : reply(150, "Ready to take the data");
  return await session.startTransfer(mark, {
    verb,
    direction: "upload",
    path: session.files.locate(path),
    type: isAscii ? "ascii" : "image",
    storage: { sink, expectedBytes: expected },
    chunkBytes: chunkBytesFor(buckets),
    stages: (signal) => [
      ...buckets.length > 0 ? [new ThrottleStream({ buckets, signal })] : [],
      ...inboundStages(session.parameters),
      ...isAscii ? [new AsciiDecoderStream()] : [],
    ],
  });
}

function bucketsOf(session: Session, direction: TransferDirection): TokenBucket[] {
  const { name, maxUpload: upload, maxDownload: download } = session.user!;
  return session.services.rateLimits.bucketsFor(direction, { name, rates: { upload, download } });
}

const CHUNK_BYTES = 256 * 1024;
const SMALLEST_CHUNK_BYTES = 1024;

/** A throttled transfer reads no more at once than it may soon pass on. */
function chunkBytesFor(buckets: readonly TokenBucket[]): number {
  const slice = Math.min(CHUNK_BYTES, ...buckets.map(({ sliceBytes }) => sliceBytes));
  return Math.max(SMALLEST_CHUNK_BYTES, slice);
}

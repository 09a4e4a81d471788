/** File transfers: RETR, STOR, APPE, STOU, and what prepares or ends them. RFC 959 §4.1.3, RFC 3659 §5. */

import { AsciiDecoderStream, AsciiEncoderStream, asciiLength, SkipStream } from "../../protocol/ascii.ts";
import { nameOf, type VirtualPath } from "../../protocol/pathname.ts";
import { reply, ReplyError } from "../../protocol/reply.ts";
import { ThrottleStream } from "../../limits/throttle_stream.ts";
import type { TokenBucket } from "../../limits/token_bucket.ts";
import type { TransferDirection } from "../../limits/rate_limits.ts";
import { StorageError, type WriteMode } from "../../storage/storage.ts";
import type { Command } from "../command.ts";
import type { Session } from "../session.ts";
import type { Transfer } from "../transfer.ts";

/** `RETR pathname`: sends a file. RFC 959 §4.1.3. */
export const RETR: Command = {
  verb: "RETR",
  argument: "required",
  login: true,
  rfc: "RFC 959 §4.1.3",
  syntax: "RETR <SP> pathname",
  async run(session, argument) {
    session.requireProtection();
    const path = session.resolve(argument);
    const offset = session.restartOffset.take() ?? 0;
    const isAscii = session.parameters.type === "ascii";
    if (isAscii && offset > 0) await refuseBeyondAscii(session, path, offset);
    const buckets = bucketsOf(session, "download");
    const chunkBytes = chunkBytesFor(session, buckets);
    // An ASCII restart offset counts converted octets, so the file is converted from its start.
    const { size, bytes } = await session.files.openRead(path, { offset: isAscii ? 0 : offset, chunkBytes });
    if (!session.data) {
      await bytes.cancel();
      session.requireData();
    }
    const mark = isAscii
      ? reply(150, "Opening ASCII mode data connection")
      : reply(150, `Opening BINARY mode data connection (${size - offset} bytes)`);
    return await session.startTransfer(mark, {
      verb: "RETR",
      direction: "download",
      path: session.files.locate(path),
      type: isAscii ? "ascii" : "image",
      storage: { source: bytes },
      chunkBytes,
      stages: (signal) => [
        ...isAscii ? [new AsciiEncoderStream(), new SkipStream(offset)] : [],
        ...buckets.length > 0 ? [new ThrottleStream({ buckets, signal })] : [],
      ],
    });
  },
};

/** `STOR pathname`: takes a file, or with REST a part of one. RFC 959 §4.1.3, RFC 3659 §5.3. */
export const STOR: Command = {
  verb: "STOR",
  argument: "required",
  login: true,
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
  rfc: "RFC 959 §4.1.3",
  syntax: "APPE <SP> pathname",
  async run(session, argument) {
    const announcedBytes = session.allocatedBytes.take();
    const path = session.resolve(argument);
    const mode = modeAfterRestart(session) ?? { kind: "append" };
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
  rfc: "RFC 959 §4.1.3",
  syntax: "STOU [<SP> pathname]",
  async run(session, argument) {
    const announcedBytes = session.allocatedBytes.take();
    if (session.restartOffset.take()) return reply(450, "STOU cannot follow REST");
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

/** `REST offset`: where the next transfer starts. RFC 3659 §5.3. */
export const REST: Command = {
  verb: "REST",
  argument: "required",
  login: true,
  keepsRestart: true,
  rfc: "RFC 3659 §5",
  syntax: "REST <SP> offset",
  deviation:
    "PASV, EPSV, PORT, EPRT, TYPE, ALLO and NOOP may stand between REST and its transfer, since clients send them there",
  feature: (session) => !session.user || session.files.capabilities.resume ? "REST STREAM" : undefined,
  run(session, argument) {
    session.restartOffset.drop();
    const offset = Number(argument);
    if (!/^\d+$/.test(argument) || !Number.isSafeInteger(offset)) {
      return Promise.resolve(reply(501, "Bad REST: a number of bytes, digits only"));
    }
    session.restartOffset.set(offset);
    return Promise.resolve(reply(350, `Next transfer starts at byte ${offset}`));
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
    session.transfer?.abort("the client sent ABOR");
    // The transfer's own 426 goes first.
    await session.settleTransfer();
    session.dropData();
    return reply(226, "Nothing is being transferred any more");
  },
};

/** How long a file is as ASCII only a count tells; it has as many octets as on the disk at least. */
async function refuseBeyondAscii(session: Session, path: VirtualPath, offset: number): Promise<void> {
  const chunkBytes = chunkBytesFor(session, []);
  const { size, bytes } = await session.files.openRead(path, { offset: 0, chunkBytes });
  if (offset <= size) return await bytes.cancel();
  const length = await asciiLength(bytes);
  if (offset > length) {
    throw new StorageError("out-of-range", `Cannot send at ${offset}: it has ${length} octets in ASCII`);
  }
}

function modeAfterRestart(session: Session): WriteMode | undefined {
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

/** ALLO names the size of the whole file, of which a client that resumes sends the rest; what APPE extends it does not know. */
function expectedBytes({ mode, announcedBytes }: Upload): number | undefined {
  if (announcedBytes === undefined || mode.kind === "append") return undefined;
  return mode.kind === "resume" ? announcedBytes - mode.offset : announcedBytes;
}

async function upload(session: Session, wanted: Upload): Promise<Transfer> {
  const { verb, path, mode } = wanted;
  session.files.require(mode.kind === "append" ? "a" : "w", path);
  session.requireData();
  const isAscii = session.parameters.type === "ascii";
  const buckets = bucketsOf(session, "upload");
  const sink = await session.files.openWrite(path, mode);
  // RFC 1123 §4.1.2.9 wants the text of the mark of STOU exactly so.
  const mark = verb === "STOU" ? reply(150, `FILE: ${nameOf(path)}`) : reply(150, "Ready to take the data");
  return await session.startTransfer(mark, {
    verb,
    direction: "upload",
    path: session.files.locate(path),
    type: isAscii ? "ascii" : "image",
    storage: { sink, expectedBytes: expectedBytes(wanted) },
    chunkBytes: chunkBytesFor(session, buckets),
    stages: (signal) => [
      ...buckets.length > 0 ? [new ThrottleStream({ buckets, signal })] : [],
      ...isAscii ? [new AsciiDecoderStream()] : [],
    ],
  });
}

function bucketsOf(session: Session, direction: TransferDirection): TokenBucket[] {
  const { name, maxUpload: upload, maxDownload: download } = session.user!;
  return session.services.rateLimits.bucketsFor(direction, { name, rates: { upload, download } });
}

const SMALLEST_CHUNK_BYTES = 1024;

/** A throttled transfer reads no more at once than it may soon pass on. */
function chunkBytesFor({ services }: Session, buckets: readonly TokenBucket[]): number {
  const slice = Math.min(services.chunkBudget.chunkBytes, ...buckets.map(({ sliceBytes }) => sliceBytes));
  return Math.max(SMALLEST_CHUNK_BYTES, slice);
}

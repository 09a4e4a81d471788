/** Downloads: RETR. RFC 959 §4.1.3, RFC 3659 §5. */

import type { ByteSource } from "../../bytes/ends.ts";
import type { Stage } from "../../bytes/move.ts";
import { AsciiEncoderStream, SkipStream } from "../../protocol/ascii.ts";
import { type ByteRange, TakeStream } from "../../protocol/byte_range.ts";
import type { VirtualPath } from "../../protocol/pathname.ts";
import { type Reply, reply, ReplyError } from "../../protocol/reply.ts";
import { StorageError } from "../../storage/storage.ts";
import type { Command } from "../command.ts";
import { outboundStages } from "../compression.ts";
import type { Session } from "../session.ts";
import { startTransfer } from "../start_transfer.ts";
import { requireProtection } from "../tls_guard.ts";
import type { Transfer } from "../transfer.ts";
import { asciiCount, MAX_COUNTED_BYTES } from "./_ascii_count.ts";
import { chunkBytesFor, paceOf } from "./_transfer_rate.ts";

/** What systems take for a new connection without waiting for its peer, and one read brings. */
const SMALL_BYTES = 8 * 1024;

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
    totalBytes: session.parameters.mode === "stream" ? size : undefined,
    isSmall: size <= SMALL_BYTES && !range,
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
  { type, source, mark, stages, totalBytes, isSmall = false }: {
    readonly type: "ascii" | "image";
    /** How many bytes will be sent, where that is known. */
    readonly totalBytes?: number;
    readonly source: ByteSource;
    readonly mark: Reply;
    readonly stages: readonly Stage[];
    readonly isSmall?: boolean;
  },
): Promise<Transfer> {
  if (!session.data) {
    await source.close();
    session.requireData();
  }
  const pace = paceOf(session, "download");
  return await startTransfer(session, mark, {
    verb: "RETR",
    direction: "download",
    path: session.files.locate(path),
    pathname: path,
    totalBytes,
    type,
    storage: { source },
    pace,
    chunkBytes: chunkBytesFor(pace),
    mayEndAtOnce: isSmall && !pace.isLimited,
    stages: () => [...stages, ...outboundStages(session.parameters)],
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

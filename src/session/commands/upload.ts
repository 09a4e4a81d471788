/** Uploads: STOR, APPE, STOU, and ALLO, which announces them. RFC 959 §4.1.3, RFC 3659 §5. */

import type { ByteSink } from "../../bytes/ends.ts";
import { AsciiDecoderStream } from "../../protocol/ascii.ts";
import { nameOf, type VirtualPath } from "../../protocol/pathname.ts";
import { type Reply, reply, ReplyError } from "../../protocol/reply.ts";
import { StorageError, type WriteMode } from "../../storage/storage.ts";
import type { Command } from "../command.ts";
import { inboundStages } from "../compression.ts";
import type { Job } from "../job.ts";
import type { Session } from "../session.ts";
import { startTransfer } from "../start_transfer.ts";
import type { Transfer } from "../transfer.ts";
import { askBefore } from "./_upload_question.ts";
import { chunkBytesFor, paceOf } from "./_transfer_rate.ts";

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
    return await ask(session, { verb: "STOR", path, mode, announcedBytes });
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
    return await ask(session, { verb: "APPE", path, mode, announcedBytes });
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
    const wanted = session.resolve(argument === "" ? "upload" : argument);
    return await askBefore(
      session,
      { verb: "STOU", path: wanted, mode: { kind: "create" } },
      () => uploadUnique(session, { wanted, announcedBytes }),
    );
  },
};

/** Takes the first name that is free: the wanted one, or that with a number behind it. */
async function uploadUnique(
  session: Session,
  { wanted, announcedBytes }: { wanted: VirtualPath; announcedBytes: number | undefined },
): Promise<Transfer | Reply> {
  for (let tries = 0; tries < UNIQUE_TRIES; tries++) {
    const path = tries === 0 ? wanted : session.resolve(`${wanted}.${tries}`);
    try {
      return await upload(session, { verb: "STOU", path, mode: { kind: "create" }, announcedBytes });
    } catch (error) {
      const isTaken = error instanceof StorageError && (error.kind === "exists" || error.kind === "busy");
      if (!isTaken) throw error;
    }
  }
  return reply(450, "No unique name found");
}

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
    if (!await mayFit(session, bytes)) return reply(552, "Not enough space on the server");
    session.allocatedBytes.set(bytes);
    return reply(200, "Size noted");
  },
};

/**
 * Whether there may be room for a file. What its sender goes on with is there already, and in a tree with
 * mounts nobody knows yet where it will go: such an upload is refused itself.
 */
async function mayFit(session: Session, bytes: number): Promise<boolean> {
  if (session.user?.mounts?.length) return true;
  const free = await session.files.freeBytes(session.workingDirectory);
  return free === undefined || bytes - heldBytes(session) <= free;
}

/**
 * What is held of the file that is to come, as far as the client has asked or told. SIZE leaves the last byte
 * of that out, so it is sent again.
 */
function heldBytes({ restartOffset, toldPart }: Session): number {
  const offset = restartOffset.take();
  if (offset !== undefined) restartOffset.set(offset);
  const told = toldPart.take();
  if (told) toldPart.set(told);
  const from = offset ?? told?.bytes ?? 0;
  return from > 0 ? from + 1 : 0;
}

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

/** Refuses before the mark what has no room. */
async function expectBytes(sink: ByteSink, wanted: Upload): Promise<void> {
  try {
    await sink.expect?.(expectedBytes(wanted) ?? 0);
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

/** An upload, behind the question whether it may be. */
function ask(session: Session, wanted: Upload): Promise<Reply | Job> {
  return askBefore(session, wanted, () => upload(session, wanted));
}

async function upload(session: Session, wanted: Upload): Promise<Transfer> {
  const { verb, path, mode } = wanted;
  await session.files.requireWrite(path, mode);
  session.requireData();
  const isAscii = session.parameters.type === "ascii";
  const pace = paceOf(session, "upload");
  const sink = await session.files.openWrite(path, mode);
  session.forgetPart(path);
  const place = sink.placed ?? path;
  // ALLO counts the bytes of the file; how many come over the wire in MODE Z nobody knows, and zlib has an
  // end of its own.
  const expected = session.parameters.mode === "stream" ? expectedBytes(wanted) : undefined;
  await expectBytes(sink, wanted);
  // RFC 1123 §4.1.2.9 wants the text of the mark of STOU exactly so.
  const mark = verb === "STOU" ? reply(150, `FILE: ${nameOf(place)}`) : reply(150, "Ready to take the data");
  return await startTransfer(session, mark, {
    verb,
    direction: "upload",
    path: session.files.locate(place),
    pathname: place,
    totalBytes: expected,
    type: isAscii ? "ascii" : "image",
    storage: { sink, expectedBytes: expected },
    pace,
    chunkBytes: chunkBytesFor(pace),
    stages: () => [
      ...inboundStages(session.parameters),
      ...isAscii ? [new AsciiDecoderStream()] : [],
    ],
  });
}

/** `HEAD`, `PATCH` and `DELETE` at the address of an upload. tus 1.0.0, Core Protocol, Termination. */

import type { VirtualPath } from "../protocol/pathname.ts";
import { isMissing, StorageError, type Taken, type WriteMode } from "../storage/storage.ts";
import { HttpError } from "./http_error.ts";
import { askBefore, contentLengthOf, receive } from "./incoming.ts";
import type { Conflict, TusUpload } from "./tus_id.ts";
import { bytesIn, type NamedUpload, notesOf, PIECE_TYPE, progressHeaders } from "./tus_protocol.ts";
import type { WebCall } from "./web_call.ts";

const TAKEN: Readonly<Record<Conflict, Taken>> = {
  "replace": "replaced",
  "keep-both": "beside",
  "fail": "refused",
};

/** How the bytes of an upload are written from an offset on. */
export function modeOf({ conflict }: TusUpload, offset: number): Extract<WriteMode, { kind: "part" }> {
  return { kind: "part", offset, taken: TAKEN[conflict] };
}

/** How far an upload is. */
interface Standing {
  /** The next byte that is to come. */
  readonly offset: number;
  readonly isDone: boolean;
  /** Where it lies, if it is done and that is to be told. */
  readonly placed?: VirtualPath | undefined;
}

/** `HEAD`: how much is held. */
export async function tellOffset(call: WebCall, upload: NamedUpload): Promise<Response> {
  const headers = progressHeaders(call, await standingOf(call, upload));
  headers.set("Upload-Length", String(upload.lengthBytes));
  headers.set("Upload-Metadata", metadataOf(upload));
  return new Response(null, { status: 200, headers });
}

/**
 * `PATCH`: brings what comes next, 204. With offset 0 an upload begins anew, whatever is held.
 *
 * @throws {HttpError} 409 for another offset; `Upload-Offset` says the right one.
 */
export async function writePiece(call: WebCall, upload: NamedUpload): Promise<Response> {
  const { request } = call;
  if (request.headers.get("content-type") !== PIECE_TYPE) {
    throw new HttpError({ status: 415, code: "bad-request", message: `A piece is sent as ${PIECE_TYPE}` });
  }
  const offset = bytesIn(call, "upload-offset");
  const standing = await standingOf(call, upload);
  const isEmpty = contentLengthOf(request) === 0;
  if (offset !== standing.offset && (offset > 0 || standing.isDone)) throw wrongOffset(standing);
  if (standing.isDone || (isEmpty && offset < upload.lengthBytes)) {
    return new Response(null, { status: 204, headers: progressHeaders(call, standing) });
  }
  const notes = notesOf(call);
  if (!notes.of(upload.key)?.mayBe) {
    await askBefore(call, { verb: "PATCH", path: upload.path, mode: modeOf(upload, offset) });
    notes.add(upload.key, { mayBe: true });
  }
  return await takePiece(call, upload, { verb: "PATCH", offset });
}

/** Takes a piece, and answers how far the upload is now. */
export async function takePiece(
  call: WebCall,
  upload: NamedUpload,
  { verb, offset }: { readonly verb: string; readonly offset: number },
): Promise<Response> {
  const { path, lengthBytes, modifiedMs, key, place, conflict } = upload;
  const notes = notesOf(call);
  const { bytes, isWhole, placed } = await receive(call, {
    verb,
    path,
    mode: modeOf(upload, offset),
    bodyBytes: contentLengthOf(call.request),
    wholeBytes: lengthBytes,
    modifiedMs,
    onOpen: () => notes.writes(place, key),
  }).catch((error) => Promise.reject(takenAs(error, upload)));
  if (isWhole) {
    notes.ended(place, key);
    notes.add(key, { done: placed ?? path });
  }
  const told = isWhole && conflict === "keep-both" ? placed ?? path : undefined;
  return new Response(null, {
    status: 204,
    headers: progressHeaders(call, { offset: offset + bytes, placed: told }),
  });
}

/** `DELETE`: gives an upload up, with what is held of it; a file that is whole stays. 204. */
export async function discardUpload(call: WebCall, upload: NamedUpload): Promise<Response> {
  const { path, key, place } = upload;
  const { session: { files } } = call;
  const notes = notesOf(call);
  await files.requireWrite(path, modeOf(upload, 0));
  const note = notes.of(key);
  // What it has not written may be somebody else's; after a restart nobody knows.
  const isOwn = note === undefined || notes.hasWritten(place, key);
  if (isOwn && files.capabilities.atomic && await heldOf(call, path) > 0) {
    // Begun anew and left at once: then nothing is held.
    const sink = await files.openWrite(path, { kind: "part", offset: 0, taken: "replaced" });
    await sink.abort();
  }
  notes.ended(place, key);
  if (!note?.done) notes.add(key, { isGone: true });
  return new Response(null, { status: 204 });
}

/**
 * How far it is, as the disk tells. A file that has come to lie there since the upload was announced, and is
 * as long, is taken for this one: if it is another's, that is as if it had come right behind this one.
 */
async function standingOf(call: WebCall, upload: NamedUpload): Promise<Standing> {
  const { path, lengthBytes, former, key, conflict } = upload;
  const { session: { files } } = call;
  const note = notesOf(call).of(key);
  if (note?.isGone) {
    throw new HttpError({ status: 410, code: "not-found", message: "This upload was given up" });
  }
  await files.requireWrite(path, modeOf(upload, 0));
  const done = (placed: VirtualPath): Standing => ({
    offset: lengthBytes,
    isDone: true,
    placed: conflict === "keep-both" ? placed : undefined,
  });
  if (note?.done !== undefined) return done(note.done);
  if (note?.isLost) return { offset: 0, isDone: false };
  const held = files.capabilities.atomic ? await heldOf(call, path) : 0;
  // Of a longer one this is no part. All bytes of it may have come: the last one completes it.
  if (held > 0) return { offset: held > lengthBytes ? 0 : Math.min(held, lengthBytes - 1), isDone: false };
  const found = await newerFile(call, path, former);
  if (found === undefined) return { offset: 0, isDone: false };
  if (found === lengthBytes && (note === undefined || !files.capabilities.atomic)) return done(path);
  const isGrowing = !files.capabilities.atomic && found < lengthBytes;
  return { offset: isGrowing ? found : 0, isDone: false };
}

/** The size of a file that has come to lie there, for whom it is to see. */
async function newerFile(
  { session: { files } }: WebCall,
  path: VirtualPath,
  former: string | undefined,
): Promise<number | undefined> {
  if (!await files.allows("l", path)) return undefined;
  try {
    const { type, size, unique } = await files.stat(path);
    return type === "file" && unique !== former ? size : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function heldOf({ session: { files } }: WebCall, path: VirtualPath): Promise<number> {
  return await files.heldBytes(path) ?? 0;
}

function metadataOf({ path, conflict, modifiedMs }: TusUpload): string {
  const pairs = Object.entries({ path, conflict, modified: modifiedMs?.toString() });
  const encoder = new TextEncoder();
  return pairs.flatMap(([key, value]) =>
    value === undefined ? [] : `${key} ${encoder.encode(value).toBase64()}`
  )
    .join(",");
}

/** A name that is taken is a condition that does not hold, where that is what the client said. */
export function takenAs(error: unknown, { conflict }: TusUpload): unknown {
  if (!(error instanceof StorageError) || error.kind !== "exists" || conflict !== "fail") return error;
  return new HttpError(
    { status: 412, code: "exists", message: "A file or folder of this name is there already" },
    { cause: error },
  );
}

function wrongOffset({ offset }: Standing): HttpError {
  return new HttpError({
    status: 409,
    code: "range",
    message: `The upload goes on at byte ${offset}`,
    headers: { "Upload-Offset": String(offset) },
  });
}

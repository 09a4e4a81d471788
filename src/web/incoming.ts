/** Files that come in over HTTP: what PUT and PATCH share, from the letters to the name of the file. */

import { childOf, nameOf, parentOf, type VirtualPath } from "../protocol/pathname.ts";
import type { PlacedSink } from "../storage/drop_box.ts";
import { StorageError, type WriteMode } from "../storage/storage.ts";
import { takeBody } from "./body_bytes.ts";
import { HttpError } from "./http_error.ts";
import type { WebCall } from "./web_call.ts";

/** A file, or a piece of one, that a request brings. */
export interface IncomingFile {
  /** What the log calls it, such as `PUT`. */
  readonly verb: string;
  readonly path: VirtualPath;
  readonly mode: Extract<WriteMode, { kind: "part" }>;
  /** Bytes that the request says it brings; undefined where its end tells. */
  readonly bodyBytes: number | undefined;
  /** Bytes of the whole file; `body` where it ends with the body, `later` where that is not said yet. */
  readonly wholeBytes: number | "body" | "later";
  /** The time of its last change that the client gives it, milliseconds since 1970. */
  readonly modifiedMs?: number | undefined;
  /** Told when it may begin: from now on nobody else writes to it. */
  readonly onOpen?: () => void;
}

/** What became of it. */
export interface Received {
  /** Bytes that this request has brought. */
  readonly bytes: number;
  /** Whether the file is whole now; else what came is kept. */
  readonly isWhole: boolean;
  /** Where it lies, if that is another place than was asked for and the client may know it. */
  readonly placed: VirtualPath | undefined;
}

/** To ask how much room there is takes longer than to write a file of this size. */
const LEAST_MEASURED_BYTES = 1024 * 1024;

/**
 * Makes sure that a file may be sent: by the letters, and where somebody is asked about uploads, by him.
 *
 * @throws {StorageError} `denied`.
 * @throws {HttpError} 403 for no, 503 where nobody has answered.
 */
export async function askBefore(
  { session, services: { options, office }, signal }: WebCall,
  { verb, path, mode }: Pick<IncomingFile, "verb" | "path" | "mode">,
): Promise<void> {
  await session.files.requireWrite(path, mode);
  if (!options.asksUploads) return;
  const question = { session: session.label, verb, ...session.placesOf(path) };
  const verdict = await office.mayUpload(question, signal);
  if (verdict.allowed) return;
  const status = verdict.isFinal ? 403 : 503;
  const headers: Record<string, string> = verdict.isFinal ? {} : { "Retry-After": "10" };
  throw new HttpError({ status, code: "denied", message: verdict.reason, headers });
}

/**
 * Opens the upload, and makes sure that there is room for the rest of it.
 *
 * @throws {StorageError} for whatever stands against it, 409 instead of 404 where the folder is missing.
 */
export async function openIncoming(
  { session: { files } }: WebCall,
  { path, mode, bodyBytes, wholeBytes }: Omit<IncomingFile, "verb">,
): Promise<PlacedSink> {
  const sink = await files.openWrite(path, mode).catch((error) => Promise.reject(withoutFolder(error)));
  const restBytes = typeof wholeBytes === "number" ? wholeBytes - mode.offset : bodyBytes;
  if (restBytes === undefined) return sink;
  try {
    await sink.expect?.(Math.max(0, restBytes));
    const isWorthIt = restBytes >= LEAST_MEASURED_BYTES;
    const free = isWorthIt ? await files.freeBytes(parentOf(sink.placed ?? path)) : undefined;
    if (free !== undefined && free < restBytes) {
      throw new StorageError("no-space", `Cannot write ${files.locate(path)}: ${free} bytes are free`);
    }
  } catch (error) {
    await sink.abort();
    throw error;
  }
  return sink;
}

/**
 * Takes what a request brings. It is a file when it is whole, and answered only then; what is cut off is kept
 * as the part that this, tus and REST go on with.
 *
 * @throws {HttpError} and {@linkcode StorageError} for whatever stands against it.
 */
export async function receive(call: WebCall, file: IncomingFile): Promise<Received> {
  const { session, services: { buffers }, request } = call;
  const { verb, path, mode: { offset }, bodyBytes, wholeBytes } = file;
  const mostBytes = Math.min(
    bodyBytes ?? Infinity,
    typeof wholeBytes === "number" ? wholeBytes - offset : Infinity,
  );
  const sink = await openIncoming(call, file);
  file.onOpen?.();
  const place = sink.placed ?? path;
  const transfer = session.transfer({
    verb,
    direction: "upload",
    path: place,
    totalBytes: bodyBytes,
    signal: call.signal,
  });
  try {
    const bytes = await takeBody(request.body, sink, {
      transfer,
      buffers,
      announcedBytes: bodyBytes,
      mostBytes,
    });
    const isWhole = wholeBytes === "body" || offset + bytes === wholeBytes;
    if (!isWhole) {
      await sink.abort();
      transfer.end({ complete: false, reason: "more of the file is to come", isPiece: true });
      return { bytes, isWhole, placed: undefined };
    }
    await commit(call, path, sink);
    const given = sink.givenName === undefined ? undefined : childOf(parentOf(place), sink.givenName);
    await giveTime(call, given ?? place, file);
    transfer.end({ complete: true, path: given ?? place });
    return { bytes, isWhole, placed: given };
  } catch (error) {
    await sink.abort();
    const reason = error instanceof Error ? error.message : String(error);
    transfer.end({ complete: false, reason });
    throw error;
  }
}

/**
 * How many bytes the body has; undefined where it says by itself when it ends.
 *
 * @throws {HttpError} 413 for a number that no file has.
 */
export function contentLengthOf({ headers }: Request): number | undefined {
  const text = headers.get("content-length");
  if (text === null) return undefined;
  const bytes = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(bytes)) return bytes;
  throw new HttpError({ status: 413, code: "too-large", message: "No file is as long as this one" });
}

/** @throws {HttpError} 409 where the folder was renamed or removed while the file came. */
async function commit({ session: { files } }: WebCall, path: VirtualPath, sink: PlacedSink): Promise<void> {
  try {
    await sink.close();
  } catch (error) {
    if (!(error instanceof StorageError) || error.kind !== "unavailable") throw error;
    const held = await files.heldBytes(path).catch(() => undefined);
    if (held !== undefined) throw error;
    const message = "The folder was renamed or removed while the file came";
    throw new HttpError({ status: 409, code: "not-found", message }, { cause: error });
  }
}

/**
 * Where the account may not set times, or the storage cannot, the file keeps the time of its upload. It is
 * there by now, so whatever goes wrong here is no failure of the upload.
 */
async function giveTime(
  { session: { files } }: WebCall,
  path: VirtualPath,
  { modifiedMs }: IncomingFile,
): Promise<void> {
  if (modifiedMs === undefined || !files.capabilities.times) return;
  try {
    if (await files.allows("T", path)) await files.setModified(path, modifiedMs);
  } catch {
    // The time of the upload stays.
  }
}

/** What is missing is the folder: a file that is to be made is never looked for. */
function withoutFolder(error: unknown): unknown {
  if (!(error instanceof StorageError) || error.kind !== "not-found") return error;
  const message = "The folder that it is to lie in is not there";
  return new HttpError({ status: 409, code: "not-found", message }, { cause: error });
}

/** The name, as a header can say it. */
export function encodedNameOf(path: VirtualPath): string {
  return encodeURIComponent(nameOf(path).toWellFormed());
}

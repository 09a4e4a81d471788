/** `PUT`: stores a file, or goes on with one that was cut off. RFC 9110 §9.3.4, §14.5. */

import { type Entry, isMissing, StorageError, type Taken } from "../storage/storage.ts";
import { judge } from "./conditions.ts";
import { type ContentRange, contentRangeOf } from "./content_range.ts";
import { entityTagOf } from "./entity_tag.ts";
import { HttpError } from "./http_error.ts";
import { askBefore, contentLengthOf, type IncomingFile, receive } from "./incoming.ts";
import { modifiedMsOf } from "./modified_header.ts";
import type { WebCall } from "./web_call.ts";

/**
 * Stores what comes: 201 for a new file, 204 for one that was replaced, 202 for a piece behind which more is
 * to come. `If-None-Match: *` replaces nothing, `If-Match` nothing else. `Content-Range: bytes 500-999/1000`
 * goes on behind 500 bytes that are held, and an asterisk for
 * the part, without a body, asks how many are.
 */
export async function put(call: WebCall): Promise<Response> {
  const { request, path } = call;
  if (call.isDirectoryForm) throw folderAddress();
  refuseEncoded(request);
  const range = contentRangeOf(request);
  if (range?.kind === "question") return await tellHeld(call, range);
  refuseUnframed(request);
  const lengthBytes = contentLengthOf(request);
  if (range && lengthBytes !== undefined && range.bytes !== lengthBytes) throw otherLength();
  const found = await lookAt(call);
  judgeConditions(call, found);
  const file: IncomingFile = {
    verb: "PUT",
    path,
    mode: { kind: "part", offset: range?.offset ?? 0, taken: takenFor(request) },
    bodyBytes: range?.bytes ?? lengthBytes,
    wholeBytes: range ? range.totalBytes ?? "later" : "body",
    modifiedMs: modifiedMsOf(request),
  };
  await askBefore(call, file);
  const received = await receive(call, file).catch((error) => Promise.reject(refusal(call, error)));
  const headers = new Headers();
  if (request.headers.has("x-oc-mtime")) headers.set("X-OC-MTime", "accepted");
  if (!received.isWhole) return pieceTaken(file.mode.offset + received.bytes, headers);
  return new Response(null, { status: found ? 204 : 201, headers });
}

/** What lies there, for whom it is to see: for others everything is new, and in a drop box it really is. */
async function lookAt({ path, session: { files } }: WebCall): Promise<Entry | undefined> {
  if (!await files.allows("l", path)) return undefined;
  try {
    return await files.stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function judgeConditions({ request }: WebCall, found: Entry | undefined): void {
  const nowMs = Date.now();
  const current = found && { tag: entityTagOf(found, nowMs), modifiedMs: found.modifiedMs };
  if (judge(request, current) === "go-on") return;
  throw preconditionFailed();
}

function takenFor({ headers }: Request): Taken {
  if (headers.get("if-none-match")?.trim() === "*") return "refused";
  return headers.has("if-match") || headers.has("if-unmodified-since") ? "same" : "replaced";
}

/** What has come or gone while the body came is a condition that did not hold. */
function refusal({ request: { headers } }: WebCall, error: unknown): unknown {
  const isExists = error instanceof StorageError && error.kind === "exists";
  return isExists && headers.has("if-none-match") ? preconditionFailed() : error;
}

function preconditionFailed(): HttpError {
  return new HttpError({
    status: 412,
    code: "precondition",
    message: "What lies there is not what the request takes for granted",
  });
}

async function tellHeld(call: WebCall, { totalBytes }: ContentRange): Promise<Response> {
  const { path, session: { files } } = call;
  const held = await files.heldBytes(path) ?? 0;
  // All may have come, and who is told so would not complete the file.
  const bytes = totalBytes === undefined
    ? Math.max(0, held - 1)
    : Math.min(held, Math.max(0, totalBytes - 1));
  return pieceTaken(bytes, new Headers());
}

/** So many bytes are held: the next one is to come. */
function pieceTaken(heldBytes: number, headers: Headers): Response {
  headers.set("Upload-Offset", String(heldBytes));
  headers.set("Cache-Control", "no-store");
  if (heldBytes > 0) headers.set("Range", `bytes=0-${heldBytes - 1}`);
  return new Response(null, { status: 202, headers });
}

function folderAddress(): HttpError {
  return new HttpError({
    status: 409,
    code: "is-directory",
    message: "The address of a file does not end with a slash; MKCOL makes a folder",
  });
}

/** What a coding stands for is the file, and no file is to be stored in a form that nobody asks for. */
function refuseEncoded({ headers }: Request): void {
  const coding = headers.get("content-encoding");
  if (coding === null || coding.trim().toLowerCase() === "identity") return;
  throw new HttpError({
    status: 415,
    code: "failed",
    message: "Send the file as it is, without Content-Encoding",
  });
}

/**
 * A body without a length and without chunks is none in HTTP/1: who sends so has meant something else.
 * HTTP/2, which has no header `Host`, tells the end of each body by itself.
 */
function refuseUnframed({ headers }: Request): void {
  if (headers.has("content-length") || headers.has("transfer-encoding") || !headers.has("host")) return;
  throw new HttpError({
    status: 411,
    code: "bad-request",
    message: "Send Content-Length, also for an empty file",
  });
}

function otherLength(): HttpError {
  return new HttpError({
    status: 400,
    code: "range",
    message: "Content-Range and Content-Length do not say the same",
  });
}

/** `GET /folder/file`: a file or a part of it. RFC 9110 §9.3.1, §13, §14. */

import type { ByteSource } from "../bytes/ends.ts";
import { nameOf } from "../protocol/pathname.ts";
import { isMissing, type KnownFile, StorageError } from "../storage/storage.ts";
import { hrefOf } from "./address.ts";
import { judge, mayContinue } from "./conditions.ts";
import { contentDisposition } from "./content_disposition.ts";
import { entityTagOf, matchesWeakly } from "./entity_tag.ts";
import { HttpError } from "./http_error.ts";
import { representationOf } from "./media_type.ts";
import { outgoing } from "./outgoing.ts";
import { chooseRange, contentRange } from "./range.ts";
import type { WebCall } from "./web_call.ts";
import type { WebTransfer } from "./web_transfer.ts";

/** What is no larger goes out in one piece, without a stream. Bytes. */
const SMALL_BYTES = 64 * 1024;

/** An open file and its state. */
interface Opened {
  readonly file: KnownFile;
  readonly tag: string;
}

/** What is sent of a file. */
interface Part extends Opened {
  readonly start: number;
  readonly bytes: number;
  /** The header Content-Range; undefined for the whole. */
  readonly contentRange?: string;
}

/** Answers it, `HEAD` included. `?download` lets browsers save the file that they could show. */
export async function sendFile(call: WebCall): Promise<Response> {
  let opened: Opened;
  try {
    opened = await open(call, 0);
  } catch (error) {
    return await redirectToDirectory(call, error);
  }
  const { request } = call;
  const { file: { entry, source }, tag } = opened;
  const verdict = judge(request, { tag, modifiedMs: entry.modifiedMs });
  if (verdict === "go-on") return await sendPart(call, await choosePart(call, opened));
  await source.close();
  if (verdict === "failed") {
    throw new HttpError({ status: 412, code: "precondition", message: "The file is another one by now" });
  }
  return new Response(null, { status: 304, headers: validatorsOf(call, opened) });
}

async function open({ session: { files }, path }: WebCall, offset: number): Promise<Opened> {
  const nowMs = Date.now();
  const file = await files.openKnown(path, { offset });
  return { file, tag: entityTagOf(file.entry, nowMs) };
}

/** Somebody has left out the slash behind a directory; else it is the error that it is. */
async function redirectToDirectory(
  { session: { files }, path, base, url }: WebCall,
  error: unknown,
): Promise<Response> {
  if (!(error instanceof StorageError)) throw error;
  // Who may not read may still list: the letters were looked at first.
  const isDirectory = error.kind === "is-a-directory" ||
    (error.kind === "denied" && await isListed());
  if (!isDirectory) throw error;
  const location = hrefOf(path, { isDirectory: true, base }) + url.search;
  return new Response(null, { status: 308, headers: { "Location": location, "Cache-Control": "no-store" } });

  async function isListed(): Promise<boolean> {
    try {
      return (await files.stat(path)).type === "directory";
    } catch (error) {
      if (isMissing(error) || error instanceof StorageError) return false;
      throw error;
    }
  }
}

/** Which part is asked for. @throws {HttpError} 416, and then the file is closed. */
async function choosePart(call: WebCall, opened: Opened): Promise<Part> {
  const { request } = call;
  const { file: { entry: { size }, source }, tag } = opened;
  const whole = { ...opened, start: 0, bytes: size };
  if (request.method !== "GET" || !mayContinue(request, tag)) return whole;
  const range = chooseRange(request.headers.get("range"), size);
  if (range === "whole") return whole;
  if (range === "unsatisfiable") {
    await source.close();
    throw new HttpError({
      status: 416,
      code: "range",
      message: "The file ends before that place",
      headers: { "Content-Range": `bytes */${size}` },
    });
  }
  const part = {
    start: range.start,
    bytes: range.end - range.start + 1,
    contentRange: contentRange(range, size),
  };
  if (range.start === 0) return { ...opened, ...part };
  await source.close();
  const again = await open(call, range.start);
  if (matchesWeakly(again.tag, tag)) return { ...again, ...part };
  // Between the two it became another one, of which nobody has asked for a part.
  await again.file.source.close();
  const other = await open(call, 0);
  return { ...other, start: 0, bytes: other.file.entry.size };
}

async function sendPart(call: WebCall, part: Part): Promise<Response> {
  const { request, session, services, path, signal } = call;
  const { file: { source }, bytes } = part;
  const headers = headersOf(call, part);
  const status = part.contentRange === undefined ? 200 : 206;
  if (request.method === "HEAD") {
    await source.close();
    return new Response(null, { status, headers });
  }
  const transfer = session.transfer({ verb: "GET", direction: "download", path, totalBytes: bytes, signal });
  if (bytes <= SMALL_BYTES) {
    return new Response(await takeWhole(source, { bytes, transfer }), { status, headers });
  }
  const body = outgoing(source, {
    bytes,
    transfer,
    buffers: services.buffers,
    failed: (error) => session.reportFailure(error),
  });
  return new Response(body, { status, headers });
}

async function takeWhole(
  source: ByteSource,
  { bytes, transfer }: { bytes: number; transfer: WebTransfer },
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const content = new Uint8Array(bytes);
    for (let at = 0; at < bytes;) {
      const length = await source.read(content.subarray(at));
      if (length === null) throw new StorageError("busy", "Cannot send a file: it becomes shorter");
      at += length;
    }
    await transfer.pass(bytes);
    transfer.end({ complete: true });
    return content;
  } catch (error) {
    transfer.end({ complete: false, reason: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    await source.close();
  }
}

function headersOf(call: WebCall, part: Part): Headers {
  const headers = validatorsOf(call, part);
  const name = nameOf(call.path);
  headers.set("Content-Type", representationOf(name).type);
  headers.set("Content-Length", String(part.bytes));
  if (part.contentRange !== undefined) headers.set("Content-Range", part.contentRange);
  headers.set("Accept-Ranges", "bytes");
  headers.set("Content-Disposition", contentDisposition(dispositionOf(call.url), name));
  return headers;
}

function dispositionOf({ searchParams }: URL): "inline" | "attachment" {
  return searchParams.has("download") ? "attachment" : "inline";
}

/**
 * What goes with 304 as well, whose headers take the place of those that the browser has: what tells the
 * state of the file, and what it may do there. What is sent is never packed on the way.
 */
function validatorsOf({ path }: WebCall, { file: { entry }, tag }: Opened): Headers {
  const headers = new Headers({
    "ETag": tag,
    "Cache-Control": "private, no-cache, no-transform",
    "Content-Security-Policy": representationOf(nameOf(path)).policy,
    "X-Frame-Options": "SAMEORIGIN",
  });
  const modified = new Date(Math.min(entry.modifiedMs, Date.now()));
  if (!Number.isNaN(modified.getTime())) headers.set("Last-Modified", modified.toUTCString());
  return headers;
}

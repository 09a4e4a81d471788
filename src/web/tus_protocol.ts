/** What all requests of tus share: version, headers, what is remembered. tus 1.0.0, Core Protocol. */

import type { VirtualPath } from "../protocol/pathname.ts";
import { hrefOf } from "./address.ts";
import { HttpError } from "./http_error.ts";
import { idOf, type TusUpload } from "./tus_id.ts";
import { TusNotes } from "./tus_notes.ts";
import type { WebCall } from "./web_call.ts";
import type { WebSessions } from "./web_sessions.ts";

/** The one version that is spoken. */
export const TUS_VERSION = "1.0.0";
/** What is spoken beyond the core. */
export const TUS_EXTENSIONS = "creation,creation-with-upload,termination";
/** The media type of a piece. */
export const PIECE_TYPE = "application/offset+octet-stream";

/** An upload as a request names it. */
export interface NamedUpload extends TusUpload {
  /** What is remembered of it is remembered by this: one account's upload is nobody else's. */
  readonly key: string;
  /** Where the file is to lie, on the host: what two accounts share has one place. */
  readonly place: string;
}

/** An upload, as the account of the call has it. */
export function namedUpload({ session, base }: WebCall, upload: TusUpload): NamedUpload {
  const key = JSON.stringify([session.user.name, base, idOf(upload)]);
  return { ...upload, key, place: session.files.locate(upload.path) };
}

const notes = new WeakMap<WebSessions, TusNotes>();

/** What the thread remembers of uploads. */
export function notesOf({ services: { sessions } }: WebCall): TusNotes {
  const known = notes.get(sessions) ?? new TusNotes();
  notes.set(sessions, known);
  return known;
}

/**
 * A number of bytes in a header.
 *
 * @throws {HttpError} 400 where it is none, 413 where no file has so many.
 */
export function bytesIn({ request: { headers } }: WebCall, name: string): number {
  const text = headers.get(name) ?? "";
  if (!/^\d+$/.test(text)) {
    throw new HttpError({ status: 400, code: "bad-request", message: `${name} has to be a number of bytes` });
  }
  const bytes = Number(text);
  if (Number.isSafeInteger(bytes)) return bytes;
  throw new HttpError({ status: 413, code: "too-large", message: "No file is as long as this one" });
}

/** How far an upload is, and the name that the file got where that is another one than was asked for. */
export function progressHeaders(
  { base }: WebCall,
  { offset, placed }: { readonly offset: number; readonly placed?: VirtualPath | undefined },
): Headers {
  const headers = new Headers({ "Upload-Offset": String(offset), "Cache-Control": "no-store" });
  if (placed !== undefined) headers.set("Content-Location", hrefOf(placed, { isDirectory: false, base }));
  return headers;
}

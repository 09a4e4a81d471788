/** `POST /~/tus/`: announces an upload. tus 1.0.0, Creation, Creation With Upload. */

import {
  childOf,
  nameOf,
  parentOf,
  PathnameError,
  resolvePathname,
  ROOT,
  type VirtualPath,
} from "../protocol/pathname.ts";
import { numberedNames } from "../storage/numbered_name.ts";
import { isMissing, StorageError } from "../storage/storage.ts";
import { HttpError } from "./http_error.ts";
import { askBefore, openIncoming } from "./incoming.ts";
import { parseModifiedMs } from "./modified_header.ts";
import { type Conflict, conflictOf, idOf, type TusUpload } from "./tus_id.ts";
import { parseMetadata } from "./tus_metadata.ts";
import { modeOf, takenAs, takePiece } from "./tus_pieces.ts";
import { bytesIn, type NamedUpload, namedUpload, notesOf, PIECE_TYPE } from "./tus_protocol.ts";
import type { WebCall } from "./web_call.ts";

/** What the client wants. */
interface Wish {
  readonly path: VirtualPath;
  readonly lengthBytes: number;
  readonly conflict: Conflict;
  readonly modifiedMs: number | undefined;
}

const NONCE_BYTES = 9;

/**
 * Answers with the address of the upload, 201. All that can be known to stand against it is found now: a file
 * of that name where none may be, another upload, letters, the quota, the disk. An empty file is whole at
 * once, and so may be any that comes along.
 */
export async function createUpload(call: WebCall): Promise<Response> {
  const wish = wishOf(call);
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES)).toBase64({ alphabet: "base64url" });
  const upload = wish.conflict === "keep-both"
    ? await freeUpload(call, { ...wish, nonce, former: undefined })
    : namedUpload(call, { ...wish, nonce, former: await markOf(call, wish.path) });
  try {
    return await begin(call, upload);
  } catch (error) {
    notesOf(call).ended(upload.place, upload.key);
    throw error;
  }
}

async function begin(call: WebCall, upload: NamedUpload): Promise<Response> {
  const { path, key, lengthBytes } = upload;
  await askBefore(call, { verb: "POST", path, mode: modeOf(upload, 0) });
  const location = `${call.base}/~/tus/${idOf(upload)}`;
  const bringsBytes = call.request.headers.get("content-type") === PIECE_TYPE;
  if (!bringsBytes && lengthBytes > 0) {
    await probe(call, upload).catch((error) => Promise.reject(takenAs(error, upload)));
    notesOf(call).add(key, { mayBe: true });
    return new Response(null, { status: 201, headers: { Location: location } });
  }
  notesOf(call).add(key, { mayBe: true });
  const { headers } = await takePiece(call, upload, { verb: "POST", offset: 0 });
  headers.set("Location", location);
  return new Response(null, { status: 201, headers });
}

function wishOf(call: WebCall): Wish {
  const { request: { headers } } = call;
  const metadata = parseMetadata(headers.get("upload-metadata") ?? "");
  if (!metadata) throw badRequest("Upload-Metadata is written wrongly");
  const conflict = conflictOf(metadata.get("conflict") ?? "replace");
  if (!conflict) throw badRequest("In Upload-Metadata, conflict is replace, keep-both or fail");
  const asked = metadata.get("path") ?? metadata.get("filename");
  if (asked === undefined) throw badRequest("Upload-Metadata has to name the path");
  const path = resolvePathname(ROOT, asked);
  if (path === ROOT || asked.endsWith("/")) throw new PathnameError("This is no name of a file");
  const modified = metadata.get("modified");
  const modifiedMs = modified === undefined ? undefined : parseModifiedMs(modified);
  return { path, lengthBytes: bytesIn(call, "Upload-Length"), conflict, modifiedMs };
}

function badRequest(message: string): HttpError {
  return new HttpError({ status: 400, code: "bad-request", message });
}

/** The upload under the first name beside the wanted one that neither a file nor another upload has. */
async function freeUpload(call: WebCall, wanted: TusUpload): Promise<NamedUpload> {
  const { session: { files } } = call;
  const notes = notesOf(call);
  const { path: asked } = wanted;
  for (const name of numberedNames(nameOf(asked))) {
    const upload = namedUpload(call, { ...wanted, path: childOf(parentOf(asked), name) });
    if (notes.isPromised(upload.place) || await files.isTaken(upload.path)) continue;
    // Somebody else may have looked at the same moment.
    if (notes.isPromised(upload.place)) continue;
    notes.promise(upload.place, upload.key);
    return upload;
  }
  throw new StorageError("exists", `Cannot find a free name beside ${files.locate(asked)}`);
}

/** What tells the file that lies there from the one that is to come, for whom it is to see. */
async function markOf({ session: { files } }: WebCall, path: VirtualPath): Promise<string | undefined> {
  if (!await files.allows("l", path)) return undefined;
  try {
    return (await files.stat(path)).unique;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Opens the upload and leaves it at once: what is held stays, and nothing comes to be there. */
async function probe(call: WebCall, upload: TusUpload): Promise<void> {
  const { path, lengthBytes } = upload;
  const { session: { files } } = call;
  if (!files.capabilities.atomic) {
    // Where files grow in place, to open one is to empty it.
    const isTaken = upload.conflict === "fail" && await files.isTaken(path);
    if (isTaken) throw new StorageError("exists", `Cannot create ${files.locate(path)}: it exists`);
    return;
  }
  const offset = await files.heldBytes(path).catch((error) => isMissing(error) ? 0 : Promise.reject(error)) ??
    0;
  const mode = modeOf(upload, offset);
  const sink = await openIncoming(call, { path, mode, bodyBytes: undefined, wholeBytes: lengthBytes });
  await sink.abort();
}

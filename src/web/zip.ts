/** `GET` and `POST /folder/?zip`: a directory, or what is chosen in it, as one ZIP archive. */

import { nameOf, parentOf, ROOT, type VirtualPath } from "../protocol/pathname.ts";
import { contentDisposition } from "./content_disposition.ts";
import { HttpError } from "./http_error.ts";
import { outgoing } from "./outgoing.ts";
import { noteProgress } from "./progress.ts";
import { readForm } from "./read_form.ts";
import type { WebCall } from "./web_call.ts";
import { ZipSource } from "./zip_source.ts";
import { indexFor, ZipTooLarge } from "./zip_walk.ts";
import type { ZipIndex } from "./zip_index.ts";

/** A form with the names of a large selection. */
const MOST_FORM_BYTES = 4 * 1024 * 1024;

/** What is to be in the archive. */
interface Choice {
  readonly base: VirtualPath;
  /** Names in `base`; undefined for all. */
  readonly names: readonly string[] | undefined;
  /** What the archive is called, without its ending. */
  readonly title: string;
}

/** All of the directory, below its own name. */
export function zipDirectory(call: WebCall): Promise<Response> {
  return sendZip(call, allOf(call));
}

/** What the form's fields `name` are called, in the directory; all of it where there is none. */
export async function zipSelection(call: WebCall): Promise<Response> {
  const form = await readForm(call, MOST_FORM_BYTES);
  const names = [...new Set(form.getAll("name"))];
  names.forEach(refuseOtherThanName);
  if (names.length === 0) return await sendZip(call, allOf(call));
  const title = names.length === 1 ? names[0]! : nameOf(call.path) || titleOfAll(call);
  return await sendZip(call, { base: call.path, names, title });
}

/** The root has no name that all could be below. */
function allOf(call: WebCall): Choice {
  const { path } = call;
  if (path === ROOT) return { base: ROOT, names: undefined, title: titleOfAll(call) };
  return { base: parentOf(path), names: [nameOf(path)], title: nameOf(path) };
}

function titleOfAll({ treeName }: WebCall): string {
  return treeName || "files";
}

function refuseOtherThanName(name: string): void {
  if (name !== "" && name !== "." && name !== ".." && !/[/\0]/.test(name)) return;
  throw new HttpError({ status: 400, code: "invalid-name", message: "A name in the form is not one name" });
}

async function sendZip(call: WebCall, { base, names, title }: Choice): Promise<Response> {
  const { request, session, services, path, signal } = call;
  // Refused before anything is looked at; that of each place decides about what lies there.
  await session.files.require("r", path);
  const { crc32 } = await import("node:zlib");
  using memory = new DisposableStack();
  const holding = memory.use(services.archiveMemory.hold());
  const grow = (bytes: number): void => {
    if (!holding.grow(bytes)) throw tooManyArchives();
  };
  const progress = (): void => noteProgress(signal);
  const wish = { files: session.files, base, names, signal, progress, grow };
  const index = await indexFor(wish).catch(refuseTooLarge);
  const { archiveBytes } = index;
  const headers = {
    "Content-Type": "application/zip",
    "Content-Length": String(archiveBytes),
    "Content-Disposition": contentDisposition("attachment", `${title}.zip`),
    "Cache-Control": "no-store, no-transform",
  };
  if (request.method === "HEAD") return new Response(null, { headers });
  const source = new ZipSource({
    index,
    base,
    open: (path) => session.files.openRead(path, { offset: 0 }),
    checksum: crc32,
    held: memory.move(),
  });
  const transfer = session.transfer({
    verb: "ZIP",
    direction: "download",
    path,
    totalBytes: archiveBytes,
    signal,
  });
  const body = outgoing(source, {
    bytes: archiveBytes,
    transfer,
    buffers: services.buffers,
    failed: (error) => session.reportFailure(error),
  });
  return new Response(body, { headers });
}

function refuseTooLarge(error: unknown): ZipIndex {
  if (!(error instanceof ZipTooLarge)) throw error;
  throw new HttpError({ status: 413, code: "too-large", message: error.message }, { cause: error });
}

function tooManyArchives(): HttpError {
  return new HttpError({
    status: 503,
    code: "limit",
    message: "Too many archives are being made at the moment",
    headers: { "Retry-After": "10" },
  });
}

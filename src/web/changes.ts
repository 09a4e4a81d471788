/** Changes to the tree: `DELETE`, `MKCOL` and `MOVE`. RFC 9110 §9.3.5, RFC 4918 §9.3, §9.9. */

import { ROOT } from "../protocol/pathname.ts";
import { isMissing, StorageError } from "../storage/storage.ts";
import { hrefOf } from "./address.ts";
import { judge } from "./conditions.ts";
import { destinationOf, mayOverwrite } from "./destination.ts";
import { entityTagOf } from "./entity_tag.ts";
import { HttpError } from "./http_error.ts";
import { noteProgress } from "./progress.ts";
import type { WebCall } from "./web_call.ts";

/** `DELETE`: removes a file, or a directory that is empty. 204. */
export async function remove(call: WebCall): Promise<Response> {
  const { path, session, isDirectoryForm } = call;
  const { files } = session;
  await judgeConditions(call);
  if (path === ROOT) throw new StorageError("denied", "Cannot remove the root");
  if (!isDirectoryForm) {
    try {
      await files.remove(path);
      session.reportFile("delete", path);
      return new Response(null, { status: 204 });
    } catch (error) {
      if (!(error instanceof StorageError) || error.kind !== "is-a-directory") throw error;
    }
  }
  await files.removeDirectory(path);
  session.reportFile("remove-directory", path);
  return new Response(null, { status: 204 });
}

/** `MKCOL`: makes a directory. 201; 405 where something lies there, 409 where there is no place for it. */
export async function makeDirectory({ request, path, session, base }: WebCall): Promise<Response> {
  const { headers } = request;
  if (headers.has("transfer-encoding") || Number(headers.get("content-length") ?? 0) > 0) {
    throw new HttpError({ status: 415, code: "bad-request", message: "MKCOL takes no body" });
  }
  try {
    await session.files.makeDirectory(path);
  } catch (error) {
    throw madeNothing(error);
  }
  session.reportFile("make-directory", path);
  return new Response(null, {
    status: 201,
    headers: { Location: hrefOf(path, { isDirectory: true, base }) },
  });
}

function madeNothing(error: unknown): unknown {
  if (!(error instanceof StorageError)) return error;
  if (error.kind === "not-found") return noFolder(error);
  if (error.kind !== "exists") return error;
  const allow = "GET, HEAD, PUT, DELETE, MOVE";
  return new HttpError({
    status: 405,
    code: "exists",
    message: "A file or folder of this name is there already",
    headers: { Allow: allow },
  }, { cause: error });
}

/**
 * `MOVE`: gives a file or directory another place. 201 where nothing lay there, 204 where a file was
 * replaced; a directory never is. Where it has to be copied, a client that leaves stops it, and it stays
 * where it was.
 */
export async function move(call: WebCall): Promise<Response> {
  const { path: from, session, services: { buffers }, signal, base } = call;
  const { files } = session;
  const to = destinationOf(call);
  const isRefused = !mayOverwrite(call);
  await judgeConditions(call);
  if (from === to) {
    throw new HttpError({ status: 403, code: "denied", message: "It is there already" });
  }
  await files.checkRenameFrom(from);
  const replaced = await isThere(call, to);
  const progress = (): void => noteProgress(signal);
  try {
    const taken = isRefused ? "refused" : "replaced";
    await files.rename(from, to, { signal, buffers, progress, taken });
  } catch (error) {
    throw movedNothing(error, { isRefused });
  }
  session.reportFile("rename", from, to);
  const isDirectory = call.isDirectoryForm;
  const headers = { "Content-Location": hrefOf(to, { isDirectory, base }) };
  return new Response(null, { status: replaced ? 204 : 201, headers });
}

/** For the status alone: who may not list is told that it is new. */
async function isThere({ session: { files } }: WebCall, path: WebCall["path"]): Promise<boolean> {
  if (!await files.allows("l", path)) return false;
  try {
    await files.stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** What is to be moved has been found, so what is missing is the folder that it is to lie in. */
function movedNothing(error: unknown, { isRefused }: { readonly isRefused: boolean }): unknown {
  if (!(error instanceof StorageError)) return error;
  if (error.kind === "not-found") return noFolder(error);
  if (error.kind === "exists" && isRefused) {
    return new HttpError({
      status: 412,
      code: "exists",
      message: "A file or folder of this name is there already",
    }, { cause: error });
  }
  if (error.kind !== "invalid-name") return error;
  return new HttpError({
    status: 409,
    code: "invalid-name",
    message: "It cannot be moved to there: into itself, or to a name that is not allowed",
  }, { cause: error });
}

function noFolder(cause: unknown): HttpError {
  const message = "The folder that it is to lie in is not there";
  return new HttpError({ status: 409, code: "not-found", message }, { cause });
}

/** Conditions are looked at only where there are any: they need the letter of listing. */
async function judgeConditions({ request, path, session: { files } }: WebCall): Promise<void> {
  const names = ["if-match", "if-none-match", "if-unmodified-since"];
  if (!names.some((name) => request.headers.has(name))) return;
  const nowMs = Date.now();
  const found = await files.stat(path);
  const verdict = judge(request, { tag: entityTagOf(found, nowMs), modifiedMs: found.modifiedMs });
  if (verdict === "go-on") return;
  throw new HttpError({
    status: 412,
    code: "precondition",
    message: "What lies there is not what the request takes for granted",
  });
}

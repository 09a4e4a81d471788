/** Uploads that can be gone on with: tus 1.0.0, with Creation, Creation With Upload and Termination. */

import { HttpError, httpErrorOf } from "./http_error.ts";
import { createUpload } from "./tus_create.ts";
import { uploadOf } from "./tus_id.ts";
import { discardUpload, tellOffset, writePiece } from "./tus_pieces.ts";
import { namedUpload, TUS_EXTENSIONS, TUS_VERSION } from "./tus_protocol.ts";
import type { WebCall, WebVisit } from "./web_call.ts";

const VERSION_HEADERS = { "Tus-Resumable": TUS_VERSION, "Tus-Version": TUS_VERSION };

/** `OPTIONS /~/tus/`: what is spoken. */
export function tusOptions(_visit: WebVisit): Response {
  return new Response(null, {
    status: 204,
    headers: { ...VERSION_HEADERS, "Tus-Extension": TUS_EXTENSIONS },
  });
}

/**
 * All else at `/~/tus/`, and the same behind the address of a link: `POST` announces an upload, and at the
 * address that it gives `HEAD` tells how much is held, `PATCH` brings more and `DELETE` gives it up.
 */
export async function tus(call: WebCall): Promise<Response> {
  try {
    refuseOtherVersion(call);
    const response = await answer(call);
    response.headers.set("Tus-Resumable", TUS_VERSION);
    return response;
  } catch (error) {
    // Whoever answers it in our place tells nobody of what it was.
    if (!(error instanceof HttpError) && !call.signal.aborted) call.session.reportFailure(error);
    throw withVersion(error);
  }
}

async function answer(call: WebCall): Promise<Response> {
  const { request: { method, headers }, rawPath } = call;
  // For those that know no PATCH. tus 1.0.0, X-HTTP-Method-Override.
  const asked = method === "POST" ? headers.get("x-http-method-override") ?? method : method;
  const id = rawPath.slice(rawPath.lastIndexOf("/~/tus") + "/~/tus/".length);
  if (id === "") {
    if (asked === "POST") return await createUpload(call);
    throw notAllowed("OPTIONS, POST");
  }
  const upload = uploadOf(id);
  if (!upload) throw new HttpError({ status: 404, code: "not-found", message: "There is no such upload" });
  const named = namedUpload(call, upload);
  switch (asked) {
    case "HEAD":
      return await tellOffset(call, named);
    case "PATCH":
      return await writePiece(call, named);
    case "DELETE":
      return await discardUpload(call, named);
    default:
      throw notAllowed("OPTIONS, HEAD, PATCH, DELETE");
  }
}

function refuseOtherVersion({ request: { headers } }: WebCall): void {
  if (headers.get("tus-resumable") === TUS_VERSION) return;
  throw new HttpError({
    status: 412,
    code: "bad-request",
    message: `Uploads are spoken about in tus ${TUS_VERSION}: send Tus-Resumable`,
    headers: VERSION_HEADERS,
  });
}

/** Refusals say the version, too. */
function withVersion(error: unknown): unknown {
  const refusal = httpErrorOf(error);
  if (!refusal) return error;
  const { status, code, message, headers } = refusal;
  const said = { ...headers, "Tus-Resumable": TUS_VERSION };
  return new HttpError({ status, code, message, headers: said }, { cause: error });
}

function notAllowed(allow: string): HttpError {
  return new HttpError({
    status: 405,
    code: "method",
    message: "This cannot be done here",
    headers: { Allow: allow },
  });
}

/** Refusals as responses: JSON for programs that ask for it, else a line of text. */

import { wantsJson } from "./accept.ts";
import type { HttpError } from "./http_error.ts";

/** The response that says it. */
export function errorResponse(request: Request, { status, code, message, headers }: HttpError): Response {
  const isJson = wantsJson(request);
  const body = isJson ? JSON.stringify({ error: { code, message } }) : `${message}\n`;
  return new Response(body, {
    status,
    headers: {
      "Cache-Control": "no-store",
      ...headers,
      "Content-Type": isJson ? "application/json" : "text/plain; charset=utf-8",
    },
  });
}

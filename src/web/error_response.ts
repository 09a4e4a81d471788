/** Refusals as responses: JSON for programs that ask for it, a page for browsers, else a line of text. */

import { wantsHtml, wantsJson } from "./accept.ts";
import type { HttpError } from "./http_error.ts";
import { refusalPage } from "./refusal_page.ts";

/**
 * The response that says it.
 *
 * @param style The name of the page's style sheet, where there is one.
 */
export function errorResponse(request: Request, error: HttpError, style: string | undefined): Response {
  const isJson = wantsJson(request);
  if (!isJson && wantsHtml(request)) return refusalPage(request, error, style);
  const { status, code, message, headers } = error;
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

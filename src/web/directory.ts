/** `GET /folder/`: JSON for who asks for it, the page for browsers, plain HTML for all others. */

import { wantsHtml, wantsJson } from "./accept.ts";
import { listAsJson } from "./listing.ts";
import { listAsHtml } from "./plain_listing.ts";
import type { WebHandler } from "./web_call.ts";

/** @param showPage Answers with the page, which asks for the JSON by itself. */
export function directoryHandler(showPage: WebHandler): WebHandler {
  return (call) => {
    const { request, url } = call;
    if (url.searchParams.has("plain")) return listAsHtml(call);
    if (wantsJson(request)) return listAsJson(call);
    return wantsHtml(request) ? showPage(call) : listAsHtml(call);
  };
}

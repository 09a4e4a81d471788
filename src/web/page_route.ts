/** `GET /folder/` of a browser, and the views that have addresses of their own: the document of the page. */

import { listAsHtml } from "./plain_listing.ts";
import { shellResponse } from "./shell.ts";
import type { WebHandler } from "./web_call.ts";

/** Answers with the page, which asks for the folder by itself; with plain HTML where there is no page. */
export const showPage: WebHandler = (call) => {
  const { request, services: { page } } = call;
  return page ? shellResponse(request, page) : listAsHtml(call);
};

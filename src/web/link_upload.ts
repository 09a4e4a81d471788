/** What a link to upload shows in the place of a listing: an empty folder that takes files. */

import { ROOT } from "../protocol/pathname.ts";
import { wantsHtml, wantsJson } from "./accept.ts";
import { choicesOf } from "./choices.ts";
import { escapeHtml } from "./html.ts";
import { LINK_POLICY } from "./link_form.ts";
import { documentOf, htmlResponse } from "./shell.ts";
import { SHARE_LINK } from "./texts/share_link.ts";
import type { WebCall } from "./web_call.ts";

/** The answer to a visitor who asks for the folder; undefined for the page, and for everything else. */
export function uploadPlace(call: WebCall): Response | undefined {
  const { request, url, path, isDirectoryForm, services } = call;
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (!isRead || !isDirectoryForm || path !== ROOT || url.searchParams.has("zip")) return undefined;
  if (wantsJson(request)) {
    return Response.json({ path, permissions: "ew", entries: [] }, {
      headers: { "Cache-Control": "no-store" },
    });
  }
  const isForPage = wantsHtml(request) && services.page !== undefined && !url.searchParams.has("plain");
  return isForPage ? undefined : hint(call);
}

/** For who has no JavaScript, or reads with curl. */
function hint({ request, url, base, services }: WebCall): Response {
  const { language, theme } = choicesOf(request);
  const title = SHARE_LINK.uploadTitle[language];
  const address = escapeHtml(`${url.origin}${base}/`);
  const body = `<main class="sign-in-page"><div class="sign-in"><h1>${escapeHtml(title)}</h1>` +
    `<p>${escapeHtml(SHARE_LINK.upload[language])}</p><pre>curl -T FILE ${address}</pre></div></main>\n`;
  const html = documentOf({
    language,
    theme,
    title: `${title} · baseftp`,
    style: services.page?.style,
    body,
  });
  return htmlResponse(html, LINK_POLICY);
}

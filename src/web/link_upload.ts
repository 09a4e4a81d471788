/** What a link to upload shows in the place of a listing: an empty folder that takes files. */

import { ROOT } from "../protocol/pathname.ts";
import { wantsHtml, wantsJson } from "./accept.ts";
import { escapeHtml } from "./html.ts";
import type { WebCall } from "./web_call.ts";

/** The answer to a visitor who asks for the folder; undefined for the page, and for everything else. */
export function uploadPlace(
  { request, url, path, isDirectoryForm, services, base }: WebCall,
): Response | undefined {
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (!isRead || !isDirectoryForm || path !== ROOT || url.searchParams.has("zip")) return undefined;
  if (wantsJson(request)) {
    return Response.json({ path, permissions: "ew", entries: [] }, {
      headers: { "Cache-Control": "no-store" },
    });
  }
  const isForPage = wantsHtml(request) && services.page !== undefined && !url.searchParams.has("plain");
  return isForPage ? undefined : new Response(hint(`${url.origin}${base}/`), {
    headers: { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" },
  });
}

/** For who has no JavaScript, or reads with curl. */
function hint(address: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Leave files</title>
</head>
<body>
<main>
<h1>Leave files</h1>
<p>This place takes files and shows none. With JavaScript there is a page for it; programs send a file so:</p>
<pre>curl -T FILE ${escapeHtml(address)}</pre>
</main>
</body>
</html>
`;
}

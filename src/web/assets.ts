/**
 * The files of the page as answers: packed already, and kept by browsers for good, since a name means one
 * content.
 */

import { HttpError } from "./http_error.ts";
import type { WebPage } from "./web_page.ts";
import type { WebVisit } from "./web_call.ts";

/** The mark of the program, shown in tabs. */
const ICON =
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" ` +
  `fill="#0a5fbd"/><path d="M12 22V11M8 15l4-4 4 4M20 10v11M16 17l4 4 4-4" fill="none" stroke="#fff" ` +
  `stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

/** `GET /~/assets/NAME`: a file of the page. */
export function showAsset({ request, rest, services: { page } }: WebVisit): Response {
  const found = page && assetResponse(request, rest, page);
  if (found) return found;
  // A page that was opened before the program was replaced asks for parts that are no more.
  throw new HttpError({ status: 404, code: "not-found", message: "There is no such file of the page" });
}

function assetResponse(request: Request, name: string, { files }: WebPage): Response | undefined {
  if (name === "icon.svg") {
    return answer(request, {
      type: "image/svg+xml",
      body: ICON,
      headers: { "Cache-Control": "max-age=86400" },
    });
  }
  const file = files.get(name);
  if (!file) return undefined;
  const { type, gzip } = file;
  const kept = { "Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding" };
  if (acceptsGzip(request.headers.get("Accept-Encoding") ?? "")) {
    return answer(request, { type, body: gzip, headers: { ...kept, "Content-Encoding": "gzip" } });
  }
  // No browser asks like this, so the file is not kept unpacked.
  const unpacked = new Blob([gzip]).stream().pipeThrough(new DecompressionStream("gzip"));
  return answer(request, { type, body: unpacked, headers: kept });
}

function answer(
  { method }: Request,
  { type, body, headers }: { type: string; body: BodyInit; headers: Record<string, string> },
): Response {
  return new Response(method === "HEAD" ? null : body, {
    headers: { ...headers, "Content-Type": type, "X-Content-Type-Options": "nosniff" },
  });
}

/** By the weights of RFC 9110 §12.5.3: named and not refused, or covered by `*`. */
function acceptsGzip(header: string): boolean {
  const weights = new Map(
    header.slice(0, 500).toLowerCase().split(",").map((wish) => {
      const [coding = "", weight = "q=1"] = wish.trim().split(/\s*;\s*/);
      return [coding, Number(weight.replace(/^q=/, "")) || 0];
    }),
  );
  return (weights.get("gzip") ?? weights.get("*") ?? 0) > 0;
}

/** A refusal as a page, for browsers that open its address: in their language, and with a way on. */

import { choicesOf } from "./choices.ts";
import { escapeHtml } from "./html.ts";
import type { HttpErrorCode, HttpRefusal } from "./http_error.ts";
import { documentOf, htmlResponse } from "./shell.ts";
import { REFUSAL } from "./texts/refusals.ts";
import type { Text } from "./texts/text.ts";

/** Nothing runs here. */
const POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; " +
  "frame-ancestors 'none'";

/** What is said in both languages; all other refusals are told as programs are. */
const TEXTS: Readonly<Partial<Record<HttpErrorCode, Text>>> = {
  "not-found": REFUSAL.notFound,
  "denied": REFUSAL.denied,
  "limit": REFUSAL.limit,
  "failed": REFUSAL.failed,
};

/** @param style The name of the page's style sheet, where there is one. */
export function refusalPage(request: Request, refusal: HttpRefusal, style: string | undefined): Response {
  const { language, theme } = choicesOf(request);
  const { sentence, top } = wayOf(URL.parse(request.url)?.pathname ?? "/", refusal);
  const title = REFUSAL.title[language];
  const body = `<main class="sign-in-page"><div class="sign-in"><h1>${escapeHtml(title)}</h1>` +
    `<p class="sign-in-note sign-in-warning">${escapeHtml(sentence?.[language] ?? refusal.message)}</p>` +
    (top ? `<p><a href="${escapeHtml(top)}">${escapeHtml(REFUSAL.toHome[language])}</a></p>` : "") +
    "</div></main>";
  const html = documentOf({ language, theme, title: `${title} · baseftp`, style, body });
  return htmlResponse(html, POLICY, { status: refusal.status, headers: refusal.headers });
}

/** The sentence, and where people go on; nowhere, where the top of what they have is what was refused. */
function wayOf(pathname: string, { code }: HttpRefusal): { sentence: Text | undefined; top?: string } {
  const [, link, rest] = /^(\/~\/l\/[^/]*)\/?(.*)$/.exec(pathname) ?? [];
  if (link === undefined) return { sentence: TEXTS[code], top: pathname === "/" ? undefined : "/" };
  if (rest !== "") return { sentence: TEXTS[code], top: `${link}/` };
  return { sentence: code === "not-found" ? REFUSAL.linkOver : TEXTS[code] };
}

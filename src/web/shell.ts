/**
 * The document that the page begins with: nothing inline, so the policy can forbid all that an upload could
 * be.
 */

import type { WebPage } from "./web_page.ts";
import { choicesOf, type Language } from "./choices.ts";
import { escapeHtml } from "./html.ts";

/** Where the files of the page are. */
export const ASSETS = "/~/assets/";

/**
 * The document for a folder, the operator's view or a share link: the script finds out by the address which.
 * Without JavaScript it leads to the plain listing of the folder.
 */
export function shellResponse(request: Request, { script, style, imports = [] }: WebPage): Response {
  const { language, theme } = choicesOf(request);
  const nonce = newNonce();
  const html = documentOf({
    language,
    theme,
    title: "baseftp",
    style,
    head: `<noscript><meta http-equiv="refresh" content="0;url=?plain"></noscript>` +
      imports.map((name) => `<link rel="modulepreload" nonce="${nonce}" href="${ASSETS}${name}">`).join("") +
      `<script type="module" nonce="${nonce}" src="${ASSETS}${script}"></script>`,
    body: `<div id="app"></div>`,
  });
  return htmlResponse(html, pagePolicy(nonce));
}

/** What a document is made of. */
export interface DocumentParts {
  readonly language: Language;
  readonly theme: string;
  readonly title: string;
  /** The name of the style sheet, where there is one. */
  readonly style: string | undefined;
  /** HTML. */
  readonly head?: string;
  readonly body: string;
}

/** A whole document with the style sheet of the page. */
export function documentOf({ language, theme, title, style, head = "", body }: DocumentParts): string {
  return `<!doctype html><html lang="${language === "zh" ? "zh-Hans" : "en"}" data-theme="${theme}"><head>` +
    `<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">` +
    `<meta name="color-scheme" content="light dark"><title>${escapeHtml(title)}</title>` +
    `<link rel="icon" href="${ASSETS}icon.svg" type="image/svg+xml">` +
    (style ? `<link rel="stylesheet" href="${ASSETS}${style}">` : "") +
    `${head}</head><body>${body}</body></html>\n`;
}

/** A document as an answer that is kept nowhere: it is another one for each account and language. */
export function htmlResponse(html: string, policy: string, init: ResponseInit = {}): Response {
  const headers = new Headers(init.headers);
  headers.set("Content-Type", "text/html; charset=utf-8");
  headers.set("Content-Security-Policy", policy);
  headers.set("Cache-Control", "no-store");
  // With "no-referrer" browsers send a form without its origin, which looks like one of another site.
  headers.set("Referrer-Policy", "same-origin");
  headers.append("Vary", "Accept, Accept-Language, Cookie");
  return new Response(html, { ...init, headers });
}

/**
 * Only the script with this nonce runs, and what it imports: uploads come from this very origin, so the
 * origin alone says nothing. Frames show PDF files; forms ask for ZIP files and sign out.
 */
function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self'",
    "connect-src 'self'",
    "frame-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function newNonce(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
}

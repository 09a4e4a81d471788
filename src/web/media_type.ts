/** What a file is sent as: its media type, and what a browser may do with it. */

import { lookup } from "mrmime";

/** What is sent of a file besides its bytes. */
export interface Representation {
  /** The header Content-Type. */
  readonly type: string;
  /** The header Content-Security-Policy. */
  readonly policy: string;
}

/** Text that mrmime does not know, by its ending. */
const TEXT_ENDINGS =
  /\.(?:bat|c|cc|cfg|cpp|cs|diff|env|go|h|hpp|lrc|lua|nfo|patch|php|pl|ps1|py|rb|rs|srt)$/i;

/**
 * Scripts and styles go as plain text, which nothing runs: so no page of this server can be made to load one
 * that somebody has uploaded, and no browser takes one for a service worker.
 */
const CODE = /^(?:text|application)\/(?:(?:x-)?(?:java|ecma|live|j)script|css|xslt\+xml)$/;

/** Sound, film and pictures other than SVG run nothing. In a sandbox a browser would not play them. */
const HARMLESS = /^(?:audio|video)\/|^image\/(?!svg)/;

/** Nothing is loaded but the file itself; only pages of this server may have it in a frame. */
const HARMLESS_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; frame-ancestors 'self'";
/** An uploaded page is in no origin besides, and runs nothing. */
const POLICY = `sandbox; ${HARMLESS_POLICY}`;
/** Chromium shows no PDF in a sandbox; a script in one has no origin and no page to reach. */
const PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'";

/** How a file of this name is sent. */
export function representationOf(name: string): Representation {
  const known = lookup(name) ?? (TEXT_ENDINGS.test(name) ? "text/plain" : "application/octet-stream");
  const type = CODE.test(known) ? "text/plain" : known;
  return { type: withCharset(type), policy: policyFor(type) };
}

function policyFor(type: string): string {
  if (type === "application/pdf") return PDF_POLICY;
  return HARMLESS.test(type) ? HARMLESS_POLICY : POLICY;
}

/** A page may say by itself what it is written in; of all other text UTF-8 is the best guess. */
function withCharset(type: string): string {
  return type.startsWith("text/") && type !== "text/html" ? `${type}; charset=utf-8` : type;
}

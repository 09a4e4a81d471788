/** Origin check: what changes something is done for pages of this server alone. Fetch Metadata, RFC 6454. */

import { HttpError } from "./http_error.ts";

/** Methods that change nothing. RFC 9110 §9.2.1, RFC 4918. */
const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Lets pass what no other site can have made a browser send. Programs send none of these headers.
 *
 * @param host The host and port that the request was sent to.
 * @throws {HttpError} 403 `foreign-origin`.
 */
export function refuseForeignOrigin({ method, headers }: Request, host: string): void {
  if (SAFE.has(method)) return;
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") throw foreignOrigin();
  const origin = headers.get("origin");
  // Behind a proxy that ends TLS the scheme is another, the host the same.
  if (origin !== null && hostOf(origin) !== host.toLowerCase()) throw foreignOrigin();
}

/** What a document is asked for as when it is to be a part of another one. */
const EMBEDDED: ReadonlySet<string> = new Set(["iframe", "frame", "embed", "object"]);

/**
 * Refuses what a page of another site has made a browser load as a part of itself, such as a picture: it
 * would not be shown there, and what it costs is the visitor's, who knows nothing of it.
 *
 * @throws {HttpError} 403 `foreign-origin`.
 */
export function refuseEmbedding({ headers }: Request): void {
  const site = headers.get("sec-fetch-site");
  if (site !== "cross-site" && site !== "same-site") return;
  const isVisit = headers.get("sec-fetch-mode") === "navigate" &&
    !EMBEDDED.has(headers.get("sec-fetch-dest") ?? "");
  if (!isVisit) throw foreignOrigin();
}

function hostOf(origin: string): string | undefined {
  return /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]?.toLowerCase();
}

function foreignOrigin(): HttpError {
  return new HttpError({
    status: 403,
    code: "foreign-origin",
    message: "This may be asked by the pages of this server alone",
  });
}

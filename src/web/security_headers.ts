/** Security headers: what every response tells the browser not to do with it. */

/** What the page itself may load: its own files, and nothing that was written into it. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "frame-src 'self' blob:",
  "font-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** What everything else may load: nothing. */
const NOTHING_POLICY = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** What goes with each response that does not say it itself. */
const DEFAULTS: readonly (readonly [name: string, value: string])[] = [
  ["Content-Security-Policy", NOTHING_POLICY],
  ["X-Content-Type-Options", "nosniff"],
  ["Referrer-Policy", "no-referrer"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["X-Frame-Options", "DENY"],
];

/** Half a year: a certificate that nobody renews is noticed sooner. RFC 6797. */
const HTTPS_ONLY = "max-age=15552000";

/**
 * Adds them.
 *
 * @param options `hasPublicCertificate`: browsers may be told to insist on HTTPS. With any other certificate
 *   nobody could go on when it changes.
 */
export function addSecurityHeaders(
  { headers }: Response,
  { hasPublicCertificate }: { readonly hasPublicCertificate: boolean },
): void {
  for (const [name, value] of DEFAULTS) if (!headers.has(name)) headers.set(name, value);
  if (hasPublicCertificate) headers.set("Strict-Transport-Security", HTTPS_ONLY);
}

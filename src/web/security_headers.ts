/** Security headers: what every response tells the browser not to do with it. */

/** What may be loaded by what says nothing about it: nothing. */
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
 * Adds them. Not to a 304: browsers put its headers in place of those that they have kept, so a file would
 * lose the policy that it was sent with. RFC 9111 §3.2.
 *
 * @param options `hasPublicCertificate`: browsers may be told to insist on HTTPS. With any other certificate
 *   nobody could go on when it changes.
 */
export function addSecurityHeaders(
  { headers, status }: Response,
  { hasPublicCertificate }: { readonly hasPublicCertificate: boolean },
): void {
  if (status === 304) return;
  for (const [name, value] of DEFAULTS) if (!headers.has(name)) headers.set(name, value);
  if (hasPublicCertificate) headers.set("Strict-Transport-Security", HTTPS_ONLY);
}

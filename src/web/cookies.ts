/** The cookie of a sign-in. RFC 6265, draft-ietf-httpbis-rfc6265bis (the prefix `__Host-`). */

/** Over HTTPS: browsers take this name only with Secure, Path=/ and no Domain. */
const SECURE_NAME = "__Host-baseftp";
/** Over plain HTTP, where browsers refuse that prefix. */
const PLAIN_NAME = "baseftp";

/** How the request came. */
export interface CookieContext {
  readonly isSecure: boolean;
}

/** The same for a visit of a share link, which is known below the link's address alone. */
const SECURE_LINK_NAME = "__Secure-baseftp-link", PLAIN_LINK_NAME = "baseftp-link";

/** The token that a request brings; undefined where it brings none. */
export function tokenOf(request: Request, { isSecure }: CookieContext): string | undefined {
  return valueOf(request, isSecure ? SECURE_NAME : PLAIN_NAME);
}

/** What a request brings of its visit of a share link; undefined where it brings nothing. */
export function cookieOfLink(request: Request, { isSecure }: CookieContext): string | undefined {
  return valueOf(request, isSecure ? SECURE_LINK_NAME : PLAIN_LINK_NAME);
}

/** The header that keeps it until the browser is closed. */
export function linkCookieFor(
  value: string,
  { isSecure, base }: CookieContext & { readonly base: string },
): string {
  const [name, secure] = isSecure ? [SECURE_LINK_NAME, "; Secure"] : [PLAIN_LINK_NAME, ""];
  return `${name}=${value}; Path=${base}/; HttpOnly${secure}; SameSite=Lax`;
}

function valueOf({ headers }: Request, wanted: string): string | undefined {
  for (const pair of (headers.get("cookie") ?? "").split(";")) {
    const equals = pair.indexOf("=");
    if (equals > 0 && pair.slice(0, equals).trim() === wanted) return pair.slice(equals + 1).trim();
  }
  return undefined;
}

/** The header that keeps a token until the browser is closed. */
export function cookieFor(token: string, { isSecure }: CookieContext): string {
  return isSecure
    ? `${SECURE_NAME}=${token}; Path=/; HttpOnly; Secure; SameSite=Lax`
    : `${PLAIN_NAME}=${token}; Path=/; HttpOnly; SameSite=Lax`;
}

/** The header that drops it. */
export function dropCookie(context: CookieContext): string {
  return `${cookieFor("", context)}; Max-Age=0`;
}

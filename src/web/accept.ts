/** What a client wants to be answered in. RFC 9110 §12.5.1, as far as anybody makes use of it. */

/** Whether it asks for JSON by name. */
export function wantsJson({ headers }: Request): boolean {
  return /\bapplication\/json\b/i.test(headers.get("accept") ?? "");
}

/** Whether it asks for HTML by name, as browsers do that show a page; curl and wget take anything. */
export function wantsHtml({ headers }: Request): boolean {
  return /\btext\/html\b/i.test(headers.get("accept") ?? "");
}

/**
 * Whether a browser sends it, for a page or for what a page has in it. Over plain HTTP they send no Fetch
 * Metadata (W3C Fetch Metadata §2), so there they are known by their name; programs that borrow it, such as
 * PowerShell, name no language.
 */
export function isBrowser({ headers }: Request): boolean {
  if (headers.has("sec-fetch-site") || headers.has("sec-fetch-mode")) return true;
  return headers.get("user-agent")?.startsWith("Mozilla/") === true && headers.has("accept-language");
}

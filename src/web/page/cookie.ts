/**
 * Choices that the server reads too, so that the next page comes in the right language and colours at once.
 */

const YEAR_S = 365 * 24 * 60 * 60;

/** Keeps a choice for a year. The value is a word, never text of a person. */
export function rememberInCookie(name: "baseftp-language" | "baseftp-theme", value: string): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;
}

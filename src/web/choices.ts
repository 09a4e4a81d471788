/** What a person has chosen about the page, or their browser for them: language and colours. */

export type Language = "en" | "zh";
export type Theme = "system" | "light" | "dark";

/**
 * The choices of whoever sends this: by the page's cookies, the language else by what the browser asks for.
 */
export function choicesOf(request: Request): { language: Language; theme: Theme } {
  const cookies = request.headers.get("Cookie") ?? "";
  const language = /(?:^|;\s*)baseftp-language=(en|zh)(?:;|$)/.exec(cookies)?.[1];
  const theme = /(?:^|;\s*)baseftp-theme=(light|dark)(?:;|$)/.exec(cookies)?.[1];
  return {
    language: (language as Language | undefined) ??
      preferredLanguage(request.headers.get("Accept-Language") ?? ""),
    theme: (theme as Theme | undefined) ?? "system",
  };
}

/**
 * The first of our languages by the weights of Accept-Language, RFC 9110 §12.5.4; English where none is asked
 * for.
 */
export function preferredLanguage(header: string): Language {
  const wishes = header.slice(0, 500).split(",").map((wish) => {
    const [tag = "", ...parameters] = wish.trim().toLowerCase().split(/\s*;\s*/);
    const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    return { language: tag.split("-")[0]!, weight: weight === undefined ? 1 : Number(weight) || 0 };
  }).filter(({ language, weight }) => (language === "en" || language === "zh") && weight > 0);
  return (wishes.toSorted((a, b) => b.weight - a.weight)[0]?.language as Language | undefined) ?? "en";
}

/** The language of the page: which one holds, and a text in it with values filled in. */

import { signal } from "@preact/signals";
import { rememberInCookie } from "./cookie.ts";
import type { Text, Values } from "../texts/text.ts";
import { fill } from "../texts/text.ts";

/** The languages that every text is written in, and what they call themselves. */
export const LANGUAGES = { en: "English", zh: "中文" } as const;
export type Language = keyof typeof LANGUAGES;

/** The language that holds: the server wrote it into the document, by the cookie or Accept-Language. */
export const language = signal<Language>(document.documentElement.lang.startsWith("zh") ? "zh" : "en");

/** The text in the language that holds; `{name}` stands for a value, `one|many` is chosen by `count`. */
export function t(text: Text, values: Values = {}): string {
  return fill(text[language.value], values, language.value);
}

/** Changes the language, here and for the next page. */
export function setLanguage(chosen: Language): void {
  language.value = chosen;
  document.documentElement.lang = htmlLanguage(chosen);
  rememberInCookie("baseftp-language", chosen);
}

function htmlLanguage(chosen: Language): string {
  return chosen === "zh" ? "zh-Hans" : chosen;
}

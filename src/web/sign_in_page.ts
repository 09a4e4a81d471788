/** The form that asks for account and password. It is plain HTML, which works without JavaScript. */

import { SIGN_IN } from "./texts/sign_in.ts";
import { fill, type Text } from "./texts/text.ts";
import { choicesOf, type Language } from "./choices.ts";
import { escapeHtml } from "./html.ts";
import { documentOf, htmlResponse } from "./shell.ts";
import type { HttpError, HttpErrorCode } from "./http_error.ts";
import type { WebVisit } from "./web_call.ts";

/** What the form shows. */
export interface SignInForm {
  /** Where to go when it has worked: a path of this origin. */
  readonly to: string;
  /** The name that was entered. */
  readonly name?: string;
  /** Why it has not worked. */
  readonly refusal?: HttpError;
}

/** Nothing runs here at all, and the form goes nowhere else. */
const POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; " +
  "frame-ancestors 'none'";

/** What a refusal means for whoever signs in, by its code; all others are told as they are. */
const REFUSALS: Readonly<Partial<Record<HttpErrorCode, Text>>> = {
  "sign-in": SIGN_IN.refused,
  "limit": SIGN_IN.tooMany,
  "foreign-origin": SIGN_IN.foreign,
};

/** The form as an answer, in the language of whoever asks; `?language=zh` changes it for good. */
export function signInResponse({ request, url, isSecure, services }: WebVisit, form: SignInForm): Response {
  const asked = url.searchParams.get("language");
  const chosen = asked === "en" || asked === "zh" ? asked : undefined;
  const { language: preferred, theme } = choicesOf(request);
  const language = chosen ?? preferred;
  const html = documentOf({
    language,
    theme,
    title: `${SIGN_IN.title[language]} · baseftp`,
    style: services.page?.style,
    body: bodyOf(form, { language, isSecure }),
  });
  const headers = new Headers(form.refusal?.headers);
  if (chosen) {
    headers.append("Set-Cookie", `baseftp-language=${chosen}; Path=/; Max-Age=31536000; SameSite=Lax`);
  }
  return htmlResponse(html, POLICY, { status: form.refusal?.status ?? 200, headers });
}

function bodyOf(
  { to, name = "", refusal }: SignInForm,
  { language, isSecure }: { language: Language; isSecure: boolean },
): string {
  const say = (text: Text): string => escapeHtml(fill(text[language], {}, language));
  const problem = refusal &&
    (REFUSALS[refusal.code] ? say(REFUSALS[refusal.code]!) : escapeHtml(refusal.message));
  // Where to go on: at the password, when the name is there already.
  const [atName, atPassword] = name === "" ? [" autofocus", ""] : ["", " autofocus"];
  return `<main class="sign-in-page"><form class="sign-in" method="post" action="/~/sign-in">` +
    `<div class="brand">${MARK}<span>baseftp</span></div><h1>${say(SIGN_IN.title)}</h1>` +
    (problem ? `<p class="sign-in-note sign-in-error" role="alert">${problem}</p>` : "") +
    (isSecure ? "" : `<p class="sign-in-note sign-in-warning">${say(SIGN_IN.plainHttp)}</p>`) +
    `<input type="hidden" name="to" value="${escapeHtml(to)}"><div class="form">` +
    fieldOf(
      "user",
      say(SIGN_IN.user),
      `type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required` +
        ` value="${escapeHtml(name)}"${atName}`,
    ) +
    fieldOf(
      "password",
      say(SIGN_IN.password),
      `type="password" autocomplete="current-password" required${atPassword}`,
    ) +
    // Few accounts have one, and a wrong one is told as a wrong password is: so it is open behind a refusal.
    `<details${problem ? " open" : ""}><summary>${say(SIGN_IN.codeAsk)}</summary>` +
    fieldOf(
      "code",
      say(SIGN_IN.code),
      `type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="16"`,
      say(SIGN_IN.codeHint),
    ) +
    `</details><button class="button button-primary" type="submit">${say(SIGN_IN.submit)}</button></div>` +
    `</form>${languagesOf(to, language)}</main>`;
}

function fieldOf(name: string, label: string, attributes: string, hint?: string): string {
  return `<div class="field"><label for="${name}">${label}</label>` +
    `<input id="${name}" name="${name}" ${attributes}${hint ? ` aria-describedby="${name}-hint"` : ""}>` +
    (hint ? `<p id="${name}-hint" class="field-hint">${hint}</p>` : "") + "</div>";
}

function languagesOf(to: string, language: Language): string {
  const link = (code: Language, tag: string, label: string): string =>
    code === language
      ? `<span aria-current="true">${label}</span>`
      : `<a href="/~/sign-in?language=${code}&amp;to=${
        encodeURIComponent(to)
      }" lang="${tag}" hreflang="${tag}">${label}</a>`;
  return `<nav class="sign-in-languages" aria-label="Language / 语言">${link("en", "en", "English")}${
    link("zh", "zh-Hans", "中文")
  }</nav>`;
}

const MARK = `<svg class="mark" width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">` +
  `<rect width="32" height="32" rx="8"/><path d="M12 22V11M8 15l4-4 4 4M20 10v11M16 17l4 4 4-4"/></svg>`;

/** The form that asks for account and password. It is plain HTML, which works without JavaScript. */

import { SIGN_IN } from "./texts/sign_in.ts";
import { fill, type Text } from "./texts/text.ts";
import { choicesOf, type Language } from "./choices.ts";
import { escapeHtml } from "./html.ts";
import { documentOf, htmlResponse } from "./shell.ts";
import type { WebPage } from "./web_page.ts";

/** Why the form is shown again. */
export type SignInProblem = "refused" | "code-wanted" | "not-here" | "too-many" | "foreign" | "failed";

/** What the form shows. */
export interface SignInForm {
  /** The status of the answer: 200 for the first form, 401, 403 or 429 behind an attempt. */
  readonly status: number;
  /** Where to go when it has worked: a path of this origin. */
  readonly to: string;
  /** The name that was entered. */
  readonly user?: string;
  readonly problem?: SignInProblem;
  /** Whether a code can be asked for: some account has one. */
  readonly hasCodes?: boolean;
  /** Whether one can go on without an account. */
  readonly hasAnonymous?: boolean;
  /** More headers, such as Retry-After. */
  readonly headers?: HeadersInit;
}

const PROBLEMS: Readonly<Record<SignInProblem, Text>> = {
  refused: SIGN_IN.refused,
  "code-wanted": SIGN_IN.codeWanted,
  "not-here": SIGN_IN.notHere,
  "too-many": SIGN_IN.tooMany,
  foreign: SIGN_IN.foreign,
  failed: SIGN_IN.failed,
};

/** Nothing runs here at all, and the form goes nowhere else. */
const POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; " +
  "frame-ancestors 'none'";

/** The form as an answer, in the language of whoever asks; `?language=zh` changes it for good. */
export function signInResponse(request: Request, page: WebPage, form: SignInForm): Response {
  const asked = new URL(request.url).searchParams.get("language");
  const chosen = asked === "en" || asked === "zh" ? asked : undefined;
  const { language: preferred, theme } = choicesOf(request);
  const language = chosen ?? preferred;
  const headers = new Headers(form.headers);
  if (chosen) {
    headers.append("Set-Cookie", `baseftp-language=${chosen}; Path=/; Max-Age=31536000; SameSite=Lax`);
  }
  const isPlain = new URL(request.url).protocol === "http:";
  const html = documentOf({
    language,
    theme,
    title: `${SIGN_IN.title[language]} · baseftp`,
    style: page.style,
    body: bodyOf(form, { language, isPlain }),
  });
  return htmlResponse(html, POLICY, { status: form.status, headers });
}

function bodyOf(form: SignInForm, { language, isPlain }: { language: Language; isPlain: boolean }): string {
  const say = (text: Text): string => escapeHtml(fill(text[language], {}, language));
  const { to, user = "", problem, hasCodes, hasAnonymous } = form;
  const isCodeWanted = problem === "code-wanted";
  // The field to go on with: the password, where the name is known already.
  const [atUser, atPassword] = user === "" ? [" autofocus", ""] : ["", " autofocus"];
  return `<main class="sign-in-page"><form class="sign-in" method="post" action="/~/sign-in">` +
    `<div class="brand">${MARK}<span>baseftp</span></div><h1>${say(SIGN_IN.title)}</h1>` +
    (problem ? `<p class="sign-in-note sign-in-error" role="alert">${say(PROBLEMS[problem])}</p>` : "") +
    (isPlain ? `<p class="sign-in-note sign-in-warning">${say(SIGN_IN.plainHttp)}</p>` : "") +
    `<input type="hidden" name="to" value="${escapeHtml(to)}"><div class="form">` +
    fieldOf(
      "user",
      say(SIGN_IN.user),
      `type="text" autocomplete="username" autocapitalize="none" spellcheck="false"` +
        ` required value="${escapeHtml(user)}"${atUser}`,
    ) +
    fieldOf(
      "password",
      say(SIGN_IN.password),
      `type="password" autocomplete="current-password" required${atPassword}`,
    ) +
    (hasCodes || isCodeWanted
      ? fieldOf(
        "code",
        say(SIGN_IN.code),
        `type="text" inputmode="numeric" autocomplete="one-time-code"` +
          ` maxlength="16"${isCodeWanted ? " required" : ""}`,
        say(SIGN_IN.codeHint),
      )
      : "") +
    `<button class="button button-primary" type="submit">${say(SIGN_IN.submit)}</button></div>` +
    (hasAnonymous
      ? `<p class="sign-in-other"><a href="${escapeHtml(to)}">${say(SIGN_IN.anonymous)}</a></p>`
      : "") +
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

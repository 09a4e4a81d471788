/** The form for the password of a share link, as HTML; it works without JavaScript. */

import { choicesOf } from "./choices.ts";
import { escapeHtml } from "./html.ts";
import { documentOf, htmlResponse } from "./shell.ts";
import { LINK_FORM } from "./texts/link_form.ts";
import type { WebVisit } from "./web_call.ts";

/** What it shows. */
export interface LinkFormOptions {
  /** Where it is sent. */
  readonly action: string;
  /** Whether a password was given, which is not the one. */
  readonly isWrong: boolean;
}

/** Nothing runs here at all, and the form goes nowhere else. */
const POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; " +
  "frame-ancestors 'none'";

/** The form as an answer, 401, in the language of whoever asks. */
export function linkFormResponse(
  { request, services }: Pick<WebVisit, "request" | "services">,
  { action, isWrong }: LinkFormOptions,
): Response {
  const { language, theme } = choicesOf(request);
  const say = (key: keyof typeof LINK_FORM): string => escapeHtml(LINK_FORM[key][language]);
  const html = documentOf({
    language,
    theme,
    title: LINK_FORM.title[language],
    style: services.page?.style,
    head: `<meta name="robots" content="noindex">`,
    body: `<main class="sign-in-page"><form class="sign-in" method="post" action="${escapeHtml(action)}">` +
      `<h1>${say("title")}</h1>` +
      (isWrong ? `<p class="sign-in-note sign-in-error" role="alert">${say("wrong")}</p>` : "") +
      `<div class="form"><div class="field"><label for="password">${say("password")}</label>` +
      `<input id="password" name="password" type="password" autocomplete="off" required autofocus ` +
      `aria-describedby="hint"><p id="hint" class="field-hint">${say("hint")}</p></div>` +
      `<button class="button button-primary">${say("open")}</button></div></form></main>`,
  });
  return htmlResponse(html, POLICY, { status: 401 });
}

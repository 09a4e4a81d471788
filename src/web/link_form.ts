/** The form for the password of a share link. It is plain HTML, which works without JavaScript. */

import { choicesOf } from "./choices.ts";
import { escapeHtml } from "./html.ts";
import { documentOf, htmlResponse } from "./shell.ts";
import { SHARE_LINK } from "./texts/share_link.ts";
import { SIGN_IN } from "./texts/sign_in.ts";
import type { Text } from "./texts/text.ts";
import type { WebVisit } from "./web_call.ts";

/** What it shows. */
export interface LinkForm {
  /** Where it is sent. */
  readonly action: string;
  /** Whether a wrong password was given. */
  readonly isRefused: boolean;
}

/** Nothing runs in what the server shows of links by itself, and a form goes nowhere else. */
export const LINK_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; " +
  "base-uri 'none'; frame-ancestors 'none'";

/** The form as an answer, 401, in the language of whoever asks. */
export function linkFormResponse(
  { request, isSecure, services }: WebVisit,
  { action, isRefused }: LinkForm,
): Response {
  const { language, theme } = choicesOf(request);
  const say = (text: Text): string => escapeHtml(text[language]);
  const body =
    `<main class="sign-in-page"><form class="sign-in" method="post" action="${escapeHtml(action)}">` +
    `<h1>${say(SHARE_LINK.title)}</h1>` +
    (isRefused ? `<p class="sign-in-note sign-in-error" role="alert">${say(SHARE_LINK.refused)}</p>` : "") +
    (isSecure ? "" : `<p class="sign-in-note sign-in-warning">${say(SIGN_IN.plainHttp)}</p>`) +
    `<div class="form"><div class="field"><label for="password">${say(SHARE_LINK.password)}</label>` +
    `<input id="password" name="password" type="password" autocomplete="off" required autofocus ` +
    `aria-describedby="password-hint"><p id="password-hint" class="field-hint">` +
    `${say(SHARE_LINK.passwordHint)}</p></div>` +
    `<button class="button button-primary" type="submit">${
      say(SHARE_LINK.open)
    }</button></div></form></main>`;
  const title = `${SHARE_LINK.title[language]} · baseftp`;
  const html = documentOf({ language, theme, title, style: services.page?.style, body });
  return htmlResponse(html, LINK_POLICY, { status: 401 });
}

/** `/~/sign-in` and `/~/sign-out`: a form that works without JavaScript, and the cookie that follows. */

import { wantsJson } from "./accept.ts";
import { cookieFor, dropCookie, tokenOf } from "./cookies.ts";
import { httpErrorOf } from "./http_error.ts";
import { readForm } from "./read_form.ts";
import { signInResponse } from "./sign_in_page.ts";
import type { WebVisit } from "./web_call.ts";

/** `GET /~/sign-in?to=PATH`: the form. */
export function showSignIn(visit: WebVisit): Response {
  return signInResponse(visit, { to: placeToGo(visit.url.searchParams.get("to")) });
}

/** `POST /~/sign-in` (user, password, code, to): 303 with the cookie, or the form with what is wrong. */
export async function signIn(visit: WebVisit): Promise<Response> {
  const { request, services } = visit;
  const form = await readForm(visit);
  const name = form.get("user") ?? "";
  const to = placeToGo(form.get("to"));
  try {
    const credentials = { name, password: form.get("password") ?? "", code: form.get("code") ?? "" };
    // A browser has one session: who signs in again leaves the former one.
    const former = tokenOf(request, visit);
    const { token } = await services.sessions.signIn(credentials, visit);
    if (former !== undefined) services.sessions.signOut(former);
    return seeOther(to, { "Set-Cookie": cookieFor(token, visit) });
  } catch (error) {
    const refusal = httpErrorOf(error);
    if (!refusal || wantsJson(request)) throw error;
    return signInResponse(visit, { to, name, refusal });
  }
}

/** `POST /~/sign-out`: ends the session of the cookie. */
export function signOut(visit: WebVisit): Response {
  const token = tokenOf(visit.request, visit);
  if (token !== undefined) visit.services.sessions.signOut(token);
  return seeOther("/~/sign-in", { "Set-Cookie": dropCookie(visit) });
}

function seeOther(place: string, headers: Readonly<Record<string, string>>): Response {
  return new Response(null, {
    status: 303,
    headers: { Location: place, "Cache-Control": "no-store", ...headers },
  });
}

/** Where to go after: a path of this server and nothing that a browser takes for another one. */
function placeToGo(to: string | null): string {
  return to !== null && /^\/(?![/\\])[\x21-\x7e]*$/.test(to) && !to.includes("\\") ? to : "/";
}

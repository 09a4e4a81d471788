/** `/~/l/TOKEN/…`: what has a share link shows and takes, to whoever has the token. */

import { isToken } from "../links/link.ts";
import { nameOf, pathIn, ROOT, type VirtualPath } from "../protocol/pathname.ts";
import { isBrowser, wantsHtml, wantsJson } from "./accept.ts";
import { hrefOf, isProgramAddress, type TreeAddress, treeAddressOf } from "./address.ts";
import { BASIC_CHALLENGE, basicCredentialsOf } from "./basic_credentials.ts";
import { cookieOfLink, linkCookieFor } from "./cookies.ts";
import { HttpError } from "./http_error.ts";
import { linkFormResponse } from "./link_form.ts";
import { noLink } from "./link_session.ts";
import { LinkUses } from "./link_uses.ts";
import { type Guest, LinkVisits } from "./link_visits.ts";
import { uploadPlace } from "./link_upload.ts";
import { refuseEmbedding } from "./origin_check.ts";
import { readForm } from "./read_form.ts";
import { SubtreeFiles } from "../storage/subtree_files.ts";
import { tus, tusOptions } from "./tus.ts";
import type { TreeEntrance, WebCall, WebVisit } from "./web_call.ts";

/** Who visits, and what has been used. */
interface LinkState {
  readonly visits: LinkVisits;
  readonly uses: LinkUses;
}

/** Of each server, by what it keeps its sessions in. */
const states = new WeakMap<WebVisit["services"]["sessions"], LinkState>();

/** Answers everything below it. */
export async function openLink(visit: WebVisit, enterTree: TreeEntrance): Promise<Response> {
  const { rest, request, url } = visit;
  const [, token = "", place = ""] = /^([^/]*)(.*)$/s.exec(rest) ?? [];
  if (!isToken(token)) throw noLink();
  const base = `/~/l/${token}`;
  if (place === "") return redirectTo(`${base}/${url.search}`);
  const isTus = place.startsWith("/~/tus/");
  if (isProgramAddress(place) && !isTus) {
    throw new HttpError({ status: 404, code: "not-found", message: "There is nothing at this address" });
  }
  if (isTus && request.method === "OPTIONS") return tusOptions(visit);
  // Wrong tokens count for the address: no other site is to count them for its visitors.
  if (cookieOfLink(request, visit) === undefined) refuseEmbedding(request);
  const isForm = request.method === "POST" && url.searchParams.has("enter");
  try {
    const password = isForm
      ? (await readForm(visit)).get("password") ?? ""
      : basicCredentialsOf(request)?.password;
    const cookie = isForm ? undefined : cookieOfLink(request, visit);
    const takesCookies = isForm || isBrowser(request);
    const guest = await stateOf(visit).visits.enter(visit, { token, password, cookie, takesCookies });
    const response = isForm
      ? redirectTo(placeBehindForm(place, base))
      : url.searchParams.has("about")
      ? about(guest)
      : isTus
      ? await answerTus(visit, { guest, base }, enterTree)
      : await answer(visit, { guest, base, address: treeAddressOf(place) }, enterTree);
    response.headers.set("X-Robots-Tag", "noindex, nofollow");
    if (guest.newCookie !== undefined) {
      response.headers.append("Set-Cookie", linkCookieFor(guest.newCookie, { ...visit, base }));
    }
    return response;
  } catch (error) {
    if (!(error instanceof HttpError) || error.code !== "sign-in") throw error;
    return askForPassword(visit, { error, base, place, isForm });
  }
}

function stateOf({ services: { sessions } }: WebVisit): LinkState {
  const state = states.get(sessions) ?? { visits: new LinkVisits(), uses: new LinkUses() };
  states.set(sessions, state);
  return state;
}

/** What is to be answered. */
interface Asked {
  readonly guest: Guest;
  readonly base: string;
  readonly address: TreeAddress;
}

async function answer(
  visit: WebVisit,
  { guest, base, address }: Asked,
  enterTree: TreeEntrance,
): Promise<Response> {
  const { session } = guest;
  const own = onlyFileFor(visit, { guest, address });
  return await enterTree({ ...visit, ...own?.visit }, session, (call, answerTree) => {
    const placed: WebCall = { ...call, ...own?.address ?? address, base };
    const shown = guest.link.kind === "upload" ? uploadPlace(placed) : undefined;
    if (shown) return Promise.resolve(shown);
    return stateOf(visit).uses.answer(placed, guest, answerTree);
  });
}

/** Uploads that can be gone on with, at the same addresses as those of accounts. */
async function answerTus(
  visit: WebVisit,
  { guest, base }: Pick<Asked, "guest" | "base">,
  enterTree: TreeEntrance,
): Promise<Response> {
  return await enterTree(visit, guest.session, (call) => {
    return stateOf(visit).uses.answerTus({ ...call, base }, guest, tus);
  });
}

/**
 * Programs that ask for the link to one file get the file, as `curl -OJ` wants it; people see a folder with
 * the file in it.
 */
function onlyFileFor(
  { request, url }: WebVisit,
  { guest: { session: { files }, link }, address }: Pick<Asked, "guest" | "address">,
): { readonly visit: Pick<WebVisit, "url">; readonly address: TreeAddress } | undefined {
  const isOne = files instanceof SubtreeFiles && files.showsOne && address.path === ROOT;
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (!isOne || !isRead || wantsHtml(request) || wantsJson(request) || url.searchParams.has("plain")) {
    return undefined;
  }
  const saved = new URL(url);
  saved.searchParams.set("download", "");
  const path = pathIn(ROOT, `/${nameOf(link.path)}` as VirtualPath);
  return { visit: { url: saved }, address: { path, isDirectoryForm: false } };
}

/** `?about`: what the page has to know of the link before it lists anything. */
function about({ link, session: { files } }: Guest): Response {
  const { path, kind, expiresAtMs, usesLeft } = link;
  const isFile = files instanceof SubtreeFiles && files.showsOne;
  const body = { kind, name: nameOf(path), isFile, expiresAtMs, usesLeft };
  return Response.json(body, { headers: { "Cache-Control": "no-store" } });
}

/** Browsers that show a page get a form, programs the challenge; the page itself sends to the form. */
function askForPassword(
  visit: WebVisit,
  { error, base, place, isForm }: {
    readonly error: HttpError;
    readonly base: string;
    readonly place: string;
    readonly isForm: boolean;
  },
): Response {
  const { request } = visit;
  const isPage = isForm || (["GET", "HEAD"].includes(request.method) && wantsHtml(request));
  const hasGiven = isForm || request.headers.has("authorization");
  if (!isPage) {
    const headers = isBrowser(request) ? undefined : { "WWW-Authenticate": BASIC_CHALLENGE };
    throw new HttpError({ ...error, message: error.message, ...headers && { headers } });
  }
  return linkFormResponse(visit, { action: `${base}${place}?enter`, isRefused: hasGiven });
}

/** Where the form leads. Written anew: what stood in the address may be no text for a header. */
function placeBehindForm(place: string, base: string): string {
  const { path, isDirectoryForm } = treeAddressOf(place);
  return hrefOf(path, { isDirectory: isDirectoryForm, base });
}

function redirectTo(place: string): Response {
  return new Response(null, { status: 303, headers: { "Location": place, "Cache-Control": "no-store" } });
}

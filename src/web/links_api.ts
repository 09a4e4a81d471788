/** `/~/api/links`: the share links of the account that is signed in: made, listed, taken back. */

import type { LinkDesk, LinkWish, OwnLink } from "../front_office/link_desk.ts";
import { resolvePathname, ROOT, type VirtualPath } from "../protocol/pathname.ts";
import { HttpError } from "./http_error.ts";
import { readJson } from "./read_form.ts";
import type { WebCall } from "./web_call.ts";

/** Ten years. */
const MOST_SECONDS = 10 * 366 * 86_400;
const MOST_USES = 1_000_000;
const LONGEST_PASSWORD = 1000;

/** A link as the page and programs have it. */
interface LinkData {
  readonly id: string;
  readonly url: string;
  readonly path: string;
  readonly kind: OwnLink["kind"];
  readonly madeAtMs: number;
  readonly expiresAtMs?: number;
  readonly usesLeft?: number;
  readonly hasPassword: boolean;
}

/** `GET /~/api/links`: `{"links": […]}`, the oldest first. */
export async function listLinks(call: WebCall): Promise<Response> {
  const links = await deskOf(call).list(call.session.label);
  return json({ links: links.map((link) => linkData(link, call)) });
}

/**
 * `POST /~/api/links` with `{"path", "kind", "expiresInSeconds"?, "uses"?, "password"?}`: 201 with the link.
 *
 * @throws {HttpError} 400 for what is written wrongly, 403 for what the account may not share, 404 where
 *   nothing is, 429 where there are too many.
 */
export async function makeLink(call: WebCall): Promise<Response> {
  const desk = deskOf(call);
  const wish = await wishIn(call);
  await requirePlace(call, wish);
  const made = await desk.make({ session: call.session.label, ...wish });
  if (!("denied" in made)) return json(linkData(made, call), 201);
  throw new HttpError({
    status: made.denied === "limit" ? 429 : 403,
    code: made.denied,
    message: `Cannot make the link: ${made.why}`,
  });
}

/** `DELETE /~/api/links/ID`: 204, or 404 where the account has no such link. */
export async function revokeLink(call: WebCall): Promise<Response> {
  if (await deskOf(call).revoke(call.rest, call.session.label)) return new Response(null, { status: 204 });
  throw new HttpError({ status: 404, code: "not-found", message: "There is no such link" });
}

function deskOf({ services: { office: { links } } }: WebCall): LinkDesk {
  if (links) return links;
  throw new HttpError({ status: 404, code: "not-found", message: "This server has no share links" });
}

function linkData({ token, account: _, usedAtMs: __, ...link }: OwnLink, { url }: WebCall): LinkData {
  return { ...link, url: `${url.origin}/~/l/${token}/` };
}

/** Who may list is told whether something is there; others make a link to what they name. */
async function requirePlace(
  { session: { files } }: WebCall,
  { path, kind }: Pick<LinkWish, "path" | "kind">,
): Promise<void> {
  if (kind === "upload") return await files.enter(path);
  if (await files.allows("l", path)) await files.stat(path);
}

async function wishIn(call: WebCall): Promise<Omit<LinkWish, "session">> {
  const body = await readJson(call);
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw wrong("it is no JSON object");
  const { path, kind, expiresInSeconds, uses, password, ...rest } = body as Record<string, unknown>;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw wrong("path, kind, expiresInSeconds, uses and password are all there is");
  if (kind !== "download" && kind !== "upload") throw wrong("kind is download or upload");
  return {
    path: pathIn(path),
    kind,
    seconds: countIn(expiresInSeconds, "expiresInSeconds", MOST_SECONDS),
    uses: countIn(uses, "uses", MOST_USES),
    password: passwordIn(password),
  };
}

function pathIn(value: unknown): VirtualPath {
  if (typeof value === "string" && value.startsWith("/") && value.length <= 4096) {
    return resolvePathname(ROOT, value);
  }
  throw wrong("path begins with a slash");
}

function countIn(value: unknown, name: string, most: number): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= most) {
    return value as number;
  }
  throw wrong(`${name} is a whole number from 1 to ${most}`);
}

function passwordIn(value: unknown): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string" && value.length <= LONGEST_PASSWORD && !/\p{Cc}/u.test(value)) return value;
  throw wrong("password is a text without control characters");
}

function wrong(why: string): HttpError {
  return new HttpError({ status: 400, code: "bad-request", message: `Cannot make the link: ${why}` });
}

function json(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers: { "Cache-Control": "no-store" } });
}

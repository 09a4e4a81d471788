/** `link`, `links` and `link-revoke`: share links, made, told and taken back by the owner of the server. */

import type { OwnLink } from "../../front_office/link_desk.ts";
import { resolvePathname, ROOT, type VirtualPath } from "../../protocol/pathname.ts";
import type { ControlAction, ControlledLinks, ControlledServer } from "../action.ts";
import { onlyParams, secondsParam, textParam } from "../params.ts";
import { ControlError, type Params } from "../protocol.ts";

/** A share link as JSON has it. */
export interface LinkFacts {
  readonly id: string;
  readonly account: string;
  /** In the account's own tree. */
  readonly path: string;
  readonly kind: "download" | "upload";
  /** ISO 8601. */
  readonly made: string;
  /** When it ends, ISO 8601; null for never. */
  readonly expires: string | null;
  /** How many more visits may fetch or leave something; null for any number. */
  readonly usesLeft: number | null;
  readonly hasPassword: boolean;
  /** Where it opens, the best address first: whoever has one may use the link. */
  readonly urls: readonly string[];
}

/** A share link as JSON has it. */
export function linkFacts(link: OwnLink, urls: readonly string[]): LinkFacts {
  const { id, account, path, kind, madeAtMs, expiresAtMs, usesLeft, hasPassword } = link;
  return {
    ...{ id, account, path, kind, hasPassword, urls },
    made: new Date(madeAtMs).toISOString(),
    expires: expiresAtMs === undefined ? null : new Date(expiresAtMs).toISOString(),
    usesLeft: usesLeft ?? null,
  };
}

/**
 * `account`, `path`: whose link, and to what; `kind`: `upload`, or `download` where it is left out;
 * `seconds`, `uses`: for how long and how often, any where left out; `password`: none where left out.
 */
export const link: ControlAction = {
  name: "link",
  about: ({ account, path }) => `${account} ${path}`,
  async run(params, running): Promise<LinkFacts> {
    onlyParams(params, ["account", "path", "kind", "seconds", "uses", "password"]);
    const links = linksOf(running);
    const made = await links.make(textParam(params, "account"), {
      path: pathParam(params),
      kind: kindParam(params),
      seconds: secondsParam(params, "seconds"),
      uses: usesParam(params),
      password: params.password === undefined ? undefined : textParam(params, "password"),
    });
    if ("denied" in made) throw new ControlError("failed", `Cannot make the link: ${made.why}`);
    return linkFacts(made, links.urlsOf(made));
  },
};

/** How many links there are. */
export interface LinksResult {
  readonly links: number;
}

/** `account`: whose links; of all where it is left out. Tells of each, the oldest first. */
export const links: ControlAction = {
  name: "links",
  async run(params, running, tell): Promise<LinksResult> {
    onlyParams(params, ["account"]);
    const links = linksOf(running);
    const list = await links.list(params.account === undefined ? undefined : textParam(params, "account"));
    for (const link of list) await tell(linkFacts(link, links.urlsOf(link)));
    return { links: list.length };
  },
};

/** `id`: the link's name. */
export const linkRevoke: ControlAction = {
  name: "link-revoke",
  about: ({ id }) => String(id),
  async run(params, running): Promise<LinkFacts> {
    onlyParams(params, ["id"]);
    const links = linksOf(running);
    const id = textParam(params, "id");
    const revoked = await links.revoke(id);
    if (revoked) return linkFacts(revoked, links.urlsOf(revoked));
    throw new ControlError("not-found", `Cannot revoke ${JSON.stringify(id)}: there is no such link`);
  },
};

/** Those of the server. @throws {ControlError} `failed` where it has none. */
function linksOf({ links }: ControlledServer): ControlledLinks {
  if (links) return links;
  throw new ControlError("failed", "Cannot ask about share links: the server has no web page; set web-port");
}

function pathParam(params: Params): VirtualPath {
  const path = textParam(params, "path");
  if (path.startsWith("/") && !path.includes("\0")) return resolvePathname(ROOT, path);
  throw new ControlError("usage", "Cannot use the param path: expected one that begins with a slash");
}

function kindParam({ kind = "download" }: Params): "download" | "upload" {
  if (kind === "download" || kind === "upload") return kind;
  throw new ControlError("usage", "Cannot use the param kind: expected download or upload");
}

function usesParam({ uses }: Params): number | undefined {
  if (uses === undefined) return undefined;
  if (Number.isSafeInteger(uses) && (uses as number) > 0) return uses as number;
  throw new ControlError("usage", "Cannot use the param uses: expected a whole number above 0");
}

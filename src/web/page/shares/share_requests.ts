/** The requests about share links of one's own. */

import { request, requestJson } from "../api.ts";

/** A share link as its account sees it. */
export interface ShareLink {
  readonly id: string;
  readonly url: string;
  readonly path: string;
  readonly kind: "download" | "upload";
  readonly expiresAtMs?: number;
  readonly usesLeft?: number;
  readonly hasPassword: boolean;
  readonly madeAtMs: number;
}

/** What a new link is to be. */
export interface WantedLink {
  readonly path: string;
  readonly kind: "download" | "upload";
  readonly expiresInSeconds?: number;
  readonly uses?: number;
  readonly password?: string;
}

/** @throws {ApiError} */
export async function makeLink(wanted: WantedLink): Promise<ShareLink> {
  return await requestJson("/~/api/links", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...wanted, path: wanted.path.replace(/(?<=.)\/$/, "") }),
  });
}

/** The links of the account, the newest first. @throws {ApiError} */
export async function listLinks(): Promise<ShareLink[]> {
  const answer = await requestJson<ShareLink[] | { links: ShareLink[] }>("/~/api/links");
  const links = Array.isArray(answer) ? answer : answer.links;
  return links.sort((a, b) => b.madeAtMs - a.madeAtMs);
}

/** @throws {ApiError} */
export async function revokeLink(id: string): Promise<void> {
  await request(`/~/api/links/${encodeURIComponent(id)}`, { method: "DELETE" });
}

/** Actions of the server, asked for by the page: `POST /~/api/control`. */

import { ApiError, refusalText, request } from "../api.ts";

/** What an action tells: one by one what may be many, and a result. */
export interface Told<Item, Result> {
  readonly items: readonly Item[];
  readonly result: Result;
}

/** A line of an answer. */
type Line<Item, Result> =
  | { readonly item: Item }
  | { readonly result: Result }
  | { readonly error: { readonly kind: string; readonly message: string } };

/** Asks for an action. @throws {ApiError} where it is refused; the message is the server's own. */
export async function act<Result, Item = never>(
  action: string,
  params: Readonly<Record<string, unknown>> = {},
  signal?: AbortSignal,
): Promise<Told<Item, Result>> {
  const answer = await request("/~/api/control", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ action, params }),
    signal,
  });
  const items: Item[] = [];
  for (const text of (await answer.text()).split("\n")) {
    if (text === "") continue;
    const line = JSON.parse(text) as Line<Item, Result>;
    if ("item" in line) items.push(line.item);
    else if ("error" in line) throw new ApiError(line.error.kind, answer.status, line.error.message);
    else return { items, result: line.result };
  }
  throw new ApiError("network", 0, "The answer was cut off");
}

/** Codes whose sentence the page has in its own language; the others name a key or a value. */
const KNOWN: ReadonlySet<string> = new Set(["sign-in", "denied", "limit", "network", "foreign-origin"]);

/** Why an action was not done. */
export function problemText(error: unknown): string {
  return error instanceof ApiError && !KNOWN.has(error.code) ? error.message : refusalText(error);
}

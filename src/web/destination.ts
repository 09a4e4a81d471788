/** `Destination` and `Overwrite`: where MOVE moves to. RFC 4918 §10.3, §10.6. */

import { isProgramAddress, rawPathOf, treeAddressOf } from "./address.ts";
import type { VirtualPath } from "../protocol/pathname.ts";
import { HttpError } from "./http_error.ts";
import type { WebCall } from "./web_call.ts";

/**
 * The place in the tree of the call that `Destination` names: a path, or an address of this server.
 *
 * @throws {HttpError} 400 where there is none, 502 for another server, 403 for a place outside the tree.
 */
export function destinationOf({ request, base }: WebCall): VirtualPath {
  const text = request.headers.get("destination")?.trim() ?? "";
  const rawPath = pathIn(text, request);
  if (base !== "") {
    if (rawPath !== base && !rawPath.startsWith(`${base}/`)) throw elsewhere();
    return treeAddressOf(rawPath.slice(base.length)).path;
  }
  if (isProgramAddress(rawPath)) throw elsewhere();
  return treeAddressOf(rawPath).path;
}

/** Whether what lies there may be replaced, which it may where nothing is said. */
export function mayOverwrite({ request: { headers } }: WebCall): boolean {
  const text = headers.get("overwrite")?.trim().toUpperCase() ?? "T";
  if (text === "T" || text === "F") return text === "T";
  throw new HttpError({ status: 400, code: "bad-request", message: "Overwrite is T or F" });
}

function pathIn(text: string, request: Request): string {
  if (text === "") {
    throw new HttpError({ status: 400, code: "bad-request", message: "MOVE needs the header Destination" });
  }
  if (text.startsWith("/") && !text.startsWith("//")) return rawPathOf(`http://host${text}`);
  // Behind a proxy that ends TLS the scheme is another, the host the same.
  const host = hostOf(text);
  const own = request.headers.get("host")?.toLowerCase() ?? hostOf(request.url);
  if (host !== undefined && host === own) return rawPathOf(text) || "/";
  throw new HttpError({ status: 502, code: "failed", message: "Nothing can be moved to another server" });
}

function hostOf(address: string): string | undefined {
  return /^https?:\/\/([^/?#@\\]+)(?=[/?#]|$)/i.exec(address)?.[1]?.toLowerCase();
}

function elsewhere(): HttpError {
  return new HttpError({ status: 403, code: "denied", message: "Nothing can be moved to there" });
}

/** The web page as a part that a server is given: who has none of it loads none of it. */

import type { PlainOptions } from "../options/plain_options.ts";
import type { Routes } from "./routes.ts";
import type { WebAssets } from "./web_assets.ts";
import { WebServer, type WebServerParts } from "./web_server.ts";

/** What the server makes of it. */
export interface OpenWebPart {
  readonly serves: "web";
  /** The server of the page, which does not listen yet. */
  make(options: PlainOptions, parts: Pick<WebServerParts, "services" | "identities">): WebServer;
}

/**
 * The part.
 *
 * @param page `assets`: the files of the page; `routes`: what is answered, by default all that there is.
 */
export function webPart(page: { readonly assets: WebAssets; readonly routes?: Routes }): OpenWebPart {
  return { serves: "web", make: (options, parts) => new WebServer(options, { ...parts, ...page }) };
}

/** The web page as a part that a server is given: who has none of it loads none of it. */

import type { PlainOptions } from "../options/plain_options.ts";
import { WebServer, type WebServerParts } from "./web_server.ts";

/** What the server makes of it. */
export interface OpenWebPart {
  readonly serves: "web";
  /** The server of the page, which does not listen yet. */
  make(options: PlainOptions, parts: Pick<WebServerParts, "services" | "identities">): WebServer;
}

/** The page, and what is answered. */
export type WebPartOptions = Pick<WebServerParts, "page" | "routes">;

/** The part. */
export function webPart(options: WebPartOptions): OpenWebPart {
  return { serves: "web", make: (plain, parts) => new WebServer(plain, { ...parts, ...options }) };
}

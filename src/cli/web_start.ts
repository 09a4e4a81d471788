/** What the web page needs at the start; all of it is loaded where there is a web port alone. */

import type { Settings } from "../config/schema.ts";
import type { WebPart } from "../server_options.ts";
import type { WebPage } from "../web/web_page.ts";

/** What is told on the way. */
export interface PageNotices {
  info(message: string): void;
  error(message: string, error: unknown): void;
}

/**
 * The files of the page; undefined where it is not served, or cannot be built: then browsers get plain
 * listings.
 */
export async function pageFor({ webPort }: Settings, tell: PageNotices): Promise<WebPage | undefined> {
  if (webPort === "none") return undefined;
  // By a computed name, as is all of the page: `deno run` would load it at each start.
  const { href } = new URL("./page/open_page.ts", import.meta.url);
  const { openPage } = await import(href) as typeof import("./page/open_page.ts");
  try {
    return await openPage({ onBuild: () => tell.info("Building the web page, once") });
  } catch (error) {
    tell.error("Browsers get plain listings", error);
    return undefined;
  }
}

/** What serves the page in a server of one thread. */
export async function webPartFor(page: WebPage | undefined): Promise<WebPart> {
  const { href } = new URL("../web/web_part.ts", import.meta.url);
  const { webPart } = await import(href) as typeof import("../web/web_part.ts");
  return webPart({ page });
}

/**
 * Makes sure that the page can be served as the settings say.
 *
 * @throws {Error} saying what to do where it cannot.
 */
export async function requireWeb(
  { webPort, webPlainHttp }: Settings,
  { hasCertificate }: { readonly hasCertificate: boolean },
): Promise<void> {
  if (webPort === "none") return;
  const { href } = new URL("../net/http_machine.ts", import.meta.url);
  const { checkRuntimeHttp } = await import(href) as typeof import("../net/http_machine.ts");
  checkRuntimeHttp();
  if (hasCertificate || webPlainHttp !== "never") return;
  throw new Error(
    "Cannot serve the web page: there is no certificate and web-plain-http is never; " +
      "name one with tls-certificate, or have one made with tls = offered",
  );
}

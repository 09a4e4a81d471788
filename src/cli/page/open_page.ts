/**
 * The web page for a server that starts: read as it was built, and built anew when its sources have changed.
 */

import type { WebPage } from "../../web/web_page.ts";
import { PAGE_FILE, readPage } from "./page_file.ts";

/** How it goes. */
export interface OpenPageOptions {
  /** Called before the page is built, which takes about a second. */
  readonly onBuild: () => void;
}

/**
 * The page. In the executable it is there; from source it is built at the first start that wants it.
 *
 * @throws {PageBuildError} when it has to be built and cannot.
 */
export async function openPage({ onBuild }: OpenPageOptions): Promise<WebPage> {
  if (!Deno.build.standalone && await isOld()) {
    onBuild();
    // By a computed name: the executable has no bundler.
    const { href } = new URL("./build_page.ts", import.meta.url);
    const { buildPage } = await import(href) as typeof import("./build_page.ts");
    return await buildPage();
  }
  return readPage(await Deno.readTextFile(PAGE_FILE));
}

/** Whether there is no page, or one from before the last change of a source. */
async function isOld(): Promise<boolean> {
  const builtMs = await modifiedMs(PAGE_FILE);
  if (builtMs === undefined) return true;
  return await newestMs(new URL("../../web/page/", import.meta.url)) > builtMs ||
    await newestMs(new URL("../../web/texts/", import.meta.url)) > builtMs;
}

async function newestMs(folder: URL): Promise<number> {
  let newest = 0;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const at = new URL(isDirectory ? `${name}/` : name, folder);
    newest = Math.max(newest, isDirectory ? await newestMs(at) : await modifiedMs(at) ?? 0);
  }
  return newest;
}

async function modifiedMs(file: URL): Promise<number | undefined> {
  try {
    return (await Deno.stat(file)).mtime?.getTime();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

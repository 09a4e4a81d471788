/** Builds the web page from its sources into one file, with the runtime's own bundler. */

import { PAGE_FILE, writePage } from "./page_file.ts";
import type { PageFile, WebPage } from "../../web/web_page.ts";

/** Where the sources of the page lie. */
export const PAGE_SOURCES = new URL("../../web/page/", import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
};

/** Why the page could not be built. */
export class PageBuildError extends Error {
  override readonly name = "PageBuildError";
}

/**
 * Builds the page and puts it in its place, all at once: whoever reads meanwhile gets the old one or the new.
 *
 * @throws {PageBuildError} when the bundler fails, such as for want of a network at the first time.
 */
export async function buildPage(): Promise<WebPage> {
  const folder = await Deno.makeTempDir({ prefix: "baseftp-page-" });
  try {
    await bundle(folder);
    const page = await collect(folder);
    await Deno.mkdir(new URL("./", PAGE_FILE), { recursive: true });
    const draft = new URL(`./.${crypto.randomUUID()}`, PAGE_FILE);
    await Deno.writeTextFile(draft, writePage(page));
    await Deno.rename(draft, PAGE_FILE);
    return page;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function bundle(folder: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      "--platform=browser",
      "--minify",
      "--code-splitting",
      `--outdir=${folder}`,
      "app.tsx",
      "app.css",
    ],
    cwd: PAGE_SOURCES,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) return;
  // Its first sentence says it; behind that come causes, and places in its own program.
  const reason = new TextDecoder().decode(stderr).trim().split(/\n\n(?:Caused by|Stack backtrace):/, 1)[0]!;
  throw new PageBuildError(
    `Cannot build the web page: ${
      reason.replace(/^error: /, "")
    }; the first build downloads what it is made ` +
      "of, so run `deno task page` once with a network, or leave web-port out",
  );
}

/**
 * Packs what the bundler has written. The entries get their hash into the name, as the other parts have it.
 */
async function collect(folder: string): Promise<WebPage> {
  const files = new Map<string, PageFile>();
  const entries = new Map<string, string>();
  let imports: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    const bytes = await Deno.readFile(`${folder}/${name}`);
    const [stem, extension] = [name.slice(0, name.lastIndexOf(".")), name.slice(name.lastIndexOf(".") + 1)];
    const isEntry = stem === "app";
    const kept = isEntry ? `app-${await shortHash(bytes)}.${extension}` : name;
    if (isEntry) entries.set(extension, kept);
    if (isEntry && extension === "js") imports = importsOf(new TextDecoder().decode(bytes));
    files.set(kept, { type: TYPES[extension]!, size: bytes.length, gzip: await gzip(bytes) });
  }
  return { script: entries.get("js")!, style: entries.get("css")!, imports, files };
}

/** The names of the files that a minified script imports before it runs. */
function importsOf(script: string): string[] {
  return Array.from(script.matchAll(/\b(?:from|import)\s*"\.\/([\w.-]+)"/g), ([, name]) => name!);
}

async function shortHash(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash.subarray(0, 5), (byte) => byte.toString(32).padStart(2, "0")).join("").toUpperCase();
}

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  // The best level, which streams of the platform do not offer: it is done once for all browsers.
  const { gzipSync } = await import("node:zlib");
  return new Uint8Array(gzipSync(bytes, { level: 9 }));
}

if (import.meta.main) {
  try {
    await write(Deno.stdout, `The page is built: ${sizesOf(await buildPage())}\n`);
  } catch (error) {
    if (!(error instanceof PageBuildError)) throw error;
    await write(Deno.stderr, `${error.message}\n`);
    Deno.exit(1);
  }
}

/** How much a first visit loads, and how much there is in all. */
function sizesOf({ script, style, imports = [], files }: WebPage): string {
  const kilobytes = (names: Iterable<string>): string =>
    (Array.from(names, (name) => files.get(name)!.gzip.length).reduce((sum, size) => sum + size, 0) / 1024)
      .toFixed(1);
  return `a first visit loads ${kilobytes([script, style, ...imports])} KB (gzip) of ${
    kilobytes(files.keys())
  }`;
}

async function write(to: { readonly writable: WritableStream<Uint8Array> }, text: string): Promise<void> {
  const writer = to.writable.getWriter();
  await writer.write(new TextEncoder().encode(text));
  writer.releaseLock();
}

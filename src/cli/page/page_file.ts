/** The web page as it is built: one file with all that browsers load, packed already. */

import type { PageFile, WebPage } from "../../web/web_page.ts";

/** Where it lies: below the sources, and in the executable. */
export const PAGE_FILE = new URL("../../../dist/page/page.json", import.meta.url);

/** The page as JSON: bytes are base64. */
interface StoredPage {
  readonly script: string;
  readonly style: string;
  readonly imports?: readonly string[];
  readonly files: Readonly<
    Record<string, { readonly type: string; readonly size: number; readonly gzip: string }>
  >;
}

/** The text of the file. */
export function writePage({ script, style, imports, files }: WebPage): string {
  const stored: StoredPage = {
    script,
    style,
    imports,
    files: Object.fromEntries(
      [...files].map(([name, { type, size, gzip }]) => [name, { type, size, gzip: gzip.toBase64() }]),
    ),
  };
  return JSON.stringify(stored);
}

/** The page that the text holds. */
export function readPage(text: string): WebPage {
  const { script, style, imports, files } = JSON.parse(text) as StoredPage;
  return {
    script,
    style,
    imports,
    files: new Map(
      Object.entries(files).map(([name, { type, size, gzip }]): [string, PageFile] => [
        name,
        { type, size, gzip: Uint8Array.fromBase64(gzip) },
      ]),
    ),
  };
}

/** The web page as it is built: one file with all that browsers load, packed already. */

import type { WebAsset, WebAssets } from "../../web/web_assets.ts";

/** Where it lies: below the sources, and in the executable. */
export const PAGE_FILE = new URL("../../../dist/page/page.json", import.meta.url);

/** The page as JSON: bytes are base64. */
interface StoredPage {
  readonly script: string;
  readonly style: string;
  readonly files: Readonly<
    Record<string, { readonly type: string; readonly gzip: string }>
  >;
}

/** The text of the file. */
export function writePage({ script, style, files }: WebAssets): string {
  const stored: StoredPage = {
    script,
    style,
    files: Object.fromEntries(
      [...files].map(([name, { type, gzip }]) => [name, { type, gzip: toBase64(gzip) }]),
    ),
  };
  return JSON.stringify(stored);
}

/** The page that the text holds. */
export function readPage(text: string): WebAssets {
  const { script, style, files } = JSON.parse(text) as StoredPage;
  return {
    script,
    style,
    files: new Map(
      Object.entries(files).map(([name, { type, gzip }]): [string, WebAsset] => [
        name,
        { type, gzip: fromBase64(gzip) },
      ]),
    ),
  };
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

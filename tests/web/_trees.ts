/** Names of every kind, for folders that are listed, followed and packed. */

import { dirname } from "node:path";
import type { TestWeb } from "../support/web_server.ts";

/** Names that addresses, HTML, headers and archives have to write in another way. */
export const ODD_NAMES = [
  "plain.txt",
  "two  blanks .txt",
  " leading",
  "percent%20 100%.txt",
  "question?mark#hash.txt",
  "a&b<c>\"d'e.txt",
  "semi;colon:comma,plus+equals=.txt",
  "~tilde",
  "-dash",
  ".hidden",
  "..two",
  "中文文件名.txt",
  "é composed, é not",
  "😀.txt",
  "[brackets]{braces}|^`$!*()",
  "javascript:alert(1)",
  "c:drive",
];

/** Writes files, and the folders that they lie in. */
export async function plant(web: TestWeb, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await Deno.mkdir(dirname(web.path(name)), { recursive: true });
    await Deno.writeTextFile(web.path(name), content);
  }
}

/** All files below a host folder with their contents, by their paths in it. */
export async function contentsBelow(folder: string, prefix = ""): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${prefix}`)) {
    if (isDirectory) Object.assign(found, await contentsBelow(folder, `${prefix}${name}/`));
    else found[prefix + name] = await Deno.readTextFile(`${folder}/${prefix}${name}`);
  }
  return Object.fromEntries(Object.entries(found).toSorted(([a], [b]) => a < b ? -1 : 1));
}

/** Writes the documents that follow from tables: `deno task documents`. */

import { documents } from "./documents.ts";

for (const [file, text] of documents()) await Deno.writeTextFile(file, text);

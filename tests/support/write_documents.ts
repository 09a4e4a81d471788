/** Writes docs/commands.md and docs/settings.md: `deno task documents`. */

import { documents } from "./documents.ts";

for (const [file, text] of documents()) await Deno.writeTextFile(file, text);

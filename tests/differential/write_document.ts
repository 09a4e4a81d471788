/** Writes docs/differences.md: `deno task differences`. */

import { DIFFERENCES_FILE, differencesText } from "./document.ts";

await Deno.writeTextFile(DIFFERENCES_FILE, differencesText());

/** Writes docs/compliance.md: `deno task compliance`. */

import { COMPLIANCE_FILE, complianceText } from "./compliance.ts";

await Deno.mkdir(new URL(".", COMPLIANCE_FILE), { recursive: true });
await Deno.writeTextFile(COMPLIANCE_FILE, await complianceText());

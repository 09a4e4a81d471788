/** docs/compliance.md says what the command table says. */

import assert from "node:assert/strict";
import { COMMANDS } from "../src/session/commands/table.ts";
import { COMPLIANCE_FILE, complianceText } from "./support/compliance.ts";

Deno.test("docs/compliance.md is current: run deno task compliance", async () => {
  assert.equal(await Deno.readTextFile(COMPLIANCE_FILE), await complianceText());
});

Deno.test("docs/compliance.md has a row for every verb and every alias", async () => {
  const text = await complianceText();
  for (const verb of COMMANDS.keys()) assert.match(text, new RegExp(`^\\|.*\`${verb}\`.*\\|$`, "m"));
});

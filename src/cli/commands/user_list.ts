/** `user list`: the accounts of the accounts file. */

import type { Invocation } from "../command.ts";
import { print } from "../terminal.ts";
import { explained } from "../user/account_error.ts";
import { type AccountFacts, factsOf } from "../user/account_facts.ts";
import { readSound } from "../user/checked_edit.ts";

/** Prints them; the exit code is 1 when the file cannot be read. */
export function run({ flags, configFile }: Invocation): Promise<number> {
  return explained(async () => {
    const accounts = factsOf(await readSound(configFile), configFile);
    if (flags.has("json")) return print(JSON.stringify({ version: 1, file: configFile, accounts }, null, 2));
    if (accounts.length === 0) return print(`${configFile} has no account`);
    const rows = [["NAME", "PERMISSIONS", "PASSWORD", "HOME"], ...accounts.map(rowOf)];
    const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
    for (const row of rows) {
      print(row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd());
    }
  });
}

function rowOf({ name, permissions, password, home, enabled, group }: AccountFacts): string[] {
  const notes = [enabled ? "" : "disabled", group === null ? "" : `group ${group}`].filter(Boolean);
  const note = notes.length === 0 ? "" : ` (${notes.join(", ")})`;
  return [name, permissions ?? "none", password ?? "none", `${home ?? "none"}${note}`];
}

/** `user show`: all that the accounts file says of one account. */

import { factsOf } from "../../accounts/account_facts.ts";
import { lineOf, readSound } from "../../accounts/checked_edit.ts";
import { escapeControls } from "../../telemetry/escape_controls.ts";
import type { Invocation } from "../command.ts";
import { callOf, print } from "../terminal.ts";
import { explained } from "../user/account_error.ts";

/** Prints it; the exit code is 1 when there is no such account. */
export function run({ operands: [name], flags, configFile }: Invocation): Promise<number> {
  return explained(async () => {
    const document = await readSound({ configFile, callOf });
    const line = lineOf(document, name!, `show ${name}`);
    const facts = factsOf(document, configFile).find((account) => account.line === line)!;
    if (flags.has("json")) return print(JSON.stringify({ version: 1, file: configFile, ...facts }, null, 2));
    const rows: [string, string][] = [
      ["name", facts.name],
      ["enabled", facts.enabled ? "yes" : "no"],
      ["password", facts.password ?? "none"],
      ...facts.totp ? [["totp", "yes"] as [string, string]] : [],
      ...Object.entries(facts.keys).filter(([key]) => key !== "enabled").map(
        ([key, value]): [string, string] => {
          if (facts.fromGroup.includes(key)) return [key, `${value} (from its group)`];
          if (key === "expires" && facts.expired) return [key, `${value} (over)`];
          return [key, key === "home" && value !== facts.home ? `${value} (${facts.home})` : value];
        },
      ),
      ["in", `${configFile}:${line}`],
    ];
    const width = Math.max(...rows.map(([key]) => key.length));
    for (const [key, value] of rows) print(escapeControls(`${key.padEnd(width)}  ${value}`));
  });
}

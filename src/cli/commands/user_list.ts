/** `user list`: the accounts of the accounts file. */

import { type AccountFacts, factsOf } from "../../accounts/account_facts.ts";
import { readSound } from "../../accounts/checked_edit.ts";
import type { Invocation } from "../command.ts";
import { type Column, tableLines, terminalColumns } from "../columns.ts";
import { callOf, print } from "../terminal.ts";
import { explained } from "../user/account_error.ts";

/** Prints them; the exit code is 1 when the file cannot be read. */
export function run({ flags, configFile }: Invocation): Promise<number> {
  return explained(async () => {
    const accounts = factsOf(await readSound({ configFile, callOf }), configFile);
    if (flags.has("json")) return print(JSON.stringify({ version: 1, file: configFile, accounts }, null, 2));
    if (accounts.length === 0) return print(`${configFile} has no account`);
    for (const line of tableLines(accounts, COLUMNS, terminalColumns())) print(line);
  });
}

const COLUMNS: readonly Column<AccountFacts>[] = [
  { title: "NAME", text: ({ name }) => name },
  { title: "PERMISSIONS", text: ({ permissions }) => permissions ?? "none" },
  { title: "PASSWORD", text: ({ password }) => password ?? "none" },
  { title: "HOME", text: ({ home }) => home ?? "none", least: 12 },
  { title: "", text: notes },
];

function notes({ enabled, expired, admin, group }: AccountFacts): string {
  const found = [
    !enabled && "disabled",
    expired && "expired",
    admin && "admin",
    group !== null && `group ${group}`,
  ];
  return found.filter(Boolean).join(", ");
}

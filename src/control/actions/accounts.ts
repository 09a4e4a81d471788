/** `accounts` and `account`: what the accounts file says of them, but for passwords and their hashes. */

import { type AccountFacts, factsOf } from "../../accounts/account_facts.ts";
import { lineOf, readSound } from "../../accounts/checked_edit.ts";
import type { ControlAction } from "../action.ts";
import { editing } from "../account_problems.ts";
import { onlyParams, textParam } from "../params.ts";

/** How many there are. */
export interface AccountsResult {
  readonly accounts: number;
  /** The accounts file. */
  readonly file: string;
}

/** Tells of each, in the order of the file. */
export const accounts: ControlAction = {
  name: "accounts",
  async run(params, { edits }, tell): Promise<AccountsResult> {
    onlyParams(params, []);
    const found = await editing(async () => factsOf(await readSound(edits), edits.configFile));
    for (const account of found) await tell(account);
    return { accounts: found.length, file: edits.configFile };
  },
};

/** `name`: which one. */
export const account: ControlAction = {
  name: "account",
  async run(params, { edits }): Promise<AccountFacts> {
    onlyParams(params, ["name"]);
    const name = textParam(params, "name");
    return await editing(async () => {
      const document = await readSound(edits);
      const line = lineOf(document, name, `show ${name}`);
      return factsOf(document, edits.configFile).find((account) => account.line === line)!;
    });
  },
};

/** The accounts that logins are checked against, with what follows from them. */

import { type IniDocument, parseIniDocument } from "../ini/ini_document.ts";
import type { Accounts } from "./accounts.ts";
import { Decoys } from "./decoys.ts";
import type { User } from "./user.ts";

/** Accounts, and the text that they come from. */
export interface AccountsInForce {
  readonly accounts: Accounts;
  readonly byName: ReadonlyMap<string, User>;
  readonly document: IniDocument;
  readonly decoys: Decoys;
}

/** What follows from the accounts of a text. */
export function inForceOf(accounts: Accounts, document: IniDocument): AccountsInForce {
  const byName = new Map(accounts.users.map((user) => [user.name, user]));
  return { accounts, byName, document, decoys: new Decoys(accounts.users.map(({ password }) => password)) };
}

/** Before any text was read. */
export const NOBODY_IN_FORCE = inForceOf(
  { users: [], anonymous: undefined, disabled: [], plainText: [], problems: [], warnings: [] },
  parseIniDocument(""),
);

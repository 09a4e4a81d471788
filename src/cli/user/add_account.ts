/** A new account as a command makes it: what is missing is asked for, and what was made is told. */

import { AccountError } from "../../accounts/account_error.ts";
import type { EditSources } from "../../accounts/checked_edit.ts";
import { addAccount as add, type AddedAccount } from "../../accounts/new_account.ts";
import { print } from "../terminal.ts";
import { explained } from "./account_error.ts";
import { ask, askYes, isPersonThere, newPassword, type PasswordSource } from "./questions.ts";

/** What the account is to be. */
export interface WantedAccount {
  readonly sources: EditSources;
  readonly name: string;
  /** Its keys but for the password, as written. */
  readonly values: ReadonlyMap<string, string>;
  readonly source: PasswordSource;
  /** What becomes of a home that is not there; nobody is asked where nobody is. */
  readonly missingHome: "make" | "ask";
}

/** Adds it; the exit code is 1 when the file, the home or the password cannot be used. */
export function addAccount(account: WantedAccount): Promise<number> {
  const { sources, name, values, source, missingHome } = account;
  return explained(async () => {
    const added = await add(sources, {
      name,
      values,
      askHome: () => askHome(name),
      checkMissingHome: (home) => missingHome === "ask" ? askToMake(home, name) : undefined,
      askPassword: () => newPassword(name, source),
    });
    tell(account, added);
  });
}

async function askHome(name: string): Promise<string> {
  if (isPersonThere()) return await ask(`Home of ${name}`, `./${name}`);
  throw new AccountError(`Cannot add ${name}: its home is missing, name it with --home DIRECTORY`);
}

async function askToMake(home: string, name: string): Promise<void> {
  if (!isPersonThere()) {
    throw new AccountError(`Cannot add ${name}: its home ${home} is not there, --make-home makes it`);
  }
  if (await askYes(`${home} is not there. Make it?`)) return;
  throw new AccountError(`Cannot add ${name}: its home ${home} is not there`);
}

function tell(
  { sources: { configFile }, name, source }: WantedAccount,
  { values, made, password }: AddedAccount,
): void {
  print(`Added ${name} to ${configFile}`);
  const rows = [...values].map(([key, value]) =>
    key === "home" && made !== undefined ? [key, `${value} (made: ${made})`] : [key, value]
  );
  if (source === "generated") rows.push(["password", `${password} (it is not shown again)`]);
  const width = Math.max(...rows.map(([key]) => key!.length));
  for (const [key, value] of rows) print(`  ${key!.padEnd(width)}  ${value}`);
}

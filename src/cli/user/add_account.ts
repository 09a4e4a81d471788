/** A new account: its home, its password, and a section for it at the end of the accounts file. */

import { dirname, resolve } from "node:path";
import { type IniDocument, parseIniDocument } from "../../ini/ini_document.ts";
import { appendUserSection, namedAccounts } from "../../ini/ini_edit.ts";
import { hashPassword } from "../../passwords/forms.ts";
import { readAccountsFile } from "../../users/accounts_file.ts";
import { fileErrorReason, isMissingFile } from "../../users/file_error.ts";
import { PERMISSION_LETTERS } from "../../users/permissions.ts";
import { ACCOUNTS_FILE_HEADER } from "../accounts_file_header.ts";
import { callOf, print } from "../terminal.ts";
import { AccountError, explained } from "./account_error.ts";
import { checkReadable, editChecked, type EditSources, tryEdit } from "./checked_edit.ts";
import { ask, askYes, isPersonThere, newPassword, type PasswordSource } from "./questions.ts";

/** What the account is to be. */
export interface NewAccount extends EditSources {
  readonly name: string;
  /** Its keys but for the password, as written. */
  readonly values: ReadonlyMap<string, string>;
  readonly source: PasswordSource;
  /** What becomes of a home that is not there; nobody is asked where nobody is. */
  readonly missingHome: "make" | "ask";
}

/** Adds it; the exit code is 1 when the file, the home or the password cannot be used. */
export function addAccount(account: NewAccount): Promise<number> {
  return explained(async () => {
    const { configFile, name } = account;
    const document = await readAccountsFile(configFile) ?? parseIniDocument("", { file: configFile });
    checkReadable(document);
    checkName(document, name);
    const values = await completeValues(document, account);
    const home = values.get("home");
    const made = home === undefined
      ? undefined
      : await makeHome(resolve(dirname(resolve(configFile)), home), account);
    try {
      // Before a password is asked for that cannot be stored.
      await tryEdit(account, (document) => withAccount(document, { name, values, stored: "to be asked" }));
      const password = await newPassword(name, account.source);
      const stored = await hashPassword(password);
      await editChecked(account, (document) => withAccount(document, { name, values, stored }));
      tell(account, { values, made, password });
    } catch (error) {
      if (made !== undefined) await Deno.remove(made).catch(() => {});
      throw error;
    }
  });
}

function checkName(document: IniDocument, name: string): void {
  const there = namedAccounts(document).find((account) => account.name === name);
  if (there) {
    const remedy = `"${callOf(`user set ${name}`)}" changes it`;
    throw new AccountError(`Cannot add ${name}: ${document.file} has it on line ${there.line}; ${remedy}`);
  }
  // deno-lint-ignore no-control-regex -- control characters are what must not pass
  if (name !== "" && name === name.trim() && !/[\]\x00-\x1f\x7f]/.test(name)) return;
  throw new AccountError(
    "Cannot add the account: a name has no ], no control characters and no blanks at its ends",
  );
}

/** With what the person says, or what is mostly meant, where neither flags nor the group say it. */
async function completeValues(document: IniDocument, account: NewAccount): Promise<Map<string, string>> {
  const { name, values } = account;
  const group = document.groups.find(({ group }) => group === values.get("group"));
  const says = (key: string): boolean =>
    values.has(key) || group?.entries.some((entry) => entry.key === key) === true;
  const home = says("home") ? values.get("home") : await askHome(name);
  const permissions = says("permissions")
    ? values.get("permissions")
    : Object.keys(PERMISSION_LETTERS).join("");
  const first = [["home", home], ["permissions", permissions]] as const;
  return new Map([
    ...first.flatMap(([key, value]) => value === undefined ? [] : [[key, value] as const]),
    ...values,
  ]);
}

async function askHome(name: string): Promise<string> {
  if (isPersonThere()) return await ask(`Home of ${name}`, `./${name}`);
  throw new AccountError(`Cannot add ${name}: its home is missing, name it with --home DIRECTORY`);
}

/** Makes the home if it is not there and that is wanted; gives its path when it was made. */
async function makeHome(
  home: string,
  { configFile, name, missingHome }: NewAccount,
): Promise<string | undefined> {
  const isMissing = await Deno.stat(home).then(() => false, isMissingFile);
  if (!isMissing) return undefined;
  if (missingHome === "ask") {
    if (!isPersonThere()) {
      throw new AccountError(`Cannot add ${name}: its home ${home} is not there, --make-home makes it`);
    }
    if (!await askYes(`${home} is not there. Make it?`)) {
      throw new AccountError(`Cannot add ${name}: its home ${home} is not there`);
    }
  }
  try {
    await Deno.mkdir(home, { recursive: true });
  } catch (error) {
    throw new AccountError(`Cannot make the home ${home}: ${fileErrorReason(error)}`);
  }
  await giveToOwner(home, configFile);
  return home;
}

/** Root may make the home for the user that the server runs as: the file is theirs. */
async function giveToOwner(home: string, configFile: string): Promise<void> {
  const file = await Deno.stat(configFile).catch(() => undefined);
  if (file?.uid == null || file.gid == null || file.uid === Deno.uid() || Deno.uid() !== 0) return;
  await Deno.chown(home, file.uid, file.gid).catch(() => {});
}

/** What a section is made of. */
interface SectionParts {
  readonly name: string;
  readonly values: ReadonlyMap<string, string>;
  readonly stored: string;
}

function withAccount(document: IniDocument, { name, values, stored }: SectionParts): string {
  checkName(document, name);
  const begun = document.text === "" ? parseIniDocument(ACCOUNTS_FILE_HEADER) : document;
  return appendUserSection(begun, name, { password: stored, ...Object.fromEntries(values) });
}

function tell(
  { configFile, name, source }: NewAccount,
  { values, made, password }: {
    values: ReadonlyMap<string, string>;
    made: string | undefined;
    password: string;
  },
): void {
  print(`Added ${name} to ${configFile}`);
  const rows = [...values].map(([key, value]) =>
    key === "home" && made !== undefined ? [key, `${value} (made: ${made})`] : [key, value]
  );
  if (source === "generated") rows.push(["password", `${password} (it is not shown again)`]);
  const width = Math.max(...rows.map(([key]) => key!.length));
  for (const [key, value] of rows) print(`  ${key!.padEnd(width)}  ${value}`);
}

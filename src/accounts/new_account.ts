/** A new account: its home, its password, and a section for it at the end of the accounts file. */

import { dirname, resolve } from "node:path";
import { type IniDocument, parseIniDocument } from "../ini/ini_document.ts";
import { appendUserSection, namedAccounts } from "../ini/ini_edit.ts";
import { hashPassword } from "../passwords/forms.ts";
import { readAccountsFile } from "../users/accounts_file.ts";
import { fileErrorReason, isMissingFile } from "../users/file_error.ts";
import { PERMISSION_LETTERS } from "../users/permissions.ts";
import { AccountError } from "./account_error.ts";
import { checkKeys, checkPassword } from "./account_edits.ts";
import { ACCOUNTS_FILE_HEADER } from "./accounts_file_header.ts";
import { checkReadable, editChecked, type EditSources, tryEdit } from "./checked_edit.ts";

/** What the account is to be. */
export interface NewAccount {
  readonly name: string;
  /** Its keys but for the password, as written. */
  readonly values: ReadonlyMap<string, string>;
  /** Its home, where neither the values nor the group say it. @throws {AccountError} */
  readonly askHome: () => Promise<string>;
  /** Whether to make a home that is not there. @throws {AccountError} where that is not wanted. */
  readonly checkMissingHome: (home: string) => Promise<void> | void;
  readonly askPassword: () => Promise<string> | string;
}

/** What has become of it. */
export interface AddedAccount {
  /** Its keys but for the password, as written. */
  readonly values: ReadonlyMap<string, string>;
  /** The home that was made. */
  readonly made: string | undefined;
  readonly password: string;
}

/**
 * Adds it.
 *
 * @throws {AccountError} When the file, the home or the password cannot be used.
 * @throws {AccountsFileError} When the file cannot be read or written.
 */
export async function addAccount(sources: EditSources, account: NewAccount): Promise<AddedAccount> {
  const { configFile } = sources;
  const { name } = account;
  checkKeys(account.values);
  const document = await readAccountsFile(configFile) ?? parseIniDocument("", { file: configFile });
  checkReadable(document);
  checkName(sources, document, name);
  const values = await completeValues(document, account);
  const home = values.get("home");
  const made = home === undefined
    ? undefined
    : await makeHome(resolve(dirname(resolve(configFile)), home), { configFile, account });
  try {
    const withIt = (stored: string) => (document: IniDocument): string => {
      checkName(sources, document, name);
      return withAccount(document, { name, values, stored });
    };
    // Before a password is asked for that cannot be stored.
    await tryEdit(sources, withIt("to be asked"));
    const password = await account.askPassword();
    checkPassword(password);
    await editChecked(sources, withIt(await hashPassword(password)));
    return { values, made, password };
  } catch (error) {
    if (made !== undefined) await Deno.remove(made).catch(() => {});
    throw error;
  }
}

function checkName({ callOf }: EditSources, document: IniDocument, name: string): void {
  const there = namedAccounts(document).find((account) => account.name === name);
  if (there) {
    const remedy = `"${callOf(`user set ${name}`)}" changes it`;
    throw new AccountError(`Cannot add ${name}: ${document.file} has it on line ${there.line}; ${remedy}`);
  }
  // deno-lint-ignore no-control-regex -- control characters are what must not pass
  if (name !== "" && name === name.trim() && !/[\]\x00-\x1f\x7f]/.test(name)) return;
  throw new AccountError(
    "Cannot add the account: a name has no ], no control characters and no blanks at its ends",
    "usage",
  );
}

/** With what the person says, or what is mostly meant, where neither the values nor the group say it. */
async function completeValues(
  document: IniDocument,
  { values, askHome }: NewAccount,
): Promise<Map<string, string>> {
  const group = document.groups.find(({ group }) => group === values.get("group"));
  const says = (key: string): boolean =>
    values.has(key) || group?.entries.some((entry) => entry.key === key) === true;
  const home = says("home") ? values.get("home") : await askHome();
  const permissions = says("permissions")
    ? values.get("permissions")
    : Object.keys(PERMISSION_LETTERS).join("");
  const first = [["home", home], ["permissions", permissions]] as const;
  return new Map([
    ...first.flatMap(([key, value]) => value === undefined ? [] : [[key, value] as const]),
    ...values,
  ]);
}

/** Makes the home if it is not there and that is wanted; gives its path when it was made. */
async function makeHome(
  home: string,
  { configFile, account }: { readonly configFile: string; readonly account: NewAccount },
): Promise<string | undefined> {
  const isMissing = await Deno.stat(home).then(() => false, isMissingFile);
  if (!isMissing) return undefined;
  await account.checkMissingHome(home);
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
  const begun = document.text === "" ? parseIniDocument(ACCOUNTS_FILE_HEADER) : document;
  return appendUserSection(begun, name, { password: stored, ...Object.fromEntries(values) });
}

/** What may be done to an account that is there: other keys, another password, switched off, removed. */

import type { IniDocument } from "../ini/ini_document.ts";
import {
  editAccount,
  type KeyChanges,
  removeAccount as withoutAccount,
  replacePasswords,
} from "../ini/ini_edit.ts";
import { hashPassword } from "../passwords/forms.ts";
import { updateAccountsFile } from "../users/accounts_file_update.ts";
import { AccountError } from "./account_error.ts";
import { factsOf } from "./account_facts.ts";
import { checkReadable, editChecked, type EditSources, lineOf, readSound } from "./checked_edit.ts";

/**
 * Sets keys, or removes those that are undefined.
 *
 * @throws {AccountError} When there is no such account, or the server would refuse a value.
 */
export async function setKeys(sources: EditSources, name: string, changes: KeyChanges): Promise<void> {
  checkKeys(changes);
  await editChecked(sources, (document) => {
    lineOf(document, name, `change ${name}`);
    return editAccount(document, name, changes);
  });
}

/**
 * Lets nobody log in, or somebody again.
 *
 * @returns Whether it was so already.
 * @throws {AccountError} When there is no such account.
 */
export async function setEnabled(
  sources: EditSources,
  name: string,
  { isWanted }: { readonly isWanted: boolean },
): Promise<{ readonly wasSo: boolean }> {
  let wasSo = false;
  await editChecked(sources, (document) => {
    lineOf(document, name, `${isWanted ? "enable" : "disable"} ${name}`);
    const { enabled, fromGroup } = factsOf(document, sources.configFile)
      .find((account) => account.name === name)!;
    wasSo = enabled === isWanted;
    if (wasSo) return document.text;
    const isGroups = fromGroup.includes("enabled") || hasGroupThatDisables(document, name);
    const value = isWanted ? isGroups ? "yes" : undefined : "no";
    return editAccount(document, name, new Map([["enabled", value]]));
  });
  return { wasSo };
}

/**
 * Takes it out of the file.
 *
 * @returns Its home, which stays on the disk; null where it had none.
 * @throws {AccountError} When there is no such account.
 */
export async function removeAccount(
  sources: EditSources,
  name: string,
): Promise<{ readonly home: string | null }> {
  let home: string | null = null;
  await editChecked(sources, (document) => {
    lineOf(document, name, `remove ${name}`);
    home = factsOf(document, sources.configFile).find((account) => account.name === name)!.home;
    return withoutAccount(document, name);
  });
  return { home };
}

/**
 * Stores the hash of another password, which is asked for when the account was found.
 *
 * @throws {AccountError} When there is no such account, or no client can send the password.
 */
export async function setPassword(
  { configFile, callOf }: Pick<EditSources, "configFile" | "callOf">,
  name: string,
  ask: () => Promise<string> | string,
): Promise<{ readonly password: string }> {
  const purpose = `set the password of ${name}`;
  lineOf(await readSound({ configFile, callOf }), name, purpose);
  const password = await ask();
  checkPassword(password);
  const stored = await hashPassword(password);
  await updateAccountsFile(configFile, (document) => {
    checkReadable(document);
    lineOf(document, name, purpose);
    return replacePasswords(document, (account) => account.name === name ? stored : undefined);
  });
  return { password };
}

/** What is shown nowhere, so nobody chooses it in the open either; a second factor may be taken away. */
const SECRET_KEYS: ReadonlyMap<string, string> = new Map([
  ["password", "it is set by itself"],
  ["totp", "the command user totp makes it, an empty value takes it away"],
]);

/** @throws {AccountError} When a key is none that a line can begin with, or is a secret. */
export function checkKeys(changes: KeyChanges): void {
  for (const [key, value] of changes) {
    const way = SECRET_KEYS.get(key);
    if (way !== undefined && (value !== undefined || key === "password")) {
      throw new AccountError(`Cannot set a ${key} as a key: ${way}`, "usage");
    }
    // deno-lint-ignore no-control-regex -- control characters are what must not pass
    if (key !== "" && key === key.trim() && !/[=\x00-\x1f\x7f]|^[[#;]/.test(key)) continue;
    throw new AccountError(
      `Cannot use ${JSON.stringify(key)} as a key: expected such as max-upload`,
      "usage",
    );
  }
}

/** @throws {AccountError} When it is empty, or no client can send it. */
export function checkPassword(password: string): void {
  if (password === "") throw new AccountError("Cannot use the password: it is empty", "usage");
  // deno-lint-ignore no-control-regex -- control characters are what must not pass
  if (!/[\x00-\x1f\x7f]/.test(password)) return;
  const reason = "no FTP client can send the control character in it";
  throw new AccountError(`Cannot use the password: ${reason}`, "usage");
}

function hasGroupThatDisables(document: IniDocument, name: string): boolean {
  const group = document.users.find(({ user }) => user === name)?.entries.find(({ key }) => key === "group");
  return document.groups.some((one) =>
    one.group === group?.value.text && one.entries.some(({ key }) => key === "enabled")
  );
}

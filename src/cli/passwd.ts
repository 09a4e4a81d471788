/** `passwd`: sets the password of an account, or replaces plain-text passwords with their hashes. */

import { setPassword } from "../accounts/account_edits.ts";
import { checkReadable, readSound } from "../accounts/checked_edit.ts";
import { namedAccounts, replacePasswords } from "../ini/ini_edit.ts";
import { hashPassword, isHashed } from "../passwords/forms.ts";
import { updateAccountsFile } from "../users/accounts_file_update.ts";
import { callOf, print } from "./terminal.ts";
import { explained } from "./user/account_error.ts";
import { newPassword, type PasswordSource } from "./user/questions.ts";

/** What to do: for one account, or without a name for all with plain-text passwords. */
export interface PasswdOptions {
  /** The accounts file, as the person named it. */
  readonly configFile: string;
  readonly account: string | undefined;
  /** Where the password comes from; by default it is asked for. */
  readonly source?: PasswordSource;
}

/** Does it; the exit code is 1 when the file or the password cannot be used. */
export function passwd({ configFile, account, source = "asked" }: PasswdOptions): Promise<number> {
  return explained(async () => {
    if (account === undefined) return await hashAll(configFile);
    const { password } = await setPassword(
      { configFile, callOf },
      account,
      () => newPassword(account, source),
    );
    print(`Password of ${account} set in ${configFile}`);
    if (source === "generated") print(`  password  ${password}\nIt is not shown again.`);
  });
}

async function hashAll(configFile: string): Promise<void> {
  const plain = namedAccounts(await readSound({ configFile, callOf })).filter(({ password }) =>
    password && !isHashed(password)
  );
  // Hashed before the file is locked: others wait for it.
  const storedOf = new Map<string, { plain: string; stored: string }>();
  for (const { name, password } of plain) {
    storedOf.set(name, { plain: password!, stored: await hashPassword(password!) });
  }
  const hashed = new Set<string>();
  await updateAccountsFile(configFile, (document) => {
    checkReadable(document);
    hashed.clear();
    return replacePasswords(document, ({ name, password }) => {
      const known = storedOf.get(name);
      if (known?.plain !== password) return undefined;
      hashed.add(name);
      return known?.stored;
    });
  });
  if (hashed.size === 0) print(`No plain-text password in ${configFile}`);
  else print(`Replaced the plain-text passwords in ${configFile} with hashes: ${[...hashed].join(", ")}`);
}

/** The first start: an account where there is none. */

import { dirname, resolve } from "node:path";
import { AccountsFileError } from "../users/accounts_file.ts";
import { updateAccountsFile } from "../users/accounts_file_update.ts";
import { fileErrorReason } from "../users/file_error.ts";
import { appendUserSection } from "../ini/ini_edit.ts";
import { parseIniDocument } from "../ini/ini_document.ts";
import { generatePassword, hashPassword } from "../users/password.ts";
import { PERMISSION_LETTERS } from "../users/permissions.ts";
import { ACCOUNTS_FILE_HEADER } from "../accounts/accounts_file_header.ts";

/** The account that was made. */
export interface FirstAccount {
  readonly name: string;
  /** To be shown once: only its hash is stored. */
  readonly password: string;
  /** Its directory, an absolute path. */
  readonly home: string;
}

const NAME = "ftp";
const HOME = "./files";

/**
 * Makes an account with every permission and a generated password, and its home beside the accounts file; the
 * file too, when there is none.
 *
 * @throws {AccountsFileError} When the file or the home cannot be written; the message says why.
 */
export async function makeFirstAccount(configFile: string): Promise<FirstAccount> {
  const home = resolve(dirname(resolve(configFile)), HOME);
  // Not recursive: a mistyped --config makes no folders.
  await Deno.mkdir(home).catch((cause) => {
    if (cause instanceof Deno.errors.AlreadyExists) return;
    const message = `Cannot make an account in ${configFile}: cannot make its home ${home}: ${
      fileErrorReason(cause)
    }`;
    throw new AccountsFileError({ value: home, message }, { cause });
  });
  const password = generatePassword();
  const stored = await hashPassword(password);
  await updateAccountsFile(configFile, (document) => {
    const begun = document.text === "" ? parseIniDocument(ACCOUNTS_FILE_HEADER) : document;
    const permissions = Object.keys(PERMISSION_LETTERS).join("");
    return appendUserSection(begun, NAME, { password: stored, home: HOME, permissions });
  });
  return { name: NAME, password, home };
}

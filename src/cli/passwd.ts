/** `passwd`: sets the password of an account, or replaces plain-text passwords with their hashes. */

import { AccountsFileError, readAccountsFile, updateAccountsFile } from "../users/accounts_file.ts";
import type { IniDocument } from "../ini/ini_document.ts";
import { namedAccounts, replacePasswords } from "../ini/ini_edit.ts";
import { nearestName } from "../ini/nearest_name.ts";
import { hashPassword, isHashed } from "../users/password.ts";
import { formatProblem } from "../ini/problem.ts";
import { askSecret, NoAnswer, print, printError, readLine } from "./terminal.ts";

/** The password cannot be set; the message says why. */
class PasswdError extends Error {}

/** What to do: for one account, or without a name for all with plain-text passwords. */
export interface PasswdOptions {
  /** The accounts file, as the person named it. */
  readonly configFile: string;
  readonly account: string | undefined;
}

/** Does it; the exit code is 1 when the file or the password cannot be used. */
export async function passwd({ configFile, account }: PasswdOptions): Promise<number> {
  try {
    // Looked at before anything is asked for.
    const document = await readAccountsFile(configFile);
    if (!document) throw new PasswdError(`Cannot read ${configFile}: no such file or directory`);
    if (account === undefined) return await hashAll(configFile);
    checkAccount(document, account);
    const stored = await hashPassword(await newPassword(account));
    await updateAccountsFile(configFile, (document) => {
      checkAccount(document, account);
      return replacePasswords(document, ({ name }) => name === account ? stored : undefined);
    });
    print(`Password of ${account} set in ${configFile}`);
    return 0;
  } catch (error) {
    const isExpected = [PasswdError, NoAnswer, AccountsFileError].some((known) => error instanceof known);
    if (!isExpected) throw error;
    printError((error as Error).message);
    return 1;
  }
}

async function hashAll(configFile: string): Promise<number> {
  let hashed: string[] = [];
  await updateAccountsFile(configFile, async (document) => {
    checkReadable(document);
    const plain = namedAccounts(document).filter(({ password }) => password && !isHashed(password));
    const storedByLine = new Map<number, string>();
    for (const { line, password } of plain) storedByLine.set(line, await hashPassword(password!));
    hashed = plain.map(({ name }) => name);
    return replacePasswords(document, ({ line }) => storedByLine.get(line));
  });
  if (hashed.length === 0) print(`No plain-text password in ${configFile}`);
  else print(`Replaced the plain-text passwords in ${configFile} with hashes: ${hashed.join(", ")}`);
  return 0;
}

/** An edit of a file that cannot be understood might land in the wrong place. */
function checkReadable({ problems: [problem] }: IniDocument): void {
  if (problem) throw new PasswdError(formatProblem(problem));
}

function checkAccount(document: IniDocument, account: string): void {
  checkReadable(document);
  const accounts = namedAccounts(document);
  const lines = accounts.filter(({ name }) => name === account).map(({ line }) => line);
  if (lines.length === 1) return;
  if (lines.length > 1) {
    throw new PasswdError(
      `Cannot set the password of ${account}: the name is on lines ${
        lines.join(" and ")
      }, remove all but one`,
    );
  }
  const names = accounts.map(({ name }) => name);
  const near = nearestName(account, names);
  const known = names.length === 0 ? "it has none at all" : `it has ${names.join(", ")}`;
  throw new PasswdError(
    `Cannot set the password of ${account}: ${document.file} has no such account, ${
      near ? `did you mean ${near}?` : known
    }`,
  );
}

async function newPassword(account: string): Promise<string> {
  const password = Deno.stdin.isTerminal() ? await askTwice(account) : await readLine();
  if (password === "") throw new PasswdError("Cannot use the password: it is empty");
  // deno-lint-ignore no-control-regex -- control characters are what must not pass
  if (/[\x00-\x1f\x7f]/.test(password)) {
    throw new PasswdError("Cannot use the password: no FTP client can send the control character in it");
  }
  return password;
}

async function askTwice(account: string): Promise<string> {
  const password = await askSecret(`New password of ${account}: `);
  if (await askSecret("Once more: ") === password) return password;
  throw new PasswdError("Cannot use the password: the second was not like the first");
}

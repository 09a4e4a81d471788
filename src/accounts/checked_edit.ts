/** Edits of the accounts file that never leave it with something that the server would refuse. */

import { type IniDocument, parseIniDocument } from "../ini/ini_document.ts";
import { namedAccounts } from "../ini/ini_edit.ts";
import { nearestName } from "../ini/nearest_name.ts";
import { formatProblem, newProblems, type Problem } from "../ini/problem.ts";
import { readAccountsFile } from "../users/accounts_file.ts";
import { updateAccountsFile } from "../users/accounts_file_update.ts";
import { AccountError } from "./account_error.ts";
import { factsOf, isAdminNow } from "./account_facts.ts";

/** Which file, and what the server would make of it. */
export interface EditSources {
  /** The accounts file, as the person named it. */
  readonly configFile: string;
  /** All that the server would find wrong with a text of the file. */
  readonly problemsOf: (document: IniDocument) => Promise<readonly Problem[]>;
  /** How a person calls a command of the program, such as `user add NAME`. */
  readonly callOf: (words: string) => string;
  /** Whether one account that may log in has to stay an administrator. */
  readonly keepsAdmin?: true;
}

/**
 * The file as it is.
 *
 * @throws {AccountError} When there is none, or it cannot be understood: an edit might land in the wrong
 *   place.
 * @throws {AccountsFileError} When it cannot be read.
 */
export async function readSound(
  { configFile, callOf }: Pick<EditSources, "configFile" | "callOf">,
): Promise<IniDocument> {
  const document = await readAccountsFile(configFile);
  if (!document) {
    const remedy = `"${callOf("user add NAME")}" makes it, --config FILE names another`;
    throw new AccountError(`Cannot read ${configFile}: no such file or directory; ${remedy}`);
  }
  checkReadable(document);
  return document;
}

/**
 * Changes the file, or makes it, unless the server would find something wrong that was not wrong before.
 *
 * @throws {AccountError} When it would, or the file cannot be understood; the file is as it was then.
 * @throws {AccountsFileError} When it cannot be read or written.
 */
export async function editChecked(
  sources: EditSources,
  change: (document: IniDocument) => string,
): Promise<void> {
  await updateAccountsFile(sources.configFile, async (document) => {
    checkReadable(document);
    const text = changed(document, change);
    await checkNothingNew(sources, { before: document, after: text });
    return text;
  });
}

/**
 * Looks whether the change would do.
 *
 * @throws {AccountError} When the server would refuse the file with it.
 */
export async function tryEdit(
  sources: EditSources,
  change: (document: IniDocument) => string,
): Promise<void> {
  const document = await readAccountsFile(sources.configFile) ??
    parseIniDocument("", { file: sources.configFile });
  checkReadable(document);
  await checkNothingNew(sources, { before: document, after: changed(document, change) });
}

/**
 * The line of the account.
 *
 * @throws {AccountError} When there is none of that name, or several.
 */
export function lineOf(document: IniDocument, account: string, purpose: string): number {
  const accounts = namedAccounts(document);
  const [line, ...more] = accounts.filter(({ name }) => name === account).map(({ line }) => line);
  if (line !== undefined && more.length === 0) return line;
  if (line !== undefined) {
    const lines = [line, ...more].join(" and ");
    throw new AccountError(`Cannot ${purpose}: the name is on lines ${lines}, remove all but one`);
  }
  const names = accounts.map(({ name }) => name);
  const near = nearestName(account, names);
  const known = names.length === 0 ? "it has none at all" : `it has ${names.join(", ")}`;
  const right = near ? `did you mean ${near}?` : known;
  throw new AccountError(`Cannot ${purpose}: ${document.file} has no such account, ${right}`, "not-found");
}

/** @throws {AccountError} When the text cannot be understood. */
export function checkReadable({ problems: [problem] }: IniDocument): void {
  if (problem) throw new AccountError(formatProblem(problem));
}

/** What an edit makes of the text. @throws {AccountError} for a value that no line of the file can hold. */
function changed(document: IniDocument, change: (document: IniDocument) => string): string {
  try {
    return change(document);
  } catch (error) {
    if (error instanceof AccountError || !(error instanceof Error)) throw error;
    throw new AccountError(error.message, "usage");
  }
}

async function checkNothingNew(
  { configFile, problemsOf, keepsAdmin }: EditSources,
  { before, after }: { before: IniDocument; after: string },
): Promise<void> {
  if (after === before.text) return;
  const changed = parseIniDocument(after, { file: configFile });
  const fresh = newProblems(await problemsOf(changed), await problemsOf(before));
  // Without the line: it is one of a file that is not written.
  if (fresh.length > 0) {
    throw new AccountError(fresh.map(({ message }) => formatProblem({ value: "", message })).join("\n"));
  }
  if (keepsAdmin && !factsOf(changed, configFile).some(isAdminNow)) {
    throw new AccountError("Cannot do that: no administrator would be left; make another one first");
  }
}

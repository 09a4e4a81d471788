/** Edits of the accounts file that never leave it with something that the server would refuse. */

import { dirname, resolve } from "node:path";
import { loadSettings } from "../../config/load.ts";
import { type IniDocument, parseIniDocument } from "../../ini/ini_document.ts";
import { namedAccounts } from "../../ini/ini_edit.ts";
import { nearestName } from "../../ini/nearest_name.ts";
import { formatProblem, newProblems, type Problem } from "../../ini/problem.ts";
import { readMounts } from "../../storage/mounts.ts";
import { readAccounts } from "../../users/accounts.ts";
import { readAccountsFile } from "../../users/accounts_file.ts";
import { updateAccountsFile } from "../../users/accounts_file_update.ts";
import { HomeLooks } from "../../users/home_looks.ts";
import { anonymousDefaults } from "../configuration.ts";
import { protectedFiles } from "../protected_files.ts";
import { callOf } from "../terminal.ts";
import { AccountError } from "./account_error.ts";

/** Which file, and what the server would read beside it. */
export interface EditSources {
  /** The accounts file, as the person named it. */
  readonly configFile: string;
  /** The default export of config.ts. */
  readonly config: unknown;
}

/**
 * The file as it is.
 *
 * @throws {AccountError} When there is none, or it cannot be understood: an edit might land in the wrong
 *   place.
 * @throws {AccountsFileError} When it cannot be read.
 */
export async function readSound(configFile: string): Promise<IniDocument> {
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
    const text = change(document);
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
  await checkNothingNew(sources, { before: document, after: change(document) });
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
  throw new AccountError(`Cannot ${purpose}: ${document.file} has no such account, ${right}`);
}

/** @throws {AccountError} When the text cannot be understood. */
export function checkReadable({ problems: [problem] }: IniDocument): void {
  if (problem) throw new AccountError(formatProblem(problem));
}

async function checkNothingNew(
  sources: EditSources,
  { before, after }: { before: IniDocument; after: string },
): Promise<void> {
  if (after === before.text) return;
  const now = await problemsOf(sources, parseIniDocument(after, { file: sources.configFile }));
  const fresh = newProblems(now, await problemsOf(sources, before));
  // Without the line: it is one of a file that is not written.
  if (fresh.length > 0) {
    throw new AccountError(fresh.map(({ message }) => formatProblem({ value: "", message })).join("\n"));
  }
}

/** What the server would find wrong. */
async function problemsOf(
  { configFile, config }: EditSources,
  document: IniDocument,
): Promise<readonly Problem[]> {
  const { settings, problems } = loadSettings({ config, document });
  const accounts = await readAccounts(document, {
    folder: dirname(resolve(configFile)),
    anonymous: anonymousDefaults(settings),
    protectedFiles: protectedFiles(settings, configFile),
    looks: new HomeLooks({ readMounts }),
  });
  return [...problems, ...accounts.problems];
}

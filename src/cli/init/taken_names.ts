/** Names of accounts that are there already: none of them is ever changed. */

import type { IniDocument } from "../../ini/ini_document.ts";
import { namedAccounts } from "../../ini/ini_edit.ts";

/** The files cannot be written; the message says why. */
export class InitError extends Error {}

/** @throws {InitError} when the file has an account of that name. */
export function refuseTaken(
  document: IniDocument | undefined,
  { name, configFile }: { name: string; configFile: string },
): void {
  if (!document || !namedAccounts(document).some((account) => account.name === name)) return;
  throw new InitError(`Cannot make the account ${name}: ${configFile} has it already; choose another name`);
}

/** What goes wrong in commands about accounts, as people are told of it. */

import { AccountError } from "../../accounts/account_error.ts";
import { AccountsFileError } from "../../users/accounts_file.ts";
import { NoAnswer, printError } from "../terminal.ts";

/** Runs the command; the exit code is 1 when the file or an answer cannot be used, which is told. */
export async function explained(command: () => Promise<void>): Promise<number> {
  try {
    await command();
    return 0;
  } catch (error) {
    const isExpected = [AccountError, NoAnswer, AccountsFileError].some((known) => error instanceof known);
    if (!isExpected) throw error;
    printError((error as Error).message);
    return 1;
  }
}

/** What goes wrong with the accounts file, as clients are told. */

import { AccountError } from "../accounts/account_error.ts";
import { AccountsFileError } from "../users/accounts_file.ts";
import { ControlError } from "./protocol.ts";

/** What `work` gives. @throws {ControlError} in the place of an error about accounts or their file. */
export async function editing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AccountError) throw new ControlError(error.kind, error.message);
    if (error instanceof AccountsFileError) throw new ControlError("failed", error.message);
    throw error;
  }
}

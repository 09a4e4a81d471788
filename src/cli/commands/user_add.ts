/** `user add`: one more account in the accounts file. */

import { addAccount } from "../user/add_account.ts";
import { editSources } from "../user/edit_sources.ts";
import { type Invocation, UsageError, valueOf } from "../command.ts";
import { ACCOUNT_FLAG_KEYS } from "../account_flags.ts";

/** Adds it; the exit code is 1 when the file, the home or the password cannot be used. */
export function run(invocation: Invocation): Promise<number> {
  const { operands: [name], flags, configFile, config } = invocation;
  const values = new Map<string, string>();
  for (const key of ACCOUNT_FLAG_KEYS) {
    const value = valueOf(invocation, key);
    if (value === undefined) continue;
    if (value === "") throw new UsageError(`Missing value of --${key}`);
    values.set(key, value);
  }
  return addAccount({
    sources: editSources({ configFile, config }),
    name: name!,
    values,
    source: flags.has("generate") ? "generated" : "asked",
    missingHome: flags.has("make-home") ? "make" : "ask",
  });
}

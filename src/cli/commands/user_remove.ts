/** `user remove`: an account goes, its files stay. */

import { removeAccount } from "../../accounts/account_edits.ts";
import type { Invocation } from "../command.ts";
import { print } from "../terminal.ts";
import { explained } from "../user/account_error.ts";
import { editSources } from "../user/edit_sources.ts";

/** Removes it; the exit code is 1 when there is no such account. */
export function run({ operands: [name], configFile, config }: Invocation): Promise<number> {
  return explained(async () => {
    const { home } = await removeAccount(editSources({ configFile, config }), name!);
    print(`Removed ${name} from ${configFile}`);
    if (home !== null) print(`Its files stay on the disk: ${home}`);
  });
}

/** `user disable` and `user enable`: nobody logs in to the account for now, or somebody may again. */

import { setEnabled } from "../../accounts/account_edits.ts";
import type { Invocation } from "../command.ts";
import { print } from "../terminal.ts";
import { explained } from "../user/account_error.ts";
import { editSources } from "../user/edit_sources.ts";

/** Does it; the exit code is 1 when there is no such account. */
export function run({ command, operands: [name], configFile, config }: Invocation): Promise<number> {
  const isWanted = command.name === "user enable";
  return explained(async () => {
    const { wasSo } = await setEnabled(editSources({ configFile, config }), name!, { isWanted });
    const state = isWanted ? "enabled" : "disabled";
    print(wasSo ? `${name} is ${state} already` : `${name} is ${state} in ${configFile}`);
  });
}

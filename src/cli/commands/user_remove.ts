/** `user remove`: an account goes, its files stay. */

import { removeAccount } from "../../ini/ini_edit.ts";
import type { Invocation } from "../command.ts";
import { print } from "../terminal.ts";
import { explained } from "../user/account_error.ts";
import { factsOf } from "../user/account_facts.ts";
import { editChecked, lineOf } from "../user/checked_edit.ts";

/** Removes it; the exit code is 1 when there is no such account. */
export function run({ operands: [name], configFile, config }: Invocation): Promise<number> {
  return explained(async () => {
    let home: string | null = null;
    await editChecked({ configFile, config }, (document) => {
      lineOf(document, name!, `remove ${name}`);
      home = factsOf(document, configFile).find((account) => account.name === name)!.home;
      return removeAccount(document, name!);
    });
    print(`Removed ${name} from ${configFile}`);
    if (home !== null) print(`Its files stay on the disk: ${home}`);
  });
}

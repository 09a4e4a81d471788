/** `user disable` and `user enable`: nobody logs in to the account for now, or somebody may again. */

import type { IniDocument } from "../../ini/ini_document.ts";
import { editAccount } from "../../ini/ini_edit.ts";
import type { Invocation } from "../command.ts";
import { print } from "../terminal.ts";
import { explained } from "../user/account_error.ts";
import { factsOf } from "../user/account_facts.ts";
import { editChecked, lineOf } from "../user/checked_edit.ts";

/** Does it; the exit code is 1 when there is no such account. */
export function run({ command, operands: [name], configFile, config }: Invocation): Promise<number> {
  const isWanted = command.name === "user enable";
  return explained(async () => {
    let wasSo = false;
    await editChecked({ configFile, config }, (document) => {
      lineOf(document, name!, `${isWanted ? "enable" : "disable"} ${name}`);
      const { enabled, fromGroup } = factsOf(document, configFile).find((account) => account.name === name)!;
      wasSo = enabled === isWanted;
      if (wasSo) return document.text;
      const isGroups = fromGroup.includes("enabled") || hasGroupThatDisables(document, name!);
      const value = isWanted ? isGroups ? "yes" : undefined : "no";
      return editAccount(document, name!, new Map([["enabled", value]]));
    });
    const state = isWanted ? "enabled" : "disabled";
    print(wasSo ? `${name} is ${state} already` : `${name} is ${state} in ${configFile}`);
  });
}

function hasGroupThatDisables(document: IniDocument, name: string): boolean {
  const group = document.users.find(({ user }) => user === name)?.entries.find(({ key }) => key === "group");
  return document.groups.some((one) =>
    one.group === group?.value.text && one.entries.some(({ key }) => key === "enabled")
  );
}

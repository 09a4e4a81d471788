/** `words`: what completions offer that only the program knows; scripts of shells call it. */

import { namedAccounts } from "../../ini/ini_edit.ts";
import { readAccountsFile } from "../../users/accounts_file.ts";
import type { Invocation } from "../command.ts";
import { print } from "../terminal.ts";

/** One word a line. Whatever is in the way makes it say nothing: somebody is typing. */
export async function run({ operands: [source], configFile }: Invocation): Promise<number> {
  const words = source === "accounts" ? await accounts(configFile) : [];
  for (const word of words.filter((word) => !/\p{Cc}/u.test(word))) print(word);
  return 0;
}

async function accounts(configFile: string): Promise<string[]> {
  try {
    const document = await readAccountsFile(configFile);
    return document ? namedAccounts(document).map(({ name }) => name) : [];
  } catch {
    return [];
  }
}

/** `words`: what completions offer that only the program knows; scripts of shells call it. */

import type { SessionFacts } from "../../control/session_facts.ts";
import { namedAccounts } from "../../ini/ini_edit.ts";
import { readAccountsFile } from "../../users/accounts_file.ts";
import type { Invocation } from "../command.ts";
import { connect, type ServerOf } from "../running.ts";
import { print } from "../terminal.ts";

/** One word a line. Whatever is in the way makes it say nothing: somebody is typing. */
export async function run({ operands: [source], configFile, config }: Invocation): Promise<number> {
  const words = source === "accounts"
    ? await accounts(configFile)
    : source === "sessions"
    ? await sessions({ configFile, config })
    : [];
  for (const word of words.filter((word) => !/\p{Cc}/u.test(word))) print(word);
  return 0;
}

/** The numbers of the running server's sessions, and the accounts that they have. */
async function sessions(server: ServerOf): Promise<string[]> {
  try {
    using client = await connect(server);
    const words = new Set<string>();
    await client.call("who", {}, (item) => {
      const { id, account } = item as SessionFacts;
      words.add(String(id));
      if (account !== null) words.add(account);
    });
    return [...words];
  } catch {
    return [];
  }
}

async function accounts(configFile: string): Promise<string[]> {
  try {
    const document = await readAccountsFile(configFile);
    return document ? namedAccounts(document).map(({ name }) => name) : [];
  } catch {
    return [];
  }
}

/** `words`: what completions offer that only the program knows; scripts of shells call it. */

import { namedAccounts } from "../../ini/ini_edit.ts";
import { readAccountsFile } from "../../users/accounts_file.ts";
import { withBans } from "../bans.ts";
import type { SessionFacts } from "../../control/session_facts.ts";
import type { Invocation } from "../command.ts";
import { connect } from "../running.ts";
import { withShareLinks } from "../share_links.ts";
import { print } from "../terminal.ts";

/** One word a line. Whatever is in the way makes it say nothing: somebody is typing. */
export async function run(invocation: Invocation): Promise<number> {
  const words = await SOURCES.get(invocation.operands[0]!)?.(invocation).catch(() => []) ?? [];
  for (const word of new Set(words)) if (!/\p{Cc}/u.test(word)) print(word);
  return 0;
}

const SOURCES: ReadonlyMap<string, (invocation: Invocation) => Promise<string[]>> = new Map([
  ["accounts", accounts],
  ["sessions", sessions],
  ["bans", bans],
  ["links", links],
]);

async function accounts({ configFile }: Invocation): Promise<string[]> {
  const document = await readAccountsFile(configFile);
  return document ? namedAccounts(document).map(({ name }) => name) : [];
}

/** What `kick` and `limit` take: numbers of sessions, accounts that are logged in, addresses. */
async function sessions(invocation: Invocation): Promise<string[]> {
  const items = await told<SessionFacts>(invocation, "who");
  return items.flatMap((
    { id, account, address },
  ) => [String(id), ...account === null ? [] : [account], address]);
}

async function bans(invocation: Invocation): Promise<string[]> {
  const networks: string[] = [];
  await withBans(invocation, async (bans) => {
    for (const { network } of await bans.list()) networks.push(network);
    return 0;
  });
  return networks;
}

async function links(invocation: Invocation): Promise<string[]> {
  const ids: string[] = [];
  await withShareLinks(invocation, async (links) => {
    for (const { id } of await links.list(undefined)) ids.push(id);
    return 0;
  });
  return ids;
}

async function told<Item>(invocation: Invocation, action: string): Promise<Item[]> {
  const items: Item[] = [];
  using client = await connect(invocation);
  await client.call(action, {}, (item) => void items.push(item as Item));
  return items;
}

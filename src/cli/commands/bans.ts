/** `bans`: who is banned, at the running server or in its file. */

import type { BanFacts } from "../../control/actions/ban.ts";
import { withBans } from "../bans.ts";
import { type Column, tableLines, terminalColumns } from "../columns.ts";
import type { Invocation } from "../command.ts";
import { shortTime } from "../duration.ts";
import { print } from "../terminal.ts";

const COLUMNS: readonly Column<BanFacts>[] = [
  { title: "NETWORK", text: ({ network }) => network, least: 15 },
  { title: "SINCE", text: ({ since }) => shortTime(Date.now() - Date.parse(since)), side: "right" },
  {
    title: "ENDS IN",
    text: ({ until }) => until === null ? "never" : shortTime(Date.parse(until) - Date.now()),
    side: "right",
  },
  { title: "BY", text: ({ by }) => by },
  { title: "REFUSED", text: ({ refused }) => String(refused), side: "right" },
  { title: "REASON", text: ({ reason }) => reason, least: 8 },
];

/** A table of them, or with `--json` a line of JSON for each. */
export function run(invocation: Invocation): Promise<number> {
  return withBans(invocation, async (bans) => {
    const list = await bans.list();
    if (invocation.flags.has("json")) { for (const ban of list) print(JSON.stringify(ban)); }
    else if (list.length === 0) print("Nobody is banned");
    else for (const line of tableLines(list, COLUMNS, terminalColumns())) print(line);
    return 0;
  });
}

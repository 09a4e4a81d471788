/** `link list`: the share links that there are, at the running server or in their file. */

import type { LinkFacts } from "../../control/actions/link.ts";
import { type Column, tableLines, terminalColumns } from "../columns.ts";
import { type Invocation, valueOf } from "../command.ts";
import { shortTime } from "../duration.ts";
import { withShareLinks } from "../share_links.ts";
import { print } from "../terminal.ts";

const COLUMNS: readonly Column<LinkFacts>[] = [
  { title: "ID", text: ({ id }) => id },
  { title: "ACCOUNT", text: ({ account }) => account, least: 7 },
  { title: "FOR", text: ({ kind }) => kind },
  { title: "PATH", text: ({ path }) => path, least: 8 },
  {
    title: "ENDS IN",
    text: ({ expires }) => expires === null ? "never" : shortTime(Date.parse(expires) - Date.now()),
    side: "right",
  },
  { title: "LEFT", text: ({ usesLeft }) => usesLeft === null ? "" : String(usesLeft), side: "right" },
  { title: "PASSWORD", text: ({ hasPassword }) => hasPassword ? "yes" : "" },
];

/** A table of them, or with `--json` a line of JSON for each, which has the addresses too. */
export function run(invocation: Invocation): Promise<number> {
  return withShareLinks(invocation, async (links) => {
    const list = await links.list(valueOf(invocation, "account"));
    if (invocation.flags.has("json")) { for (const link of list) print(JSON.stringify(link)); }
    else if (list.length === 0) print("There are no share links");
    else for (const line of tableLines(list, COLUMNS, terminalColumns())) print(line);
    return 0;
  });
}

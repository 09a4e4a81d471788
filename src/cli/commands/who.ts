/** `who`: the sessions of the running server. */

import type { SessionFacts } from "../../control/session_facts.ts";
import type { WhoResult } from "../../control/actions/who.ts";
import { terminalColumns } from "../columns.ts";
import type { Invocation } from "../command.ts";
import { warnOfSilence, withServer } from "../running.ts";
import { sessionLines } from "../session_table.ts";
import { print } from "../terminal.ts";

/** A table of them, or with `--json` a line of JSON for each. */
export function run(invocation: Invocation): Promise<number> {
  const isJson = invocation.flags.has("json");
  return withServer(invocation, async (client) => {
    const sessions: SessionFacts[] = [];
    const { silentWorkers } = await client.call("who", {}, (item) => {
      if (isJson) print(JSON.stringify(item));
      else sessions.push(item as SessionFacts);
    }) as WhoResult;
    if (sessions.length > 0) {
      for (const line of sessionLines(sessions.sort((a, b) => a.id - b.id), terminalColumns())) print(line);
    } else if (!isJson) print("Nobody is connected");
    warnOfSilence(silentWorkers);
    return 0;
  });
}

/** `kick`: ends sessions of the running server. */

import type { KickResult } from "../../control/actions/kick.ts";
import type { SessionFacts } from "../../control/session_facts.ts";
import { escapeControls } from "../../telemetry/escape_controls.ts";
import type { Invocation } from "../command.ts";
import { warnOfSilence, withServer } from "../running.ts";
import { print } from "../terminal.ts";

/** Tells each that was ended. */
export function run(invocation: Invocation): Promise<number> {
  const { operands: [target], flags } = invocation;
  return withServer(invocation, async (client) => {
    const { silentWorkers } = await client.call("kick", { target }, (item) => {
      print(flags.has("json") ? JSON.stringify(item) : sentence(item as SessionFacts));
    }) as KickResult;
    warnOfSilence(silentWorkers);
    return 0;
  });
}

function sentence({ id, account, address }: SessionFacts): string {
  return escapeControls(`Ended session ${id} of ${account ?? "nobody yet"} from ${address}`);
}

/** `stop`: ends the running server, and waits until it has ended. */

import type { StopResult } from "../../control/actions/stop.ts";
import type { Invocation } from "../command.ts";
import { withServer } from "../running.ts";
import { print } from "../terminal.ts";

/** In order; with `--now` without time for running transfers. */
export function run(invocation: Invocation): Promise<number> {
  const isNow = invocation.flags.has("now");
  return withServer(invocation, async (client) => {
    const { transfers } = await client.call("stop", { now: isNow }) as StopResult;
    if (transfers > 0) {
      const [what, them] = transfers === 1 ? ["1 transfer", "it"] : [`${transfers} transfers`, "them"];
      print(`Stopping: ${what} may finish first; "stop --now" breaks ${them} off`);
    }
    await client.ended();
    print("Stopped");
    return 0;
  });
}

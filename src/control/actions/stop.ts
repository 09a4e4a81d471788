/** `stop`: ends the server, as at SIGTERM. The connection ends when the server has. */

import type { ControlAction } from "../action.ts";
import { flagParam, onlyParams } from "../params.ts";

/** What it waits for. */
export interface StopResult {
  /** Transfers that may still finish. */
  readonly transfers: number;
}

/** `now`: without time for running transfers. */
export const stop: ControlAction = {
  name: "stop",
  about: ({ now }) => now === true ? "the server, at once" : "the server",
  run(params, running): Promise<StopResult> {
    onlyParams(params, ["now"]);
    const isNow = flagParam(params, "now");
    // Behind the answer: the end may be near.
    setTimeout(() => running.stop({ isNow }), 10);
    return Promise.resolve({ transfers: isNow ? 0 : running.sessions.transferCount });
  },
};

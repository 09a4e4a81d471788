/** `status`: what there is to know of the server. */

import type { SpeedLimit } from "../../session_control.ts";
import type { ControlAction, ServerFacts } from "../action.ts";
import { onlyParams } from "../params.ts";

/** The server at this moment. */
export interface StatusResult extends ServerFacts {
  readonly sessions: number;
  readonly transfers: number;
  readonly accounts: number;
  /** Workers that did not tell of their sessions within a second. */
  readonly silentWorkers: number;
  /** Memory that the process takes, bytes. */
  readonly memoryBytes: number;
  /** Limits that were set with `limit` and hold. */
  readonly limits: readonly SpeedLimit[];
}

/** Tells it. */
export const status: ControlAction = {
  name: "status",
  async run(params, running): Promise<StatusResult> {
    onlyParams(params, []);
    let sessions = 0;
    let silentWorkers = 0;
    for await (const { views, isSilent } of running.sessions.sessions()) {
      if (isSilent) silentWorkers++;
      sessions += views.length;
    }
    return {
      ...running.facts(),
      sessions,
      transfers: running.sessions.transferCount,
      accounts: running.accounts.length,
      silentWorkers,
      memoryBytes: Deno.memoryUsage().rss,
      limits: running.sessions.limits,
    };
  },
};

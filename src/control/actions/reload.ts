/** `reload`: settings and accounts anew, and log files opened again, as at SIGHUP. */

import type { SpeedLimit } from "../../session_control.ts";
import type { ControlAction, ReloadReport } from "../action.ts";
import { onlyParams } from "../params.ts";

/** What a reload has done, and what it leaves as it was. */
export interface ReloadResult extends ReloadReport {
  /** Limits that were set with `limit`: they hold whatever the file says. */
  readonly limits: readonly SpeedLimit[];
}

/** Tells what has changed, or what is wrong. */
export const reload: ControlAction = {
  name: "reload",
  about: () => "settings and accounts",
  async run(params, running): Promise<ReloadResult> {
    onlyParams(params, []);
    return { ...await running.reload(), limits: running.sessions.limits };
  },
};

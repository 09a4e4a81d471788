/** `who`: the sessions that there are, one by one. */

import type { ControlAction } from "../action.ts";
import { onlyParams } from "../params.ts";
import { sessionFacts } from "../session_facts.ts";

/** How many were told, and who told nothing. */
export interface WhoResult {
  readonly sessions: number;
  /** Workers that did not tell of their sessions within a second. */
  readonly silentWorkers: number;
}

/** Tells of each session. */
export const who: ControlAction = {
  name: "who",
  async run(params, running, tell): Promise<WhoResult> {
    onlyParams(params, []);
    let sessions = 0;
    let silentWorkers = 0;
    for await (const { views, isSilent } of running.sessions.sessions()) {
      if (isSilent) silentWorkers++;
      for (const view of views) await tell(sessionFacts(view));
      sessions += views.length;
    }
    return { sessions, silentWorkers };
  },
};

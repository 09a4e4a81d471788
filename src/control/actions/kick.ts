/** `kick`: ends sessions at once, with what they do. */

import type { ControlAction } from "../action.ts";
import { onlyParams, textParam } from "../params.ts";
import { ControlError } from "../protocol.ts";
import { chosenSessions } from "../session_choice.ts";
import { sessionFacts } from "../session_facts.ts";

/** How many were told to end. */
export interface KickResult {
  readonly ended: number;
  /** Workers whose sessions of that name are not known. */
  readonly silentWorkers: number;
}

const NONE = "no session has that number, name or address";

/** `target`: the number of a session, the name of an account or an address. Tells of each that ends. */
export const kick: ControlAction = {
  name: "kick",
  about: ({ target }) => String(target),
  async run(params, { sessions }, tell): Promise<KickResult> {
    onlyParams(params, ["target"]);
    const target = textParam(params, "target");
    const { views, silentWorkers } = await chosenSessions(sessions, target);
    if (views.length === 0) {
      const silent = silentWorkers > 0 ? `, but ${silentWorkers} workers do not tell of theirs` : "";
      throw new ControlError("not-found", `Cannot kick ${JSON.stringify(target)}: ${NONE}${silent}`);
    }
    sessions.kick(new Set(views.map(({ session }) => session.id)));
    for (const view of views) await tell(sessionFacts(view));
    return { ended: views.length, silentWorkers };
  },
};

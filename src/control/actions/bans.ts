/** `bans`: who is banned, one by one. */

import type { ControlAction } from "../action.ts";
import { onlyParams } from "../params.ts";
import { banFacts } from "./ban.ts";

/** How many there are. */
export interface BansResult {
  readonly bans: number;
}

/** Tells of each ban, the oldest first. */
export const bans: ControlAction = {
  name: "bans",
  async run(params, running, tell): Promise<BansResult> {
    onlyParams(params, []);
    const list = running.bans.list.list();
    for (const ban of list) await tell(banFacts(ban));
    return { bans: list.length };
  },
};

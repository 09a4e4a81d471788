/** `unban`: lets networks in again. */

import type { ControlAction } from "../action.ts";
import { onlyParams, textParam } from "../params.ts";
import { type BanFacts, banFacts, banned } from "./ban.ts";

/** How many bans were taken back; with none, what the network has failed so far was forgiven. */
export interface UnbanResult {
  readonly unbanned: number;
}

/** Stands for every ban. */
export const ALL_BANS = "all";

/** `network`: an address or a network that is banned, or {@linkcode ALL_BANS}. Tells of each ban. */
export const unban: ControlAction = {
  name: "unban",
  about: ({ network }) => String(network),
  async run(params, { bans }, tell): Promise<UnbanResult> {
    onlyParams(params, ["network"]);
    const network = textParam(params, "network");
    const lifted = network === ALL_BANS ? bans.list.clear() : one(banned(() => bans.list.unban(network)));
    await bans.written();
    for (const ban of lifted) await tell(banFacts({ refused: 0, ...ban }) satisfies BanFacts);
    return { unbanned: lifted.length };
  },
};

function one<T>(ban: T | undefined): T[] {
  return ban === undefined ? [] : [ban];
}

/** `unban`: lets a network in again, or all that are banned. */

import { escapeControls } from "../../telemetry/escape_controls.ts";
import { ALL_BANS } from "../../control/actions/unban.ts";
import { namedNetwork, withBans } from "../bans.ts";
import type { Invocation } from "../command.ts";
import { print } from "../terminal.ts";

/** Tells each ban that was taken back. */
export function run(invocation: Invocation): Promise<number> {
  const { operands: [word], flags } = invocation;
  const isAll = word === ALL_BANS;
  const network = isAll ? ALL_BANS : namedNetwork(invocation);
  return withBans(invocation, async (bans) => {
    const lifted = await bans.unban(network);
    for (const ban of lifted) {
      print(flags.has("json") ? JSON.stringify(ban) : escapeControls(`Unbanned ${ban.network}`));
    }
    if (lifted.length > 0 || flags.has("json")) return 0;
    print(isAll ? "Nobody was banned" : `${network} was not banned: its wrong passwords are forgiven`);
    return 0;
  });
}

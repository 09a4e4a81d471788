/** `ban`: refuses connections of a network, at the running server or from its next start on. */

import { escapeControls } from "../../telemetry/escape_controls.ts";
import { bannedSelf } from "../banned_self.ts";
import { type BanWish, namedNetwork, withBans } from "../bans.ts";
import { type Invocation, UsageError, valueOf } from "../command.ts";
import { DURATION_SYNTAX, parseDuration } from "../duration.ts";
import { callOf, print, printError } from "../terminal.ts";

/** Tells what is banned for how long, and warns who has banned himself. */
export function run(invocation: Invocation): Promise<number> {
  const { flags } = invocation;
  const network = namedNetwork(invocation);
  const time = valueOf(invocation, "for");
  const wish: BanWish = { network, seconds: secondsOf(time), reason: valueOf(invocation, "reason") };
  return withBans(invocation, async (bans) => {
    const ban = await bans.ban(wish);
    if (flags.has("json")) print(JSON.stringify(ban));
    else {
      const where = bans.file === undefined ? "" : `, from the server's next start on: ${bans.file} has it`;
      print(
        escapeControls(`Banned ${ban.network} ${time === undefined ? "for good" : `for ${time}`}${where}`),
      );
    }
    const self = bannedSelf(ban.network);
    if (self) {
      printError(`Warning: that holds ${self}; "${callOf(`unban ${ban.network}`)}" takes it back`);
    }
    return 0;
  });
}

function secondsOf(time: string | undefined): number | undefined {
  if (time === undefined) return undefined;
  const ms = parseDuration(time);
  if (ms === undefined) {
    throw new UsageError(`Cannot ban for ${JSON.stringify(time)}: expected ${DURATION_SYNTAX}`, {
      command: "ban",
    });
  }
  return ms / 1000;
}

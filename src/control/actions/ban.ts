/** `ban`: refuses connections of a network from now on, and ends its sessions. */

import { LONGEST_REASON, type ShownBan } from "../../guard/ban.ts";
import { BanError } from "../../guard/ban_list.ts";
import type { ControlAction } from "../action.ts";
import { onlyParams, secondsParam, textParam } from "../params.ts";
import { ControlError } from "../protocol.ts";

/** A ban as JSON has it. */
export interface BanFacts {
  /** An address, or a network such as `192.0.2.0/24`. */
  readonly network: string;
  /** ISO 8601. */
  readonly since: string;
  /** When it ends, ISO 8601; null for never. */
  readonly until: string | null;
  readonly by: "guard" | "operator";
  readonly reason: string;
  /** Connections that it has refused since the server started. */
  readonly refused: number;
}

/** A ban as JSON has it. */
export function banFacts({ network, sinceMs, untilMs, by, reason, refused }: ShownBan): BanFacts {
  const until = untilMs === undefined ? null : new Date(untilMs).toISOString();
  return { network, since: new Date(sinceMs).toISOString(), until, by, reason, refused };
}

/**
 * `network`: an address or a network; `seconds`: for how long, for good where left out; `reason`: for people.
 */
export const ban: ControlAction = {
  name: "ban",
  about: ({ network, seconds }) => seconds === undefined ? String(network) : `${network} for ${seconds} s`,
  async run(params, { bans }): Promise<BanFacts> {
    onlyParams(params, ["network", "seconds", "reason"]);
    const network = textParam(params, "network");
    const seconds = secondsParam(params, "seconds");
    const reason = params.reason === undefined ? "" : textParam(params, "reason");
    const untilMs = seconds === undefined ? undefined : Date.now() + seconds * 1000;
    const made = banned(() =>
      bans.list.ban(network, { untilMs, reason: reason.slice(0, LONGEST_REASON), by: "operator" })
    );
    await bans.written();
    return banFacts({ ...made, refused: 0 });
  },
};

/** What `change` gives. @throws {ControlError} `failed` in the place of an error of the list's. */
export function banned<T>(change: () => T): T {
  try {
    return change();
  } catch (error) {
    if (!(error instanceof BanError)) throw error;
    throw new ControlError("failed", error.message);
  }
}

/** The table of actions: what clients of the control socket can ask. */

import type { ControlAction } from "./action.ts";
import { ban } from "./actions/ban.ts";
import { bans } from "./actions/bans.ts";
import { kick } from "./actions/kick.ts";
import { limit } from "./actions/limit.ts";
import { link, linkRevoke, links } from "./actions/link.ts";
import { quota, quotaScan } from "./actions/quota.ts";
import { reload } from "./actions/reload.ts";
import { status } from "./actions/status.ts";
import { stop } from "./actions/stop.ts";
import { unban } from "./actions/unban.ts";
import { who } from "./actions/who.ts";

/** All of them, by name. */
export const ACTIONS: ReadonlyMap<string, ControlAction> = new Map(
  [who, kick, limit, ban, unban, bans, reload, stop, status, quota, quotaScan, link, links, linkRevoke].map((
    action,
  ) => [action.name, action]),
);

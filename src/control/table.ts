/** The table of actions: what clients of the control socket can ask. */

import type { ControlAction } from "./action.ts";
import {
  accountAdd,
  accountDisable,
  accountEnable,
  accountPassword,
  accountRemove,
  accountSet,
} from "./actions/account_edits.ts";
import { account, accounts } from "./actions/accounts.ts";
import { ban } from "./actions/ban.ts";
import { bans } from "./actions/bans.ts";
import { certificate } from "./actions/certificate.ts";
import { disks } from "./actions/disks.ts";
import { kick } from "./actions/kick.ts";
import { limit } from "./actions/limit.ts";
import { log } from "./actions/log.ts";
import { link, linkRevoke, links } from "./actions/link.ts";
import { quota, quotaScan } from "./actions/quota.ts";
import { reload } from "./actions/reload.ts";
import { status } from "./actions/status.ts";
import { stop } from "./actions/stop.ts";
import { throughput } from "./actions/throughput.ts";
import { unban } from "./actions/unban.ts";
import { who } from "./actions/who.ts";

const ALL: readonly ControlAction[] = [
  who,
  kick,
  limit,
  ban,
  unban,
  bans,
  reload,
  stop,
  status,
  quota,
  quotaScan,
  link,
  links,
  linkRevoke,
  log,
  throughput,
  disks,
  certificate,
  accounts,
  account,
  accountAdd,
  accountSet,
  accountPassword,
  accountEnable,
  accountDisable,
  accountRemove,
];

/** All of them, by name. */
export const ACTIONS: ReadonlyMap<string, ControlAction> = new Map(
  ALL.map((action) => [action.name, action]),
);

/** Metrics as `serve` has them, and what they need of the server. */

import type { Settings } from "../../config/schema.ts";
import type { BanList } from "../../guard/ban_list.ts";
import type { SocketAddress } from "../../net/address.ts";
import type { IdentityStore } from "../../net/identity_store.ts";
import type { HomeLooks } from "../../users/home_looks.ts";
import type { IniUserStore } from "../../users/ini_user_store.ts";
import type { HookSwitch } from "../hook_switch.ts";
import type { RunningServer, ThreadMetrics } from "../running_server.ts";

/** Metrics that are counted, and told as soon as there is a server to tell of. */
export interface Metrics extends AsyncDisposable {
  /** Where threads count. */
  readonly threads: ThreadMetrics;
  /** Where they are told. */
  readonly address: SocketAddress;
  /** Begins to tell. */
  tell(of: MeasuredServer): void;
}

/** The parts of a running server that have something to tell. */
export interface MeasuredServer {
  readonly server: Pick<RunningServer, "control" | "quotas" | "workers">;
  readonly users: Pick<IniUserStore, "everyone" | "find" | "problems">;
  readonly bans: BanList;
  readonly hooks: Pick<HookSwitch, "figures">;
  readonly looks: HomeLooks;
  /** What is in force at this moment. */
  readonly inForce: () => {
    readonly settings: Settings;
    readonly identities: Pick<IdentityStore, "latest"> | undefined;
  };
  readonly isStopping: () => boolean;
}

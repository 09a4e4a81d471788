/** The running server as its control socket has it. */

import { resolve } from "node:path";
import type { ControlledLinks, ControlledServer, ReloadReport } from "../control/action.ts";
import { type ControlDoor, openControlDoor } from "../control/control_door.ts";
import { HeldError } from "../control/endpoint.ts";
import { controlPlaces } from "../control/place.ts";
import type { Log } from "../telemetry/log.ts";
import { fileErrorReason } from "../users/file_error.ts";
import type { IniUserStore } from "../users/ini_user_store.ts";
import type { OpenBans } from "./open_bans.ts";
import type { InForce } from "./reload.ts";
import { type RunningServer, workersOf } from "./running_server.ts";
import type { StopSignal } from "./signals.ts";
import { VERSION } from "./version.ts";

/** What {@linkcode openControl} needs. */
export interface ControlOptions {
  /** The accounts file, as the person named it. */
  readonly configFile: string;
  readonly server: RunningServer;
  readonly users: IniUserStore;
  readonly bans: OpenBans;
  readonly links: ControlledLinks | undefined;
  readonly stop: StopSignal;
  readonly log: Log;
  /** What is in force at this moment. */
  readonly inForce: () => InForce;
  readonly reload: () => Promise<ReloadReport>;
}

/** Opens the control socket. A server without one serves all the same, and its log says why. */
export async function openControl(options: ControlOptions): Promise<ControlDoor | undefined> {
  const { configFile, log, inForce } = options;
  const { controlSocket: wish } = inForce().settings;
  if (wish === "off") return undefined;
  try {
    const places = await controlPlaces({ configFile, wish });
    const door = await openControlDoor({ places, running: controlledServer(options) });
    if (!door) log.warn(unreachable(`no place near ${configFile} does`));
    return door;
  } catch (error) {
    if (error instanceof HeldError) log.warn(error.message);
    else log.warn(unreachable(fileErrorReason(error instanceof Error ? error.cause ?? error : error)));
  }
}

function unreachable(reason: string): string {
  const remedy = "name a place that may be written to with control-socket";
  return `Cannot open a control socket: ${reason}; who, stop and the like do not find this server, ${remedy}`;
}

function controlledServer(
  { configFile, server, users, bans, links, stop, inForce, reload }: ControlOptions,
): ControlledServer {
  const started = new Date().toISOString();
  return {
    sessions: server.control,
    quotas: server.quotas,
    bans: { list: bans.list, written: () => bans.file.written() },
    links,
    get accounts() {
      return users.everyone.map(({ name }) => name);
    },
    facts() {
      const { settings, identities } = inForce();
      return {
        version: VERSION,
        pid: Deno.pid,
        started,
        configFile: resolve(configFile),
        address: server.address.hostname,
        port: server.address.port,
        workers: workersOf(settings),
        certificate: identities?.current.fingerprint ?? null,
        isStopping: stop.isAsked,
      };
    },
    reload,
    stop: (wish) => stop.ask(wish),
  };
}

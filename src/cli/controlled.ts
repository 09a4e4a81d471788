/** The running server as its control socket has it. */

import { resolve } from "node:path";
import type { ControlledLinks, ControlledServer, ReloadReport, ShownCertificate } from "../control/action.ts";
import { type ControlDoor, openControlDoor } from "../control/control_door.ts";
import type { DiskLooks } from "../control/disk_looks.ts";
import { HeldError } from "../control/endpoint.ts";
import { controlPlaces } from "../control/place.ts";
import type { Throughput } from "../control/throughput.ts";
import type { Log } from "../telemetry/log.ts";
import type { LogTail } from "../telemetry/log_tail.ts";
import { fileErrorReason } from "../users/file_error.ts";
import type { IniUserStore } from "../users/ini_user_store.ts";
import type { HomeLooks } from "../users/home_looks.ts";
import { directoriesOf } from "../workers/homes.ts";
import { certificateFiles } from "./certificate.ts";
import type { OpenBans } from "./open_bans.ts";
import type { InForce } from "./reload.ts";
import { type RunningServer, workersOf } from "./running_server.ts";
import type { StopSignal } from "./signals.ts";
import { editSources } from "./user/edit_sources.ts";
import { VERSION } from "./version.ts";

/** What {@linkcode controlledServer} needs. */
export interface ControlledOptions {
  /** The accounts file, as the person named it. */
  readonly configFile: string;
  /** The default export of config.ts. */
  readonly config: unknown;
  readonly server: RunningServer;
  readonly users: IniUserStore;
  readonly looks: HomeLooks;
  readonly bans: OpenBans;
  readonly links: ControlledLinks | undefined;
  readonly stop: StopSignal;
  /** The last lines of the log. */
  readonly tail: LogTail;
  /** What is in force at this moment. */
  readonly inForce: () => InForce;
  readonly reload: () => Promise<ReloadReport>;
}

/** What {@linkcode openControl} needs. */
export interface ControlOptions {
  readonly configFile: string;
  /** Where it is wished for: the setting `control-socket`. */
  readonly wish: string;
  readonly running: ControlledServer;
  readonly log: Log;
}

/** Opens the control socket. A server without one serves all the same, and its log says why. */
export async function openControl(options: ControlOptions): Promise<ControlDoor | undefined> {
  const { configFile, wish, running, log } = options;
  if (wish === "off") return undefined;
  try {
    const places = await controlPlaces({ configFile, wish });
    const door = await openControlDoor({ places, running });
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

/** The server as actions have it. */
export function controlledServer(options: ControlledOptions): ControlledServer {
  const { configFile, config, server, users, looks, bans, links, stop, inForce, reload, tail } = options;
  const started = new Date().toISOString();
  let throughput: Promise<Throughput> | undefined;
  return {
    edits: editSources({ configFile, config, looks }),
    log: tail,
    throughput: () => throughput ??= watchThroughput(server),
    disks: diskLooks(options),
    certificate: () => shownCertificate(inForce(), configFile),
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

/** From the first time that somebody wants to know, to the end of the program. */
async function watchThroughput({ control }: RunningServer): Promise<Throughput> {
  // Not a plain import: most servers run without anybody who asks.
  const { href } = new URL("../control/throughput.ts", import.meta.url);
  const { Throughput } = await import(href) as typeof import("../control/throughput.ts");
  return new Throughput(control);
}

function diskLooks({ users, looks }: ControlledOptions): ControlledServer["disks"] {
  let loading: Promise<DiskLooks> | undefined;
  const load = async (): Promise<DiskLooks> => {
    // As above.
    const { href } = new URL("../control/disk_looks.ts", import.meta.url);
    const { DiskLooks } = await import(href) as typeof import("../control/disk_looks.ts");
    return new DiskLooks();
  };
  return async () => {
    const directories = users.everyone.flatMap((user) =>
      directoriesOf(user).map((directory) => {
        const known = looks.known(directory);
        // Where the system has no numbers for devices each directory counts as a disk.
        const device = known && (known.identity?.split(":")[0] ?? directory);
        return { account: user.name, directory, device };
      })
    );
    return await (await (loading ??= load())).look(directories);
  };
}

function shownCertificate(
  { settings, identities }: InForce,
  configFile: string,
): ShownCertificate | undefined {
  if (!identities) return undefined;
  const { certificate: file } = certificateFiles(settings, configFile);
  const { tlsCertificate, tlsAcme } = settings;
  const source = tlsCertificate !== "" ? "file" : tlsAcme.length > 0 ? "acme" : "made";
  return { pem: identities.current.certificate, file, source };
}

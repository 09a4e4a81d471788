/** The server that `serve` runs: session workers as a rule, everything in one thread with `workers = 0`. */

import { serverOptions } from "../config/load.ts";
import type { Settings } from "../config/schema.ts";
import type { Administration } from "../front_office/administration.ts";
import type { SocketAddress } from "../net/address.ts";
import type { BanList } from "../guard/ban_list.ts";
import type { IdentityStore } from "../net/identity_store.ts";
import { readMounts } from "../storage/mounts.ts";
import type { LinkDeskFactory } from "../front_office/link_desk.ts";
import type { QuickDisks } from "../storage/quick_disks.ts";
import type { HomeLooks } from "../users/home_looks.ts";
import type { IniUserStore } from "../users/ini_user_store.ts";
import type { SessionControl } from "../session_control.ts";
import type { HomeCounts, QuotaControl } from "../quotas.ts";
import type { WorkerFigures } from "../workers/worker_figures.ts";
import { WorkerPool } from "../workers/worker_pool.ts";
import { diskDeath, DiskStarter } from "../workers/disk_starter.ts";
import { SYSTEM_BALANCES, workerCount } from "../workers/plan.ts";
import type { MetricBoard } from "../metrics/metric_board.ts";
import type { Measuring } from "../server_options.ts";
import type { WebPage } from "../web/web_page.ts";
import type { HookSwitch } from "./hook_switch.ts";
import { webPartFor } from "./web_start.ts";

/** What the server is made of. */
export interface RunningServerOptions {
  readonly settings: Settings;
  readonly users: IniUserStore;
  /** Looks at the homes. */
  readonly looks: HomeLooks;
  /** The certificate; undefined where TLS is left out. */
  readonly identities: IdentityStore | undefined;
  /** The file that says what homes hold. */
  readonly quotaFile: string;
  readonly hooks: HookSwitch;
  /** Who is banned. */
  readonly bans: BanList;
  /** Does what administrators ask from the page. */
  readonly administer: Administration;
  /** Makes what answers about share links; undefined without a web page. */
  readonly links: LinkDeskFactory | undefined;
  /** Where this thread may call disks directly. */
  readonly quickDisks: QuickDisks;
  /** The files of the web page, where it is served and could be built. */
  readonly page: WebPage | undefined;
  /** Where threads count for metrics; undefined where nobody wants them. */
  readonly metrics: ThreadMetrics | undefined;
}

/** Where the threads of a server count for metrics. */
export interface ThreadMetrics {
  readonly board: MetricBoard;
  /** Counts in the main thread. */
  readonly measuring: Measuring;
}

/** A server that listens. */
export interface RunningServer extends AsyncDisposable {
  readonly address: SocketAddress;
  /** Where it serves the web page; undefined where it does not. */
  readonly webAddress: SocketAddress | undefined;
  /** What an operator may do to its sessions. */
  readonly control: SessionControl;
  /** What is counted for the accounts' quotas. */
  readonly quotas: QuotaControl & HomeCounts;
  /** How its session workers are. */
  readonly workers: WorkerFigures;
  /** Takes new settings and another certificate. */
  reconfigure(change: Pick<RunningServerOptions, "settings" | "identities">): void;
  /** Ends in order. */
  shutdown(options: { graceMs: number }): Promise<void>;
}

/**
 * Starts it.
 *
 * @throws {ListenError} when a port cannot be had.
 */
export async function startServer(options: RunningServerOptions): Promise<RunningServer> {
  const count = workersOf(options.settings);
  return count === 0 ? await startAlone(options) : await startPool(options, count);
}

/** How many workers the settings mean on this machine. */
export function workersOf({ workers }: Settings): number {
  return workerCount(workers, { cores: navigator.hardwareConcurrency, balances: SYSTEM_BALANCES });
}

async function startPool(
  { settings, users, looks, identities, hooks, bans, links, quotaFile, administer, page, metrics }:
    RunningServerOptions,
  count: number,
): Promise<RunningServer> {
  const pool = new WorkerPool({
    count,
    server: { ...serverOptions(settings), ...hooks.wishes },
    users,
    accounts: () => users.everyone,
    looks,
    identities,
    readMounts,
    record: hooks.record,
    questions: hooks,
    quotaFile,
    bans,
    metrics: metrics?.board,
    administer,
    links,
    page,
  });
  await pool.listen();
  return {
    get workers() {
      return pool.workers;
    },
    address: pool.address,
    webAddress: settings.webPort === "none" ? undefined : pool.webAddress,
    quotas: pool.quotas,
    control: pool.control,
    reconfigure: ({ settings, identities }) =>
      pool.reconfigure({ server: { ...serverOptions(settings), ...hooks.wishes }, identities }),
    shutdown: (options) => pool.shutdown(options),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}

async function startAlone(
  options: RunningServerOptions,
): Promise<RunningServer> {
  const { settings, users, identities, hooks, quickDisks, bans, links, quotaFile, administer, page } =
    options;
  // Not a plain import: `deno run` would load the code of sessions into a main thread that has workers for
  // them.
  const { href } = new URL("../server.ts", import.meta.url);
  const { CertificateStore, DiskThreads, FtpServer } = await import(href) as typeof import("../server.ts");
  const { record } = hooks;
  let shown = identities;
  let tls = identities && new CertificateStore(identities);
  const disks = new DiskStarter({
    onDeath(error, mount): void {
      record(diskDeath(error));
      diskThreads.forget(mount);
    },
  });
  const diskThreads = new DiskThreads((mount) => Promise.resolve(disks.connect(mount)));
  const server = new FtpServer({
    ...serverOptions(settings),
    ...hooks.wishes,
    users,
    tls,
    quickDisks,
    diskThreads,
    record,
    questions: hooks,
    bans,
    links,
    quotaFile,
    measuring: options.metrics?.measuring,
    administer,
    ...settings.webPort !== "none" && { web: await webPartFor(page) },
  });
  server.listen();
  try {
    await server.listenForWeb();
  } catch (error) {
    await server.shutdown({ graceMs: 0 });
    throw error;
  }
  return {
    workers: { wanted: 0, accepting: 0, deaths: 0 },
    address: server.address,
    webAddress: settings.webPort === "none" ? undefined : server.webAddress,
    quotas: server.quotas,
    control: server.control,
    reconfigure({ settings, identities }): void {
      // TLS sessions can be resumed within one store alone.
      if (identities !== shown) tls = identities && new CertificateStore(identities);
      shown = identities;
      server.reconfigure({ ...serverOptions(settings), ...hooks.wishes, tls });
    },
    shutdown: (options) => server.shutdown(options),
    async [Symbol.asyncDispose](): Promise<void> {
      await server[Symbol.asyncDispose]();
      diskThreads[Symbol.dispose]();
      disks[Symbol.dispose]();
    },
  };
}

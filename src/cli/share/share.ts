/** `share`: one folder, now, until somebody stops it; it needs no files and leaves none behind. */

import { serverOptions } from "../../config/load.ts";
import { defaultSettings, type Settings } from "../../config/schema.ts";
import { ListenError } from "../../net/control_listener.ts";
import { readMounts } from "../../storage/mounts.ts";
import type { EventSink, ServerEvent } from "../../telemetry/events.ts";
import { type Log, openLog } from "../../telemetry/log.ts";
import { fileErrorReason } from "../../users/file_error.ts";
import { HomeLooks } from "../../users/home_looks.ts";
import type { ProtectedFile } from "../../users/protected_places.ts";
import { MemoryUserStore } from "../../users/user_store.ts";
import { SYSTEM_BALANCES, workerCount } from "../../workers/plan.ts";
import type { WebPage } from "../../web/web_page.ts";
import { WorkerPool } from "../../workers/worker_pool.ts";
import { ownAddresses } from "../announcement.ts";
import { explainBindError } from "../bind_error.ts";
import { DEFAULT_CONFIG_FILE } from "../command.ts";
import { protectedFiles } from "../protected_files.ts";
import { watchProgress } from "../progress.ts";
import { ignoresHangup, onSignals, StopSignal } from "../signals.ts";
import { aboveFoot, print, printError } from "../terminal.ts";
import { pageFor } from "../web_start.ts";
import { tryWriting } from "../write_probe.ts";
import { type Ending, ShareEnd } from "./share_end.ts";
import { LeftParts } from "./left_parts.ts";
import { shareAnnouncement } from "./share_announcement.ts";
import { FolderError, openFolder } from "../shared_folder.ts";
import { ShareError } from "./share_error.ts";
import { passingIdentity } from "./passing_identity.ts";
import { sharedUsers } from "./shared_users.ts";

/** What to share, how and for how long. */
export interface ShareOptions {
  /** The folder, as the person named it. */
  readonly folder: string;
  readonly access: "read" | "write";
  /** Who may log in; undefined lets anyone in. */
  readonly account: { readonly name: string; readonly password: string } | undefined;
  /** The port to begin with; those that are taken are passed over. 0 for any free one. */
  readonly port: number;
  /** The same for the web page; undefined leaves it out. */
  readonly webPort: number | undefined;
  /** Whether everything has to be under TLS. */
  readonly tls: "off" | "data";
  /** Ends by itself after this time, milliseconds; undefined for never. */
  readonly forMs: number | undefined;
  /** Whether the first whole transfer ends it. */
  readonly transfers: "one" | "many";
  readonly qr: "shown" | "left out";
}

/** Ports that are tried, from the wanted one on. */
const MOST_PORTS = 100;
/** Transfers under way when it ends by itself may finish; those that stand still are cut by their timeout. */
const LET_FINISH_MS = 24 * 3_600_000;

const STOPPING: Readonly<Record<Ending, string>> = {
  signal: `Stopping: running transfers have ${defaultSettings().shutdownTimeoutMs / 1000} s to finish`,
  time: "Stopping, the time is over: running transfers may finish",
  transfer: "Stopping after the first whole transfer: others that run may finish",
};

/** Shares it until a signal, the time or the first transfer ends it; the exit code is 1 when it cannot. */
export async function share(options: ShareOptions): Promise<number> {
  try {
    return await run(options);
  } catch (error) {
    if (!(error instanceof ShareError || error instanceof FolderError)) throw error;
    printError(error.message);
    return 1;
  }
}

async function run(options: ShareOptions): Promise<number> {
  const hasNohup = await ignoresHangup();
  const folder = await openFolder(options.folder, { files: await serverFiles() });
  if (options.access === "write") await refuseUnwritable(folder, options.folder);
  const users = await sharedUsers({ ...options, home: folder });
  const identities = options.tls === "off" ? undefined : await passingIdentity();
  const again = Promise.withResolvers<number>();
  // Who closes the terminal ends it too, and nothing may be left behind then.
  using stop = new StopSignal({ besides: hasNohup ? [] : ["SIGHUP"], onAgain: again.resolve });
  using _hangup = onSignals(hasNohup ? ["SIGHUP"] : [], () => {});
  using end = new ShareEnd({ ...options, signal: stop.asked });
  const parts = new LeftParts({ folder });
  const colors = Deno.stdout.isTerminal() && !Deno.noColor;
  await using log = await openLog({ level: "info", console: true, aroundConsole: aboveFoot, colors });
  const page = await pageOf(options, log);
  const early: ServerEvent[] = [];
  let tell: EventSink = (event) => void early.push(event);
  await using pool = await listening(options, (settings) =>
    new WorkerPool({
      page,
      count: workerCount(settings.workers, {
        cores: navigator.hardwareConcurrency,
        balances: SYSTEM_BALANCES,
      }),
      server: serverOptions(settings),
      users: new MemoryUserStore(users),
      accounts: () => users,
      looks: new HomeLooks({ readMounts }),
      ...identities && { identities },
      readMounts,
      record(event): void {
        tell(event);
        parts.note(event);
        end.note(event);
      },
    }));
  print(
    await shareAnnouncement({
      ...options,
      folder,
      port: pool.address.port,
      host: pool.address.hostname,
      webPort: options.webPort === undefined ? undefined : pool.webAddress.port,
      fingerprint: identities?.current.fingerprint,
      addresses: ownAddresses(),
      colors,
    }),
  );
  tell = log.record;
  early.forEach(tell);
  using _progress = watchProgress({ control: pool.control, isWanted: true });
  const ending = await end.reached;
  // What ends by itself was not asked to by a first signal, so that one ends it at once.
  const atOnce = ending === "signal" ? again.promise : stop.asked.then(() => 0);
  log.info(`${STOPPING[ending]}; Ctrl+C ends them at once`);
  const graceMs = ending === "signal" ? defaultSettings().shutdownTimeoutMs : LET_FINISH_MS;
  const exitCode = await Promise.race([pool.shutdown({ graceMs }), atOnce]) ?? 0;
  await pool.shutdown({ graceMs: 0 });
  await parts.remove();
  log.info("Stopped");
  return exitCode;
}

/** Else each upload would be refused, and nobody here would know why. @throws {ShareError} */
async function refuseUnwritable(folder: string, asNamed: string): Promise<void> {
  await tryWriting(folder).catch((cause) => {
    const reason = fileErrorReason(cause);
    throw new ShareError(`Cannot share ${asNamed} to write: ${reason}; leave out --write`, { cause });
  });
}

/** The files of the page. That it is built, from source and once, is nothing to tell of a folder. */
async function pageOf({ webPort }: ShareOptions, log: Log): Promise<WebPage | undefined> {
  if (webPort === undefined) return undefined;
  return await pageFor({ ...defaultSettings(), webPort }, { info: () => {}, error: log.error });
}

/** The first of the ports that can be had. @throws {ShareError} when there is none. */
async function listening(
  { port: wantedPort, webPort: wantedWebPort, tls }: ShareOptions,
  makePool: (settings: Settings) => WorkerPool,
): Promise<WorkerPool> {
  const [ftp, web] = [new PortSearch(wantedPort), new PortSearch(wantedWebPort)];
  while (true) {
    const settings = {
      ...defaultSettings(),
      port: ftp.port!,
      webPort: web.port ?? "none",
      // Not the passive ports that a server at home keeps to: another one may be running.
      passivePorts: "any",
      tlsPolicy: tls,
    } as const;
    const pool = makePool(settings);
    try {
      await pool.listen();
      for (const search of [ftp, web]) search.tell();
      return pool;
    } catch (error) {
      if (!(error instanceof ListenError)) throw error;
      const isTaken = error.cause instanceof Deno.errors.AddrInUse;
      const search = error.port === web.port ? web : ftp;
      if (isTaken && search.goOn()) continue;
      const place = { host: "::", port: error.port };
      throw new ShareError(explainBindError(error.cause, place), { cause: error });
    }
  }
}

/** Looks for a port from the wanted one on. */
class PortSearch {
  readonly #wanted: number | undefined;
  /** The one to try; undefined where none is wanted. */
  port: number | undefined;

  constructor(wanted: number | undefined) {
    this.#wanted = this.port = wanted;
  }

  /** Goes on to the next one. @returns Whether there is one. */
  goOn(): boolean {
    if (!this.port || this.port >= Math.min(this.#wanted! + MOST_PORTS - 1, 65535)) return false;
    this.port++;
    return true;
  }

  /** Says that it is another one than was wanted. */
  tell(): void {
    if (this.port !== this.#wanted) print(`Port ${this.#wanted} is in use, this is port ${this.port}\n`);
  }
}

/** The files of a server that is started in the working directory, as far as they are there. */
async function serverFiles(): Promise<ProtectedFile[]> {
  const files = protectedFiles(defaultSettings(), DEFAULT_CONFIG_FILE);
  const isThere = await Promise.all(
    files.map(({ path }) => Deno.lstat(path).then(() => true, () => false)),
  );
  return files.filter((_, at) => isThere[at]);
}

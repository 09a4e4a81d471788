/** `serve`: starts the server, says what it shares, and stops it in good order. */

import type { Settings } from "../config/schema.ts";
import { ListenError } from "../net/control_listener.ts";
import type { IdentityStore } from "../net/identity_store.ts";
import { readMounts } from "../storage/mounts.ts";
import { QuickDisks } from "../storage/quick_disks.ts";
import { type Log, openLog } from "../telemetry/log.ts";
import { LogTail } from "../telemetry/log_tail.ts";
import { AccountsFileError } from "../users/accounts_file.ts";
import { HomeLooks } from "../users/home_looks.ts";
import { IniUserStore } from "../users/ini_user_store.ts";
import { PasswordRenewal } from "../users/password_renewal.ts";
import { formatProblem, type Problem } from "../ini/problem.ts";
import type { User } from "../users/user.ts";
import { directoriesOf, homesOffLimits, offLimitsProblem } from "../workers/homes.ts";
import { AcmeClock } from "./acme_clock.ts";
import { announcement, ownAddresses } from "./announcement.ts";
import { type BindAddress, explainBindError } from "./bind_error.ts";
import { openCertificate } from "./certificate.ts";
import { anonymousDefaults, type ConfigurationSources, readConfiguration } from "./configuration.ts";
import { controlledServer, openControl } from "./controlled.ts";
import { openAdmins } from "./open_admins.ts";
import { openBans } from "./open_bans.ts";
import { PageControl } from "./page_control.ts";
import { watchProgress } from "./progress.ts";
import { protectedFiles, quotaFileOf } from "./protected_files.ts";
import { type FileHooks, HookSwitch } from "./hook_switch.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { openMetrics, urlOf } from "./metrics_switch.ts";
import type { OpenLinks, OpenLinksOptions } from "./open_links.ts";
import { type InForce, Reloads } from "./reload.ts";
import { RetentionClock } from "./retention_clock.ts";
import { type RunningServer, type RunningServerOptions, startServer, workersOf } from "./running_server.ts";
import { onHangup, StopSignal } from "./signals.ts";
import { settleStoredPasswords } from "./stored_passwords.ts";
import { aboveFoot, callOf, print, printError } from "./terminal.ts";
import { answeringHome, silentHome, waitingAloud } from "./waiting.ts";
import { openAdminsWarning, openToOthersWarning } from "./warnings.ts";
import { pageFor, requireWeb } from "./web_start.ts";

/** The server cannot start; the message says why. */
class StartError extends Error {}

/** What a terminal shows. */
export interface Showing {
  /** Whether only warnings and errors are shown, of the log; then no progress either. */
  readonly isQuiet?: boolean;
  /** False leaves out the lines for running transfers. */
  readonly hasProgress?: boolean;
}

/** Serves until a signal stops it. The exit code is 1 when the files or the port do not allow it. */
export async function serve(sources: ConfigurationSources, showing: Showing = {}): Promise<number> {
  try {
    const looks = new HomeLooks({ readMounts });
    await run(sources, { ...await readySettings(sources, looks), looks, showing });
    return 0;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    printError(error.message);
    return 1;
  }
}

/** What the server starts with. */
interface Start {
  readonly initial: Settings;
  readonly found: FileHooks;
}

/** The settings, once files and accounts are sound and somebody can log in. */
async function readySettings(sources: ConfigurationSources, looks: HomeLooks): Promise<Start> {
  const reading = readConfiguration(sources, looks);
  const { settings, accounts, hooks, problems } = await waitingAloud(reading, looks);
  refuseProblems(problems);
  const isNew = accounts.users.length === 0 && accounts.disabled.length === 0 && !accounts.anonymous;
  if (isNew) await announceFirstAccount(sources.configFile);
  return { initial: settings, found: hooks };
}

async function loadFirstAccount(): Promise<typeof import("./first_account.ts")> {
  // Not a plain import: `deno run` would load it at each start.
  const { href } = new URL("./first_account.ts", import.meta.url);
  return await import(href);
}

async function announceFirstAccount(configFile: string): Promise<void> {
  try {
    const { name, password, home } = await (await loadFirstAccount()).makeFirstAccount(configFile);
    print(`${configFile} had no account, so this one was made:\n`);
    print(`  user      ${name}\n  password  ${password}\n  home      ${home}\n`);
    print(`The password is not shown again; "${callOf(`passwd ${name}`)}" sets another.\n`);
  } catch (error) {
    if (!(error instanceof AccountsFileError)) throw error;
    const remedy = "Start in a folder that may be written to, or name a file in one with --config FILE";
    throw new StartError(`${error.message}\n${remedy}`);
  }
}

async function run(
  sources: ConfigurationSources,
  { initial, found, looks, showing }: Start & { readonly looks: HomeLooks; readonly showing: Showing },
): Promise<void> {
  const { configFile } = sources;
  const { isQuiet = false, hasProgress = true } = showing;
  const tail = new LogTail();
  await using log = await startingWith(() => openLogFor(initial, { isQuiet, tail }));
  const quickDisks = new QuickDisks(readMounts);
  await using renewal = new PasswordRenewal({
    path: configFile,
    isAllowed: initial.hashPasswords,
    onFailure: (reason) => log.warn(`Stored passwords stay as they are: ${reason}`),
  });
  const opening = IniUserStore.open({
    path: configFile,
    renewal,
    anonymous: anonymousDefaults(initial),
    protectedFiles: protectedFiles(initial, configFile, found),
    looks,
    onProblems: (problems) => problems.forEach((problem) => log.error(formatProblem(problem))),
    onWarnings: (warnings) => warnings.forEach((warning) => log.warn(formatProblem(warning))),
    onHome: (user) => user.isHomeSilent ? log.warn(silentHome(user)) : log.info(answeringHome(user)),
    onOpenToOthers: () => log.warn(openToOthersWarning(configFile)),
  });
  await using users = await waitingAloud(opening, looks);
  refuseProblems(users.problems);
  using stop = new StopSignal();
  const openIdentities = (settings: Settings) => openCertificateFor(settings, { configFile, log });
  const identities = await startingWith(() => openIdentities(initial));
  await startingWith(() => requireWeb(initial, { hasCertificate: identities !== undefined }));
  const page = await pageFor(initial, log);
  await refuseHomesOffLimits(initial, users.everyone, looks);
  await using hooks = new HookSwitch({ configFile, record: log.record });
  knowHomes(hooks, { users, looks });
  await startingWith(() => hooks.take(found));
  await using bans = await openBans(configFile, log);
  const quotaFile = quotaFileOf(configFile);
  await using metrics = await openMetricsFor(initial, configFile);
  let inForce = (): Pick<InForce, "settings" | "identities"> => ({ settings: initial, identities });
  const { record } = hooks;
  await using links = await startingWith(() =>
    linksFor({ configFile, users, record, inForce: () => inForce() })
  );
  const pageControl = new PageControl({ users, record });
  const parts = {
    ...{ users, looks, identities, hooks, quickDisks, bans: bans.list, quotaFile, page },
    administer: pageControl.act,
    links: links?.desk,
    metrics: metrics?.threads,
  };
  await using server = await start({ settings: initial, ...parts });
  const reloads = new Reloads({ settings: initial, identities, accounts: users.everyone }, {
    ...{ sources, users, server, renewal, log, hooks },
    openIdentities,
    onReload: () => acme.settingsChanged(),
  });
  inForce = () => reloads.inForce;
  await using acme = new AcmeClock({ settings: () => reloads.inForce.settings, configFile, log });
  using _ = onHangup({
    reload: () => void reloads.next().catch((error) => log.error("Cannot reload", error)),
    stop: () => stop.ask({ isNow: false }),
  });
  const unsubscribe = users.subscribe(() => {
    knowHomes(hooks, { users, looks });
    reloads.followHooks();
  });
  const running = controlledServer({
    ...{ configFile, config: sources.config, server, users, looks, bans, stop, tail },
    links: links?.control,
    inForce: () => reloads.inForce,
    reload: () => reloads.next(),
  });
  metrics?.tell({
    ...{ server, users, hooks, looks, bans: bans.list },
    inForce: () => reloads.inForce,
    isStopping: () => stop.isAsked,
  });
  if (metrics) log.info(`Metrics: ${urlOf(metrics.address)}`);
  pageControl.serve(running);
  const open = openAdmins(initial, { users: users.users, hasCertificate: identities !== undefined });
  if (open.length > 0) log.warn(openAdminsWarning(open));
  // The page has a graph of the last hour.
  if (initial.webPort !== "none") void running.throughput();
  await using _control = await openControl({ configFile, wish: initial.controlSocket, running, log });
  using _retention = new RetentionClock({
    users: () => users.everyone,
    looks,
    record,
    quotas: server.quotas,
  });
  const { address: { port }, webAddress } = server;
  print(
    announcement({
      settings: initial,
      port,
      web: webAddress,
      users: users.everyone,
      configFile,
      fingerprint: identities?.current.fingerprint,
      addresses: ownAddresses(),
    }),
  );
  const hashing = initial.hashPasswords ? "wanted" : "unwanted";
  const { everyone, plainText } = users;
  const settling = settleStoredPasswords({ configFile, users: everyone, plainText, renewal, hashing, log });

  using _progress = watchProgress({ control: server.control, isWanted: hasProgress && !isQuiet });

  const { isNow } = await stop.asked;
  unsubscribe();
  const graceMs = isNow ? 0 : reloads.inForce.settings.shutdownTimeoutMs;
  const grace = `running transfers have ${graceMs / 1000} s to finish`;
  log.info(`Stopping: ${grace}, a second signal ends them at once`);
  await server.shutdown({ graceMs });
  await renewal[Symbol.asyncDispose]();
  await settling;
  log.info("Stopped");
}

/** The share links, which a server without a web page does not load. */
async function linksFor(
  { inForce, ...options }: Pick<OpenLinksOptions, "configFile" | "users" | "record"> & {
    readonly inForce: () => Pick<InForce, "settings" | "identities">;
  },
): Promise<OpenLinks | undefined> {
  const { webPort: port } = inForce().settings;
  if (port === "none") return undefined;
  // Not a plain import: `deno run` would load it at each start.
  const { href } = new URL("./open_links.ts", import.meta.url);
  const { openLinks } = await import(href) as typeof import("./open_links.ts");
  return await openLinks({
    ...options,
    places() {
      const { settings, identities } = inForce();
      return { settings, port, isSecure: identities !== undefined, addresses: ownAddresses() };
    },
  });
}

/** Tells the hooks where the files of each account lie, by the way that was named and by the real one. */
function knowHomes(hooks: HookSwitch, { users, looks }: { users: IniUserStore; looks: HomeLooks }): void {
  for (const user of users.everyone) {
    const directories = directoriesOf(user);
    const real = directories.flatMap((directory) => looks.known(directory)?.real ?? []);
    hooks.knowHomes(user.name, [...new Set([...directories, ...real])]);
  }
}

async function openMetricsFor(settings: Settings, configFile: string): Promise<Metrics | undefined> {
  return await startingWith(() =>
    openMetrics(settings, configFile).catch((error) =>
      explained(error, { host: settings.metricsHost, prefix: "metrics-" })
    )
  );
}

/** @throws {Error} always, one that says what to do where a port cannot be had. */
function explained(error: unknown, address: Omit<BindAddress, "port">): never {
  if (!(error instanceof ListenError)) throw error;
  throw new StartError(explainBindError(error.cause, { ...address, port: error.port }), { cause: error });
}

async function start(options: RunningServerOptions): Promise<RunningServer> {
  try {
    return await startServer(options);
  } catch (error) {
    if (error instanceof ListenError) explained(error, { host: options.settings.hostname });
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    // A worker may be allowed no more than the program.
    const remedy = "Start with --allow-all, or with workers = 0";
    throw new StartError(`Cannot start a session worker: ${error.message}\n${remedy}`, { cause: error });
  }
}

/**
 * The runtime keeps some places from every thread that may not do everything, and session workers may not.
 */
async function refuseHomesOffLimits(
  settings: Settings,
  users: readonly User[],
  looks: HomeLooks,
): Promise<void> {
  if (workersOf(settings) === 0) return;
  const found = await homesOffLimits(users, looks);
  if (found.length === 0) return;
  const remedy = "Choose another home, or start with --workers 0";
  throw new StartError([...found.map(offLimitsProblem), remedy].join("\n"));
}

async function openCertificateFor(
  settings: Settings,
  { configFile, log }: { configFile: string; log: Log },
): Promise<IdentityStore | undefined> {
  const hosts = new Set(["localhost", Deno.hostname(), ...ownAddresses()]);
  if (settings.masqueradeAddress !== "") hosts.add(settings.masqueradeAddress);
  for (const name of settings.tlsAcme) hosts.add(name);
  return await openCertificate({ settings, configFile, hosts: [...hosts], warn: log.warn });
}

async function openLogFor(
  settings: Settings,
  { isQuiet, tail }: Required<Pick<Showing, "isQuiet">> & { readonly tail: LogTail },
): Promise<Log> {
  const { logging, logFile, logFormat, logLevel, transferLog, logMaxSize, logKeep } = settings;
  return await openLog({
    level: logLevel,
    ...(isQuiet && logLevel !== "error") && { consoleLevel: "warning" },
    aroundConsole: aboveFoot,
    tail,
    mostFileBytes: logMaxSize,
    keepFiles: logKeep,
    console: true,
    colors: Deno.stdout.isTerminal() && !Deno.noColor,
    ...(logging && { file: { path: logFile, format: logFormat } }),
    ...(transferLog !== "" && { transferLog }),
  });
}

/** What the start cannot do without. @throws {StartError} saying why it cannot be had. */
async function startingWith<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    throw new StartError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function refuseProblems(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new StartError(problems.map(formatProblem).join("\n"));
}

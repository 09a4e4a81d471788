/** SIGHUP: settings and accounts anew, and log files opened again, without a restart. */

import { SETTINGS, type Settings } from "../config/schema.ts";
import { kebabName } from "../config/setting_names.ts";
import type { ReloadReport } from "../control/action.ts";
import { formatProblem } from "../ini/problem.ts";
import type { IdentityStore } from "../net/identity_store.ts";
import { waitingForRestart, withoutRestart } from "../options/setting.ts";
import type { Log } from "../telemetry/log.ts";
import type { IniUserStore } from "../users/ini_user_store.ts";
import type { PasswordRenewal } from "../users/password_renewal.ts";
import type { User } from "../users/user.ts";
import { certificateFiles } from "./certificate.ts";
import { anonymousDefaults, type ConfigurationSources, readSettings } from "./configuration.ts";
import { type FileHooks, hooksIn, type HookSwitch } from "./hook_switch.ts";
import { protectedFiles } from "./protected_files.ts";
import { refusedReport, reloadReport } from "./reload_report.ts";
import type { RunningServer } from "./running_server.ts";

/** What a reload may change. */
export interface InForce {
  readonly settings: Settings;
  /** The certificate; undefined where TLS is left out. */
  readonly identities: IdentityStore | undefined;
  /**
   * The accounts at the last reload or the start. Those that hold may be newer ones: an edit of the file is
   * taken over by itself.
   */
  readonly accounts: readonly User[];
}

/** A running server and what belongs to it. */
export interface Running {
  readonly sources: ConfigurationSources;
  readonly users: IniUserStore;
  readonly server: RunningServer;
  readonly renewal: PasswordRenewal;
  readonly log: Log;
  readonly hooks: HookSwitch;
  /**
   * Opens the certificate that the settings ask for.
   *
   * @throws {Error} saying what is wrong with which file.
   */
  readonly openIdentities: (settings: Settings) => Promise<IdentityStore | undefined>;
  /** Told when other settings may be in force. */
  readonly onReload?: () => void;
}

/** What a reload has come to. */
export interface Reloaded {
  /** What is in force from now on. */
  readonly inForce: InForce;
  readonly report: ReloadReport;
}

/**
 * Reads settings and accounts again. With a problem in them everything stays as it was, and the log tells.
 */
export async function reload(old: InForce, running: Running): Promise<Reloaded> {
  const { sources, users, server, renewal, log, hooks } = running;
  const { configFile } = sources;
  await log.reopen();
  const { settings: wanted, document, problems: ofSettings } = await readSettings(sources);
  const found = await hooksIn(document, configFile);
  const problems = [...ofSettings, ...found.problems];
  const told: string[] = [];
  const tell = (message: string): void => {
    told.push(message);
    log.error(message);
  };
  for (const problem of problems) tell(formatProblem(problem));
  const identities = problems.length > 0 ? "refused" : await identitiesFor(wanted, { old, running, tell });
  // The store reports what is wrong with the accounts by itself.
  const change = { now: old.settings, wanted };
  const settings = withoutRestart(SETTINGS, change);
  const accounts = {
    anonymous: anonymousDefaults(settings),
    protectedFiles: protectedFiles(settings, configFile, found),
  };
  const accountProblems = identities === "refused" ? [] : await users.reload(accounts);
  if (identities === "refused" || accountProblems.length > 0) {
    log.warn("Settings and accounts stay as they were: the files have problems");
    return { inForce: old, report: refusedReport([...told, ...accountProblems.map(formatProblem)]) };
  }
  await takeHooks(hooks, found, log);
  server.reconfigure({ settings, identities });
  renewal.isAllowed = settings.hashPasswords;
  log.info("Settings and accounts read again");
  const waiting = waitingForRestart(SETTINGS, change).map(kebabName);
  if (waiting.length > 0) log.warn(`A restart is needed for the new value of ${waiting.join(", ")}`);
  tellCertificate(identities, { old, log });
  const report = reloadReport({
    settings: { before: old.settings, now: settings },
    needRestart: waiting,
    users: { before: old.accounts, now: users.everyone },
  });
  return { inForce: { settings, identities, accounts: users.everyone }, report };
}

/** Reloads, one after the other. */
export class Reloads {
  /** What is in force at this moment. */
  inForce: InForce;
  readonly #running: Running;
  #last: Promise<unknown> = Promise.resolve();

  /** With what the server has started with. */
  constructor(initial: InForce, running: Running) {
    this.inForce = initial;
    this.#running = running;
  }

  /** Another one, behind those that are not done yet. */
  next(): Promise<ReloadReport> {
    const reloading = this.#last.then(() => this.#reload());
    this.#last = reloading.catch(() => {});
    return reloading;
  }

  /** The accounts file was edited: its hooks take effect, behind the reloads that are not done yet. */
  followHooks(): void {
    this.#last = this.#last.then(() => followHooks(this.inForce, this.#running)).catch((error) => {
      this.#running.log.error("Cannot read the hooks again", error);
    });
  }

  async #reload(): Promise<ReloadReport> {
    const { inForce, report } = await reload(this.inForce, this.#running);
    this.inForce = inForce;
    this.#running.onReload?.();
    return report;
  }
}

/** Takes the hooks of the file; with a queue that cannot be used those in force stay, and the log tells. */
async function takeHooks(hooks: HookSwitch, found: FileHooks, log: Log): Promise<void> {
  try {
    await hooks.take(found);
  } catch (error) {
    log.error("The hooks stay as they were", error);
  }
}

/**
 * The hooks after an edit of the accounts file, which takes effect without SIGHUP. Called for each edit; most
 * are about other things.
 */
async function followHooks(old: InForce, running: Running): Promise<void> {
  const { sources: { configFile }, users, server, log, hooks } = running;
  const found = await hooksIn(users.document, configFile);
  if (hooks.isInForce(found)) return;
  for (const problem of found.problems) log.error(formatProblem(problem));
  const accounts = { protectedFiles: protectedFiles(old.settings, configFile, found) };
  if (found.problems.length > 0 || (await users.reload(accounts)).length > 0) {
    log.warn("The hooks stay as they were: the file has problems");
    return;
  }
  await takeHooks(hooks, found, log);
  server.reconfigure(old);
  log.info("Hooks read again");
}

/**
 * The certificate for the new settings. One that is open stays while the settings name the same files: it
 * looks for renewed ones by itself, and keeps the last good one.
 */
async function identitiesFor(
  wanted: Settings,
  { old, running, tell }: { old: InForce; running: Running; tell: (message: string) => void },
): Promise<InForce["identities"] | "refused"> {
  const { settings, identities } = old;
  const { configFile } = running.sources;
  const [before, now] = [settings, wanted].map((settings) => certificateFiles(settings, configFile));
  const isSame = before!.certificate === now!.certificate && before!.key === now!.key;
  if (identities && isSame && wanted.tlsPolicy !== "off") return identities;
  try {
    return await running.openIdentities(wanted);
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
    return "refused";
  }
}

function tellCertificate(
  identities: InForce["identities"],
  { old, log }: { old: InForce; log: Log },
): void {
  if (identities === old.identities) return;
  if (identities) {
    log.info(`New sessions are shown the certificate SHA-256 ${identities.current.fingerprint}`);
  } else log.info("New sessions have no TLS");
}

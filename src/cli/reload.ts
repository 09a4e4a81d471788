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
import { anonymousDefaults, type ConfigurationSources, readSettings } from "./configuration.ts";
import { protectedFiles } from "./protected_files.ts";
import { refusedReport, reloadReport } from "./reload_report.ts";
import type { RunningServer } from "./running_server.ts";

/** What a reload may change. */
export interface InForce {
  readonly settings: Settings;
  /** The certificate; undefined where TLS is left out. */
  readonly identities: IdentityStore | undefined;
}

/** A running server and what belongs to it. */
export interface Running {
  readonly sources: ConfigurationSources;
  readonly users: IniUserStore;
  readonly server: RunningServer;
  readonly renewal: PasswordRenewal;
  readonly log: Log;
  /**
   * Opens the certificate that the settings ask for.
   *
   * @throws {Error} saying what is wrong with which file.
   */
  readonly openIdentities: (settings: Settings) => Promise<IdentityStore | undefined>;
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
  const { sources, users, server, renewal, log } = running;
  await log.reopen();
  const { settings: wanted, problems } = await readSettings(sources);
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
    protectedFiles: protectedFiles(settings, sources.configFile),
  };
  const before = users.everyone;
  const accountProblems = identities === "refused" ? [] : await users.reload(accounts);
  if (identities === "refused" || accountProblems.length > 0) {
    log.warn("Settings and accounts stay as they were: the files have problems");
    return { inForce: old, report: refusedReport([...told, ...accountProblems.map(formatProblem)]) };
  }
  server.reconfigure({ settings, identities });
  renewal.isAllowed = settings.hashPasswords;
  log.info("Settings and accounts read again");
  const waiting = waitingForRestart(SETTINGS, change).map(kebabName);
  if (waiting.length > 0) log.warn(`A restart is needed for the new value of ${waiting.join(", ")}`);
  tellCertificate(identities, { old, log });
  const report = reloadReport({
    settings: { before: old.settings, now: settings },
    needRestart: waiting,
    users: { before, now: users.everyone },
  });
  return { inForce: { settings, identities }, report };
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

  async #reload(): Promise<ReloadReport> {
    const { inForce, report } = await reload(this.inForce, this.#running);
    this.inForce = inForce;
    return report;
  }
}

/**
 * The certificate for the new settings. One that is open stays while the settings name the same files: it
 * looks for renewed ones by itself, and keeps the last good one.
 */
async function identitiesFor(
  wanted: Settings,
  { old, running, tell }: { old: InForce; running: Running; tell: (message: string) => void },
): Promise<InForce["identities"] | "refused"> {
  const { settings: { tlsCertificate, tlsKey }, identities } = old;
  const isSame = tlsCertificate === wanted.tlsCertificate && tlsKey === wanted.tlsKey;
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

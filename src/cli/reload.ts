/** SIGHUP: settings and accounts anew, without a restart. */

import { SETTINGS, type Settings } from "../config/schema.ts";
import { kebabName } from "../config/setting_names.ts";
import { formatProblem } from "../ini/problem.ts";
import type { IdentityStore } from "../net/identity_store.ts";
import { waitingForRestart, withoutRestart } from "../options/setting.ts";
import type { Log } from "../telemetry/log.ts";
import type { IniUserStore } from "../users/ini_user_store.ts";
import type { PasswordRenewal } from "../users/password_renewal.ts";
import { anonymousDefaults, type ConfigurationSources, readSettings } from "./configuration.ts";
import { protectedFiles } from "./protected_files.ts";
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

/**
 * Reads settings and accounts again. With a problem in them everything stays as it was, and the log tells.
 *
 * @returns What is in force from now on.
 */
export async function reload(old: InForce, running: Running): Promise<InForce> {
  const { sources, users, server, renewal, log } = running;
  const { settings: wanted, problems } = await readSettings(sources);
  for (const problem of problems) log.error(formatProblem(problem));
  const identities = problems.length > 0 ? "refused" : await identitiesFor(wanted, { old, running });
  // The store reports what is wrong with the accounts by itself.
  const change = { now: old.settings, wanted };
  const settings = withoutRestart(SETTINGS, change);
  const accounts = {
    anonymous: anonymousDefaults(settings),
    protectedFiles: protectedFiles(settings, sources.configFile),
  };
  if (identities === "refused" || (await users.reload(accounts)).length > 0) {
    log.warn("Settings and accounts stay as they were: the files have problems");
    return old;
  }
  server.reconfigure({ settings, identities });
  renewal.isAllowed = settings.hashPasswords;
  log.info("Settings and accounts read again");
  const waiting = waitingForRestart(SETTINGS, change).map(kebabName);
  if (waiting.length > 0) log.warn(`A restart is needed for the new value of ${waiting.join(", ")}`);
  tellCertificate(identities, { old, log });
  return { settings, identities };
}

/**
 * The certificate for the new settings. One that is open stays while the settings name the same files: it
 * looks for renewed ones by itself, and keeps the last good one.
 */
async function identitiesFor(
  wanted: Settings,
  { old, running }: { old: InForce; running: Running },
): Promise<InForce["identities"] | "refused"> {
  const { settings: { tlsCertificate, tlsKey }, identities } = old;
  const isSame = tlsCertificate === wanted.tlsCertificate && tlsKey === wanted.tlsKey;
  if (identities && isSame && wanted.tlsPolicy !== "off") return identities;
  try {
    return await running.openIdentities(wanted);
  } catch (error) {
    running.log.error(error instanceof Error ? error.message : String(error));
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

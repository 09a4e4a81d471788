/** SIGHUP: settings and accounts anew, without a restart. */

import type { SettingName, Settings } from "../config/schema.ts";
import { kebabName } from "../config/setting_names.ts";
import type { Log } from "../telemetry/log.ts";
import type { IniUserStore } from "../users/ini_user_store.ts";
import { formatProblem } from "../ini/problem.ts";
import type { RunningServer } from "./running_server.ts";
import { anonymousDefaults, type ConfigurationSources, readSettings } from "./configuration.ts";

/** A running server and what belongs to it. */
export interface Running {
  readonly sources: ConfigurationSources;
  /** The settings in force. */
  readonly settings: Settings;
  readonly users: IniUserStore;
  readonly server: RunningServer;
  readonly log: Log;
}

/** What is opened once, at the start. */
const FIXED: readonly SettingName[] = [
  "host",
  "port",
  "tlsCertificate",
  "tlsKey",
  "implicitTlsPort",
  "workers",
  "transferMemory",
  "logging",
  "logFile",
  "logLevel",
  "logFormat",
  "transferLog",
];

/**
 * Reads settings and accounts again. With a problem in them everything stays as it was, and the log tells.
 *
 * @returns The settings in force from now on.
 */
export async function reload({ sources, settings: old, users, server, log }: Running): Promise<Settings> {
  const { settings, problems } = await readSettings(sources);
  for (const problem of problems) log.error(formatProblem(problem));
  // The store reports what is wrong with the accounts by itself.
  if (problems.length > 0 || (await users.reload(anonymousDefaults(settings))).length > 0) {
    log.warn("Settings and accounts stay as they were: the files have problems");
    return old;
  }
  server.reconfigure(settings);
  const waiting = FIXED.filter((name) => settings[name] !== old[name]).map(kebabName);
  log.info("Settings and accounts read again");
  if (waiting.length > 0) log.warn(`A restart is needed for the new value of ${waiting.join(", ")}`);
  return settings;
}

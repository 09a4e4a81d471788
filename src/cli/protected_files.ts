/**
 * What no home may hold: the accounts file, keys, the bans, the control socket, the logs, and what hooks run.
 */

import { basename, dirname, join, resolve } from "node:path";
import type { Settings } from "../config/schema.ts";
import { banFileOf } from "../guard/ban_file.ts";
import { controlFolders } from "../control/place.ts";
import type { ProtectedFile } from "../users/protected_places.ts";
import { acmeAccountFile, certificateFiles } from "./certificate.ts";
import { type FileHooks, NO_HOOKS, protectedByHooks } from "./hook_switch.ts";

/** The file that says what the homes of accounts with quotas hold. */
export function quotaFileOf(configFile: string): string {
  return configFile.replace(/\.ini$/, "") + ".quota";
}

/** The file of share links: `.baseftp.ini.links` for `baseftp.ini`. */
export function linkFileOf(configFile: string): string {
  return join(dirname(configFile), `.${basename(configFile).replace(/^\./, "")}.links`);
}

/** The files that these settings name, or would make. */
export function protectedFiles(
  settings: Settings,
  configFile: string,
  hooks: FileHooks = NO_HOOKS,
): ProtectedFile[] {
  const { logging, logFile, transferLog, metricsToken } = settings;
  return [
    ...protectedByHooks(configFile, hooks),
    {
      path: configFile,
      what: "the accounts file",
      remedy: "move that file elsewhere and name it with --config",
    },
    {
      path: certificateFiles(settings, configFile).key,
      what: "the certificate's key",
      remedy: "move that file elsewhere and name it with tls-key",
    },
    ...settings.tlsAcme.length === 0 ? [] : [{
      path: acmeAccountFile(configFile),
      what: "the key of the account with the certificate authority",
      remedy: "move the accounts file elsewhere and name it with --config: the key lies beside it",
    }],
    {
      path: banFileOf(configFile),
      what: "the file of bans",
      remedy: "move the accounts file elsewhere and name it with --config: the bans lie beside it",
    },
    {
      path: linkFileOf(configFile),
      what: "the file of share links",
      remedy: "move the accounts file elsewhere and name it with --config: the links lie beside it",
    },
    ...controlFolders({ configFile, wish: settings.controlSocket }).map((folder) => ({
      path: join(folder, "baseftp.sock"),
      what: "the control socket",
      remedy: "name another place with control-socket",
    })),
    ...logging
      ? [{ path: logFile, what: "the log", remedy: "move that file elsewhere and name it with log-file" }]
      : [],
    ...metricsToken === "" ? [] : [{
      path: resolve(dirname(configFile), metricsToken),
      what: "the metrics token",
      remedy: "move that file elsewhere and name it with metrics-token",
    }],
    ...transferLog === "" ? [] : [{
      path: transferLog,
      what: "the transfer log",
      remedy: "move that file elsewhere and name it with transfer-log",
    }],
  ];
}

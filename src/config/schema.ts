/** The settings: what flags, INI keys, config.ts and the help are read from. */

import { oneOf } from "../options/kind.ts";
import * as kinds from "../options/kinds.ts";
import { SERVER_SETTINGS } from "../options/server_settings.ts";
import { type AnySetting, setting, type TypedOf, type ValuesOf, valuesOf } from "../options/setting.ts";

/** Every setting: those of the server, and those of the program around it. */
export const SETTINGS = {
  ...SERVER_SETTINGS,
  // A router and a firewall have to let the ports through, so the program always has the same.
  passivePorts: { ...SERVER_SETTINGS.passivePorts, default: { first: 50000, last: 50099 } },
  tlsCertificate: setting({
    kind: kinds.optionalPath,
    default: "",
    group: "TLS",
    sentence: "file with the certificate and its chain (PEM), relative to the accounts file",
  }),
  tlsKey: setting({
    kind: kinds.optionalPath,
    default: "",
    group: "TLS",
    sentence: "file with its key (PEM), when that is not in the same file",
  }),
  tlsAcme: setting({
    kind: kinds.domainNames,
    default: [],
    group: "TLS",
    sentence: "names to get a certificate for by itself, from Let's Encrypt, whose terms one agrees to so",
  }),
  acmePort: setting({
    kind: kinds.port,
    default: 80,
    group: "TLS",
    sentence: "where the certificate authority looks at this machine: what port 80 of the names leads to",
  }),
  acmeDirectory: setting({
    kind: kinds.certificateAuthority,
    default: "letsencrypt",
    group: "TLS",
    sentence: "the certificate authority: letsencrypt, or another by the address of its ACME directory",
  }),
  acmeRoots: setting({
    kind: kinds.optionalPath,
    default: "",
    group: "TLS",
    sentence: "certificates to trust when asking it (PEM), for an authority of one's own",
  }),
  shutdownTimeoutMs: setting({
    name: "shutdownTimeout",
    kind: kinds.seconds,
    default: 30_000,
    group: "Timeouts",
    sentence: "time for running transfers to finish when the server stops",
  }),
  anonymous: setting({
    kind: kinds.yesNo,
    default: false,
    group: "Accounts",
    sentence: "let anyone in as anonymous, to look around and download",
  }),
  anonymousHome: setting({
    kind: kinds.optionalPath,
    default: "",
    group: "Accounts",
    sentence: "directory for anonymous, relative to the accounts file",
  }),
  shareLinks: setting({
    kind: kinds.yesNo,
    default: true,
    group: "Web",
    sentence: "let accounts make share links; no: those that there are open nothing either",
  }),
  hashPasswords: setting({
    kind: kinds.yesNo,
    default: true,
    group: "Accounts",
    sentence: "replace plain-text passwords and old hashes in the accounts file with new hashes",
  }),
  workers: setting({
    kind: kinds.workers,
    default: "auto",
    group: "Machine",
    sentence: "threads for sessions, which may open the homes alone; 0: sessions in the main thread",
    fixed: true,
  }),
  controlSocket: setting({
    kind: kinds.controlSocket,
    default: "auto",
    group: "Machine",
    sentence:
      "where the running server listens to its owner: a path relative to the accounts file, auto or off",
    fixed: true,
  }),
  metricsPort: setting({
    kind: kinds.secondPort,
    default: "none",
    group: "Metrics",
    sentence: "port for Prometheus (/metrics) and for probes (/healthz, /readyz); 0: none",
    fixed: true,
  }),
  metricsHost: setting({
    kind: kinds.listenAddress,
    default: "127.0.0.1",
    group: "Metrics",
    sentence: "address to answer them on; others than this machine's own need a token",
    fixed: true,
  }),
  metricsToken: setting({
    kind: kinds.optionalPath,
    default: "",
    group: "Metrics",
    sentence: "file with the token that /metrics asks for, relative to the accounts file; " +
      "or set BASEFTP_METRICS_TOKEN",
    fixed: true,
  }),
  metricsAccounts: setting({
    kind: kinds.yesNo,
    default: true,
    group: "Metrics",
    sentence: "tell the quotas of accounts by their names",
  }),
  logging: setting({
    kind: kinds.yesNo,
    default: false,
    group: "Log",
    sentence: "write a log file besides the console",
    fixed: true,
  }),
  logFile: setting({
    kind: kinds.filePath,
    default: "baseftp.log",
    group: "Log",
    sentence: "the log file; given as a flag it turns logging on",
    fixed: true,
  }),
  logLevel: setting({
    kind: oneOf(["debug", "info", "warning", "error"]),
    default: "info",
    group: "Log",
    sentence: "least level to log",
    fixed: true,
  }),
  logFormat: setting({
    kind: oneOf(["text", "json"]),
    default: "text",
    group: "Log",
    sentence: "format of the log file",
    fixed: true,
  }),
  logMaxSize: setting({
    kind: kinds.fileSizeLimit,
    default: 64 * 1024 * 1024,
    group: "Log",
    sentence: "when the log or the transfer log is longer, a new file is begun; 0: never",
    fixed: true,
  }),
  logKeep: setting({
    kind: kinds.fewFiles,
    default: 4,
    group: "Log",
    sentence: "how many former files of each log are kept, as FILE.1, the youngest, to FILE.4",
    fixed: true,
  }),
  transferLog: setting({
    kind: kinds.optionalPath,
    default: "",
    group: "Log",
    sentence: "file for one line a transfer, in xferlog format",
    fixed: true,
  }),
} as const;

/** What the program calls a setting; {@linkcode configName} has what people call it. */
export type SettingName = keyof typeof SETTINGS;

/** The settings that the program runs with. */
export type Settings = ValuesOf<typeof SETTINGS>;

/** What config.ts may say. */
export type Config = TypedOf<typeof SETTINGS>;

/** The names in the table's order. */
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** A row of the table with its value's type forgotten, for code that treats all settings alike. */
export function settingOf(name: SettingName): AnySetting {
  return SETTINGS[name] as AnySetting;
}

/** The settings with nothing changed. */
export function defaultSettings(): Settings {
  return valuesOf(SETTINGS);
}

/** The settings: one table, from which flags, INI keys, config.ts and the help are read. */

import * as kinds from "./kinds.ts";
import { type Setting, setting } from "./setting.ts";

/** Every setting by its name in config.ts. */
export const SETTINGS = {
  host: setting({
    kind: kinds.listenAddress,
    default: "::",
    group: "Address",
    sentence: 'address to listen on; "::" is every IPv6 and IPv4 address',
  }),
  port: setting({
    kind: kinds.port,
    default: 2121,
    group: "Address",
    sentence: "port to listen on; 0 picks a free one",
  }),
  banner: setting({
    kind: kinds.text,
    default: "Welcome to baseftp.",
    group: "Address",
    sentence: "greeting for each new connection",
  }),
  passivePorts: setting({
    kind: kinds.passivePorts,
    default: { first: 50000, last: 50099 },
    group: "Address",
    sentence: "ports for passive data connections, both ends included; any: whatever is free",
  }),
  masqueradeAddress: setting({
    kind: kinds.publicAddress,
    default: "",
    group: "Address",
    sentence: "address that clients outside are told, for a server behind a router",
  }),
  allowForeignAddresses: setting({
    kind: kinds.yesNo,
    default: false,
    group: "Address",
    sentence: "let data connections go to and come from addresses other than the client's",
  }),
  allowPrivilegedPorts: setting({
    kind: kinds.yesNo,
    default: false,
    group: "Address",
    sentence: "let active data connections go to ports below 1024",
  }),
  hostNames: setting({
    kind: kinds.hostNames,
    default: [],
    group: "Address",
    sentence: "names that clients may ask for with HOST, besides the masquerade address; none: any name",
  }),

  tls: setting({
    kind: kinds.oneOf(["auto", "off", "offered", "required", "required-for-data"]),
    default: "auto",
    group: "TLS",
    sentence: "who may do without TLS; auto: offered when there is a certificate; else one is made",
  }),
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
  implicitTlsPort: setting({
    kind: kinds.port,
    default: 0,
    group: "TLS",
    sentence: "second port, where TLS comes first, usually 990; 0: none",
  }),
  requireTlsResumption: setting({
    kind: kinds.yesNo,
    default: false,
    group: "TLS",
    sentence: "refuse data connections that do not resume the control connection's TLS session",
  }),
  requireTlsClosingAlert: setting({
    kind: kinds.yesNo,
    default: true,
    group: "TLS",
    sentence: "take an upload that ends without the closing alert of TLS for cut off",
  }),
  allowClearCommandChannel: setting({
    kind: kinds.yesNo,
    default: false,
    group: "TLS",
    sentence: "let CCC take TLS off the control connection",
  }),

  maxConnections: setting({
    kind: kinds.count,
    default: 256,
    group: "Limits",
    sentence: "most clients at once; 0: no limit",
  }),
  maxConnectionsPerIp: setting({
    kind: kinds.count,
    default: 10,
    group: "Limits",
    sentence: "most clients at once from one address; 0: no limit",
  }),
  maxUpload: setting({
    kind: kinds.byteRate,
    default: 0,
    group: "Limits",
    sentence: "speed limit for each upload; 0: no limit",
  }),
  maxDownload: setting({
    kind: kinds.byteRate,
    default: 0,
    group: "Limits",
    sentence: "speed limit for each download; 0: no limit",
  }),
  maxServerUpload: setting({
    kind: kinds.byteRate,
    default: 0,
    group: "Limits",
    sentence: "speed limit for all uploads together; 0: no limit",
  }),
  maxServerDownload: setting({
    kind: kinds.byteRate,
    default: 0,
    group: "Limits",
    sentence: "speed limit for all downloads together; 0: no limit",
  }),
  maxHashes: setting({
    kind: kinds.count,
    default: 2,
    group: "Limits",
    sentence: "files whose hash is computed at once; 0: no limit",
  }),
  maxHashRate: setting({
    kind: kinds.byteRate,
    default: 100 * 1024 * 1024,
    group: "Limits",
    sentence: "speed at which all hashes together read files; 0: no limit",
  }),

  idleTimeout: setting({
    kind: kinds.timeout,
    default: 300,
    group: "Timeouts",
    sentence: "time until a client that says nothing is sent away",
  }),
  loginTimeout: setting({
    kind: kinds.timeout,
    default: 60,
    group: "Timeouts",
    sentence: "time to log in",
  }),
  dataTimeout: setting({
    kind: kinds.timeout,
    default: 60,
    group: "Timeouts",
    sentence: "time until a data connection that moves nothing is cut",
  }),
  shutdownTimeout: setting({
    kind: kinds.seconds,
    default: 30,
    group: "Timeouts",
    sentence: "time for running transfers to finish when the server stops",
  }),

  loginAttempts: setting({
    kind: kinds.times,
    default: 3,
    group: "Accounts",
    sentence: "wrong passwords until a client is sent away",
  }),
  loginFailureDelay: setting({
    kind: kinds.seconds,
    default: 3,
    group: "Accounts",
    sentence: "wait before a wrong password is answered",
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

  atomicUploads: setting({
    kind: kinds.yesNo,
    default: true,
    group: "Files",
    sentence: "show an uploaded file only when it is complete",
  }),
  encoding: setting({
    kind: kinds.encoding,
    default: "",
    group: "Files",
    sentence: "what clients from before UTF-8 write names in, such as gbk; an account may say otherwise",
  }),
  modeZ: setting({
    kind: kinds.yesNo,
    default: true,
    group: "Files",
    sentence: "let clients compress their transfers with MODE Z",
  }),
  listTimeZone: setting({
    kind: kinds.timeZone,
    default: "UTC",
    group: "Files",
    sentence: "time zone of the times in LIST",
  }),

  workers: setting({
    kind: kinds.workers,
    default: "auto",
    group: "Machine",
    sentence: "threads for sessions, which may open the homes alone; 0: sessions in the main thread",
  }),
  transferMemory: setting({
    kind: kinds.byteSize,
    default: 64 * 1024 * 1024,
    group: "Machine",
    sentence: "memory for the buffers of all transfers together",
  }),

  logging: setting({
    kind: kinds.yesNo,
    default: false,
    group: "Log",
    sentence: "write a log file besides the console",
  }),
  logFile: setting({
    kind: kinds.filePath,
    default: "baseftp.log",
    group: "Log",
    sentence: "the log file; given as a flag it turns logging on",
  }),
  logLevel: setting({
    kind: kinds.oneOf(["debug", "info", "warning", "error"]),
    default: "info",
    group: "Log",
    sentence: "least level to log",
  }),
  logFormat: setting({
    kind: kinds.oneOf(["text", "json"]),
    default: "text",
    group: "Log",
    sentence: "format of the log file",
  }),
  transferLog: setting({
    kind: kinds.optionalPath,
    default: "",
    group: "Log",
    sentence: "file for one line a transfer, in xferlog format",
  }),
} as const;

/** The name of a setting in config.ts. */
export type SettingName = keyof typeof SETTINGS;

/** The settings that the program runs with. */
export type Settings = {
  readonly [Name in SettingName]: typeof SETTINGS[Name] extends Setting<infer Value, infer _> ? Value : never;
};

/** What config.ts may say: any of the settings, in the form that is easy to write. */
export type Config = {
  readonly [Name in SettingName]?: typeof SETTINGS[Name] extends Setting<infer _, infer Typed> ? Typed
    : never;
};

/** The names in the table's order. */
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** A row of the table with its value's type forgotten, for code that treats all settings alike. */
export function settingOf(name: SettingName): Setting<unknown, unknown> {
  return SETTINGS[name] as Setting<unknown, unknown>;
}

/** The settings with nothing changed. */
export function defaultSettings(): Settings {
  return Object.fromEntries(SETTING_NAMES.map((name) => [name, settingOf(name).default])) as Settings;
}

/** Settings from their sources. */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { loadSettings, serverOptions } from "../../src/config/load.ts";
import { defaultSettings, type SettingName, type Settings } from "../../src/config/schema.ts";
import { parseIniDocument } from "../../src/ini/ini_document.ts";
import { formatProblem } from "../../src/ini/problem.ts";
import { SERVER_SETTINGS } from "../../src/options/server_settings.ts";

/** The settings of a `[server]` section, which has to be sound. */
function fromServer(...lines: string[]): Settings {
  const { settings, problems } = loadSettings({ config: {}, document: documentOf(...lines) });
  deepStrictEqual(problems, []);
  return settings;
}

function documentOf(...lines: string[]): ReturnType<typeof parseIniDocument> {
  return parseIniDocument(["[server]", ...lines].join("\n"), { file: "baseftp.ini" });
}

function fromConfig(config: unknown): Settings {
  const { settings, problems } = loadSettings({ config });
  deepStrictEqual(problems, []);
  return settings;
}

function flagsOf(flags: Partial<Record<SettingName, string>>): ReadonlyMap<SettingName, string> {
  return new Map(Object.entries(flags) as [SettingName, string][]);
}

Deno.test("Without sources the settings are the defaults", () => {
  deepStrictEqual(loadSettings({ config: {} }), { settings: defaultSettings(), problems: [] });
});

Deno.test("Flags win over [server], that over config.ts, that over the defaults", () => {
  const { settings, problems } = loadSettings({
    config: { port: 1001, maxConnections: 1, maxConnectionsPerIp: 1 },
    document: documentOf("port = 1002", "max-connections = 2"),
    flags: flagsOf({ port: "1003" }),
  });
  deepStrictEqual(problems, []);
  const { port, maxConnections, maxConnectionsPerIp, hostname } = settings;
  deepStrictEqual([port, maxConnections, maxConnectionsPerIp, hostname], [1003, 2, 1, "::"]);
});

Deno.test("[server] takes every kind of value as text", () => {
  const settings = fromServer(
    "host = 127.0.0.1",
    'banner = "Hello # world "',
    "passive-ports = 50000 - 50009",
    "masquerade-address = ftp.example.org",
    "max-upload = 300K",
    "max-download = 1024",
    "idle-timeout = 0.5",
    "login-timeout = 0",
    "data-timeout = 0",
    "shutdown-timeout = 0",
    "anonymous = yes",
    "atomic-uploads = off",
    "durable-uploads = on",
    "default-transfer-type = ascii",
    "log-level = debug",
    "log-format = json",
    "list-time-zone = Europe/Berlin",
    "host-names = ftp.example.org, files.example.org",
    "encoding = GBK",
    "mode-z = no",
    "max-hashes = 0",
    "max-hash-rate = 1M",
  );
  deepStrictEqual(settings, {
    ...defaultSettings(),
    hostname: "127.0.0.1",
    banner: "Hello # world ",
    passivePorts: { first: 50000, last: 50009 },
    masqueradeAddress: "ftp.example.org",
    maxUpload: 307200,
    maxDownload: 1024,
    idleTimeoutMs: 500,
    loginTimeoutMs: 0,
    dataTimeoutMs: 0,
    shutdownTimeoutMs: 0,
    anonymous: true,
    atomicUploads: false,
    durableUploads: true,
    defaultTransferType: "ascii",
    logLevel: "debug",
    logFormat: "json",
    listTimeZone: "Europe/Berlin",
    hostNames: ["ftp.example.org", "files.example.org"],
    encoding: "GBK",
    modeZ: false,
    maxHashes: 0,
    maxHashRate: 1048576,
  });
});

Deno.test("config.ts takes the tutorial's values under their new names", () => {
  const settings = fromConfig({
    host: "0.0.0.0",
    port: 21,
    maxUpload: 300 * 1024,
    maxDownload: "300K",
    maxConnections: 256,
    maxConnectionsPerIp: 10,
    passivePorts: [2223, 2233],
    anonymous: false,
    logging: false,
    logFile: "pyftp.log",
    masqueradeAddress: "",
    banner: "Welcome to private ftp.",
    anonymousHome: "/home/",
  });
  strictEqual(settings.port, 21);
  deepStrictEqual([settings.maxUpload, settings.maxDownload], [307200, 307200]);
  deepStrictEqual(settings.passivePorts, { first: 2223, last: 2233 });
});

Deno.test("Passive ports are a range, one port, or any", () => {
  const any = "any";
  for (const [text, ports] of [["any", any], ["0", any], ["50000", { first: 50000, last: 50000 }]] as const) {
    deepStrictEqual(fromServer(`passive-ports = ${text}`).passivePorts, ports);
    deepStrictEqual(fromConfig({ passivePorts: text }).passivePorts, ports);
  }
});

Deno.test("Host names are a list or a text, and may be none", () => {
  deepStrictEqual(fromConfig({ hostNames: ["a.example", "192.0.2.1"] }).hostNames, [
    "a.example",
    "192.0.2.1",
  ]);
  deepStrictEqual(fromConfig({ hostNames: "a.example b.example" }).hostNames, ["a.example", "b.example"]);
  deepStrictEqual(fromServer("host-names =").hostNames, []);
});

Deno.test("Workers are a number or auto, memory is bytes as people write them", () => {
  deepStrictEqual(defaultSettings().workers, "auto");
  deepStrictEqual(fromServer("workers = 0", "transfer-memory = 16M").workers, 0);
  deepStrictEqual(fromServer("workers = auto", "transfer-memory = 16M").transferMemory, 16 * 1024 * 1024);
  deepStrictEqual(fromConfig({ workers: 3, transferMemory: "1G" }).workers, 3);
  deepStrictEqual(fromConfig({ workers: "auto", transferMemory: 2 ** 20 }).transferMemory, 2 ** 20);
  const { problems } = loadSettings({
    config: { workers: -1, transferMemory: 1 },
    document: documentOf("workers = 65", "transfer-memory = none"),
  });
  deepStrictEqual(problems.map(({ message }) => message), [
    "Cannot use -1 for workers: expected auto or a whole number from 0 to 64",
    "Cannot use 1 for transferMemory: expected bytes from 1M, such as 64M or 1G",
    'Cannot use "65" for workers: expected auto or a whole number from 0 to 64',
    'Cannot use "none" for transfer-memory: expected bytes from 1M, such as 64M or 1G',
  ]);
});

Deno.test("Only events that a log takes are asked for, and transfers for the transfer log", () => {
  strictEqual(serverOptions(fromServer("log-level = debug")).recordFrom, "debug");
  strictEqual(serverOptions(defaultSettings()).recordFrom, "info");
  strictEqual(serverOptions(fromServer("transfer-log = xferlog")).recordTransfers, true);
  strictEqual(serverOptions(defaultSettings()).recordTransfers, false);
});

Deno.test("A setting that config.ts leaves undefined keeps its default", () => {
  strictEqual(fromConfig({ port: undefined }).port, 2121);
});

Deno.test("A log file named as a flag turns logging on, unless another flag turns it off", () => {
  strictEqual(loadSettings({ config: {}, flags: flagsOf({ logFile: "x.log" }) }).settings.logging, true);
  const off = flagsOf({ logFile: "x.log", logging: "false" });
  strictEqual(loadSettings({ config: {}, flags: off }).settings.logging, false);
  strictEqual(fromServer("log-file = x.log").logging, false);
});

Deno.test("Each problem in [server] names file, line, value and what would be right", () => {
  const seconds = "seconds up to 2147483, such as 300 or 0.5, 0 for never";
  const ports = "a range of ports from 1 to 65535, such as 50000-50099, or any";
  const expectations: [line: string, problem: string][] = [
    ["prot = 21", 'Unknown setting "prot" in [server]: did you mean "port"?'],
    ["maxUpload = 1", 'Unknown setting "maxUpload" in [server]: did you mean "max-upload"?'],
    ["colour = red", 'Unknown setting "colour" in [server]: "baseftp help serve" lists all'],
    [
      "encoding = klingon",
      'Cannot use "klingon" for encoding: expected an encoding such as utf-8, gbk, big5, shift_jis, euc-kr, ' +
      "windows-1251 or iso-8859-2",
    ],
    [
      "host-names = a_b",
      'Cannot use "a_b" for host-names: expected host names with commas between, such as ' +
      "ftp.example.org,files.example.org",
    ],
    ["port = 65536", 'Cannot use "65536" for port: expected a whole number from 0 to 65535'],
    ["port = 0x15", 'Cannot use "0x15" for port: expected a whole number from 0 to 65535'],
    ["port =", 'Cannot use "" for port: expected a whole number from 0 to 65535'],
    ["passive-ports = 50099-50000", `Cannot use "50099-50000" for passive-ports: expected ${ports}`],
    ["passive-ports = 1-65536", `Cannot use "1-65536" for passive-ports: expected ${ports}`],
    [
      "max-connections = 2.5",
      'Cannot use "2.5" for max-connections: expected a whole number, 0 for no limit',
    ],
    ["login-attempts = 0", 'Cannot use "0" for login-attempts: expected a whole number from 1'],
    [
      "max-upload = 1MB",
      'Cannot use "1MB" for max-upload: expected bytes per second, such as 300K, 1.5M or 0 for no limit',
    ],
    ["idle-timeout = never", `Cannot use "never" for idle-timeout: expected ${seconds}`],
    ["idle-timeout = 9999999", `Cannot use "9999999" for idle-timeout: expected ${seconds}`],
    [
      "shutdown-timeout = -1",
      'Cannot use "-1" for shutdown-timeout: expected seconds from 0 to 2147483, such as 30 or 0.5',
    ],
    ["anonymous = maybe", 'Cannot use "maybe" for anonymous: expected true or false'],
    ["log-level = loud", 'Cannot use "loud" for log-level: expected debug, info, warning or error'],
    ["tls = login", 'Cannot use "login" for tls: expected auto, off, offered, required or required-for-data'],
    ["default-transfer-type = a", 'Cannot use "a" for default-transfer-type: expected image or ascii'],
    ["log-format = xml", 'Cannot use "xml" for log-format: expected text or json'],
    [
      "list-time-zone = Berlin",
      'Cannot use "Berlin" for list-time-zone: expected an IANA time zone, such as UTC or Europe/Berlin',
    ],
    [
      "host = 192.168.1.256",
      'Cannot use "192.168.1.256" for host: expected an address of this machine, such as 192.168.1.5, or "::" for all of them',
    ],
    [
      "masquerade-address = my router",
      'Cannot use "my router" for masquerade-address: expected an IP address or a host name, ' +
      "such as 203.0.113.7 or ftp.example.org",
    ],
    ["log-file =", 'Cannot use "" for log-file: expected the path of a file'],
  ];
  for (const [line, problem] of expectations) {
    const { problems } = loadSettings({ config: {}, document: documentOf(line) });
    deepStrictEqual(problems.map(formatProblem), [`baseftp.ini:2: ${problem}`]);
  }
});

Deno.test("Each problem in config.ts names the value and what would be right", () => {
  const port = "Cannot use PORT for port: expected a whole number from 0 to 65535";
  const expectations: [config: unknown, problem: string][] = [
    [{ port: "2121" }, port.replace("PORT", '"2121"') + ", without quotes"],
    [{ port: "x" }, port.replace("PORT", '"x"')],
    [{ port: 70000 }, port.replace("PORT", "70000")],
    [{ port: null }, port.replace("PORT", "null")],
    [{ anonymous: "true" }, 'Cannot use "true" for anonymous: expected true or false, without quotes'],
    [{ banner: 1 }, "Cannot use 1 for banner: expected text"],
    [
      { passivePorts: [2233, 2223] },
      "Cannot use [2233,2223] for passivePorts: expected a range of ports from 1 to 65535, such as 50000-50099, or any",
    ],
    [
      { maxUpload: -1 },
      "Cannot use -1 for maxUpload: expected bytes per second, such as 300K, 1.5M or 0 for no limit",
    ],
    [
      { idleTimeout: -1 },
      "Cannot use -1 for idleTimeout: expected seconds up to 2147483, such as 300 or 0.5, 0 for never",
    ],
    [{ idleTimeoutMs: 1 }, 'Unknown setting "idleTimeoutMs": did you mean "idleTimeout"?'],
    [{ max_upload: 1 }, 'Unknown setting "max_upload": did you mean "maxUpload"?'],
    [{ ip: "" }, 'Unknown setting "ip": "baseftp help serve" lists all'],
    ["settings", "Cannot read the settings: expected an object as the default export"],
  ];
  for (const [config, problem] of expectations) {
    deepStrictEqual(loadSettings({ config }).problems.map(formatProblem), [`config.ts: ${problem}`]);
  }
});

Deno.test("A problem in a flag names the flag", () => {
  const { problems } = loadSettings({ config: {}, flags: flagsOf({ maxUpload: "fast" }) });
  deepStrictEqual(problems.map(formatProblem), [
    'Cannot use "fast" for --max-upload: expected bytes per second, such as 300K, 1.5M or 0 for no limit',
  ]);
});

Deno.test("All problems are collected, and sound values beside them hold", () => {
  const { settings, problems } = loadSettings({
    config: { port: "x", banner: "Hi" },
    document: documentOf("host = ?", "max-connections = 5"),
    flags: flagsOf({ logLevel: "loud" }),
  });
  strictEqual(problems.length, 3);
  deepStrictEqual([settings.banner, settings.maxConnections, settings.port], ["Hi", 5, 2121]);
});

Deno.test("People write seconds, the program gets milliseconds", () => {
  const { idleTimeoutMs, loginFailureDelayMs } = fromConfig({ idleTimeout: 1.5, loginFailureDelay: 0 });
  deepStrictEqual([idleTimeoutMs, loginFailureDelayMs], [1500, 0]);
  strictEqual(fromServer("data-timeout = 0.0001").dataTimeoutMs, 1, "above zero never becomes zero");
});

Deno.test("The words for TLS become what the server asks for", () => {
  const words = ["auto", "off", "offered", "required", "required-for-data"];
  deepStrictEqual(words.map((tls) => fromConfig({ tls }).tlsPolicy), [
    "auto",
    "off",
    "offered",
    "login",
    "data",
  ]);
  deepStrictEqual(words.map((tls) => fromServer(`tls = ${tls}`)), words.map((tls) => fromConfig({ tls })));
});

Deno.test("No port for implicit TLS is written as 0", () => {
  strictEqual(fromServer("implicit-tls-port = 0").implicitTlsPort, "none");
  strictEqual(fromConfig({ implicitTlsPort: 0 }).implicitTlsPort, "none");
  strictEqual(fromServer("implicit-tls-port = 990").implicitTlsPort, 990);
});

Deno.test("The server gets its own settings and nothing else of the program's", () => {
  const options = serverOptions(fromServer("max-upload = 1M", "tls-key = secret.pem"));
  strictEqual(options.maxUpload, 1024 * 1024);
  deepStrictEqual(
    Object.keys(options).sort(),
    [
      ...Object.keys(SERVER_SETTINGS),
      "giveUpMs",
      "recordFrom",
      "recordTransfers",
      "recordEvents",
      "asksUploads",
    ].sort(),
  );
});

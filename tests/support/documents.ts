/** The documents that follow from tables: of commands, settings and metrics, and the dashboard. */

import { COMMON_FLAGS, CONFIG_FLAG } from "../../src/cli/arguments.ts";
import type { CliCommand } from "../../src/cli/command.ts";
import { formatFlag, formatSettingFlag, usageOf } from "../../src/cli/help.ts";
import { COMMANDS } from "../../src/cli/table.ts";
import { defaultSettings, SETTING_NAMES, type SettingName, settingOf } from "../../src/config/schema.ts";
import { configName, kebabName } from "../../src/config/setting_names.ts";
import { ACCOUNT_KEYS, type KeyHolder, keysOf } from "../../src/users/account_keys.ts";
import { table } from "./markdown.ts";
import { dashboard } from "./metrics/dashboard.ts";
import { metricsDocument } from "./metrics/document.ts";

/** Each file with its whole text. */
export function documents(): ReadonlyMap<URL, string> {
  return new Map([
    [new URL("../../docs/commands.md", import.meta.url), lines(commandsText())],
    [new URL("../../docs/settings.md", import.meta.url), lines(settingsText())],
    [new URL("../../docs/metrics.md", import.meta.url), metricsDocument()],
    [new URL("../../docs/grafana.json", import.meta.url), dashboard()],
  ]);
}

function lines(all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}

const WRITTEN_BY =
  "Written by `deno task documents` from the tables of the program; a test keeps it current.";

function commandsText(): string[] {
  const visible = COMMANDS.filter(({ hidden }) => !hidden);
  return [
    "# Commands",
    "",
    WRITTEN_BY,
    "Every command takes `--help`. Exit codes: 0 fine, 1 it could not be done, 2 something is wrong with the command line.",
    "",
    ...table(
      ["Command", "What it does"],
      visible.map(({ name, summary }) => [`[\`${name}\`](#${name.replaceAll(" ", "-")})`, summary]),
    ),
    ...visible.flatMap(commandText),
  ];
}

function commandText(command: CliCommand): string[] {
  const { name, summary, details = [], operands = [], flags = [], examples = [] } = command;
  const all = [...flags, ...command.takesConfig ? [CONFIG_FLAG] : [], ...COMMON_FLAGS];
  return [
    "",
    `## ${name}`,
    "",
    `\`${usageOf(command)}\``,
    "",
    `${summary[0]!.toUpperCase()}${summary.slice(1)}.`,
    ...details.flatMap((paragraph) => ["", paragraph]),
    ...command.takesSettings ? ["", "Every [setting](settings.md) is a flag too."] : [],
    "",
    ...table(["Argument or flag", "What it is"], [
      ...operands.map(({ name, summary }) => [`\`${name}\``, summary]),
      ...all.map((flag) => [`\`${formatFlag(flag)}\``, flag.summary]),
    ]),
    ...examples.length === 0
      ? []
      : ["", "```sh", ...examples.map((example) => `baseftp ${example}`.trimEnd()), "```"],
  ];
}

const RELOAD = [
  "## What a reload does",
  "",
  "`baseftp reload`, or SIGHUP where there is that, reads `baseftp.ini` again and opens the log files anew. Flags and `config.ts` stay as they were at the start. With a problem in the file everything stays as it was, and the problem is told.",
  "",
  "- Limits that all share hold at once, for sessions and transfers that run too: `max-connections`, `max-connections-per-ip`, `max-…-per-ip`, `max-server-…`, `max-hashes`, `max-hash-rate`, and what the [guard](guard.md) goes by. A limit of speed where there was none holds for the next transfer.",
  "- `max-upload` and `max-download` hold for the next transfer.",
  "- Everything else holds for sessions that begin from then on; those that are there keep what they began with.",
  "- Where the table says “after a restart”, the new value waits for one. The reload names those.",
  "- Accounts need no reload: an edit holds for the next login ([accounts](accounts.md)). Nor does a limit of speed for now: [`baseftp limit`](commands.md#limit).",
] as const;

function settingsText(): string[] {
  const groups = [...new Set(SETTING_NAMES.map((name) => settingOf(name).group))];
  return [
    "# Settings",
    "",
    WRITTEN_BY,
    "Settings hold from the strongest: flags, `[server]` in `baseftp.ini`, `config.ts`. 0 means no limit, and never for the idle, login and data timeouts.",
    "",
    ...RELOAD,
    ...groups.flatMap((group) => [
      "",
      `## ${group}`,
      "",
      ...table(
        [
          "Key in `[server]`",
          "Flag",
          "In `config.ts`",
          "Default",
          "Unit",
          "What it does",
          "A new value holds",
        ],
        SETTING_NAMES.filter((name) => settingOf(name).group === group).map(settingRow),
      ),
    ]),
    "",
    "## Keys of accounts",
    "",
    "In sections `[user:NAME]`, `[group:NAME]` and `[anonymous]`. An edit holds for the next login, without a reload.",
    "",
    ...table(
      ["Key", "Value", "What it says", "For"],
      ACCOUNT_KEYS.map(({ key, placeholder, sentence, byDirectory }) => [
        [
          ...byDirectory === "only" ? [] : [`\`${key}\``],
          ...byDirectory === undefined ? [] : [`\`${key}:/DIRECTORY\``],
        ].join(", "),
        `\`${placeholder}\``,
        sentence,
        holdersOf(key),
      ]),
    ),
  ];
}

function settingRow(name: SettingName): string[] {
  const { kind, sentence, fixed } = settingOf(name);
  const standard = kind.format(defaultSettings()[name]);
  return [
    `\`${kebabName(name)}\``,
    `\`${formatSettingFlag(name)}\``,
    `\`${configName(name)}\``,
    standard === "" ? "none" : `\`${standard}\``,
    kind.unit,
    sentence,
    fixed ? "after a restart" : "after a reload",
  ];
}

function holdersOf(key: string): string {
  const holders: readonly KeyHolder[] = ["account", "group", "anonymous"];
  return holders.filter((holder) => keysOf(holder).some((row) => row.key === key)).join(", ");
}

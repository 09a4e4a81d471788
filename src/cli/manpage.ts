/** The manual page `baseftp.1`: the table of commands and the settings, in the macros of man(7). */

import { defaultSettings, SETTING_NAMES, type SettingName, settingOf } from "../config/schema.ts";
import { kebabName } from "../config/setting_names.ts";
import { COMMON_FLAGS, CONFIG_FLAG } from "./arguments.ts";
import { type CliCommand, DEFAULT_CONFIG_FILE, type Flag } from "./command.ts";
import { formatFlag, formatSettingFlag, usageOf, wrap } from "./help.ts";
import { COMMANDS } from "./table.ts";
import { RELEASED, VERSION } from "./version.ts";

/** Columns of the source. */
const SOURCE_WIDTH = 72;

/** The page. Nothing in it depends on the machine or the time. */
export function manualPage(): string {
  return [
    `.TH BASEFTP 1 "${RELEASED}" "baseftp ${VERSION}" "User Commands"`,
    ".SH NAME",
    roff("baseftp") + " \\- " + roff("an FTP server"),
    ".SH SYNOPSIS",
    ".nf",
    ...visible().map((command) => roff(usageOf(command))),
    ".fi",
    ".SH DESCRIPTION",
    ...flowing("Shares folders over FTP and FTP over TLS. Without a command it serves."),
    ".SH COMMANDS",
    ...visible().flatMap(commandSection),
    ".SH SETTINGS",
    ...flowing(
      "Each is a flag, and a key in [server] of the accounts file without its hyphens. Settings hold from the " +
        "strongest: flags, [server], config.ts.",
    ),
    ...settingSections(),
    ".SH FILES",
    ...item(
      DEFAULT_CONFIG_FILE,
      "the accounts and settings, in the working directory unless --config names another",
    ),
    ".SH ENVIRONMENT",
    ...item("NO_COLOR", "leaves colours out, whatever its value is"),
    ".SH EXIT STATUS",
    ...item("0", "all is fine"),
    ...item("1", "it could not be done"),
    ...item("2", "something is wrong with the command line"),
    ".SH EXAMPLES",
    ".nf",
    ...visible().flatMap(({ examples = [] }) =>
      examples.map((example) => roff(`baseftp ${example}`.trimEnd()))
    ),
    ".fi",
  ].join("\n");
}

function visible(): CliCommand[] {
  return COMMANDS.filter(({ hidden }) => !hidden);
}

function commandSection(command: CliCommand): string[] {
  const { name, summary, details = [], operands = [], flags = [], takesConfig, takesSettings } = command;
  const all = [...flags, ...takesConfig ? [CONFIG_FLAG] : [], ...COMMON_FLAGS];
  const paragraphs = [
    sentence(summary),
    ...details,
    ...takesSettings ? ["Every setting is a flag too; see SETTINGS."] : [],
  ];
  return [
    `.SS "${roff(name)}"`,
    ...paragraphs.flatMap((text, at) => at === 0 ? flowing(text) : [".PP", ...flowing(text)]),
    ...operands.flatMap(({ name, summary }) => item(name, summary)),
    ...all.flatMap((flag: Flag) => item(formatFlag(flag), flag.summary)),
  ];
}

function settingSections(): string[] {
  const groups = [...new Set(SETTING_NAMES.map((name) => settingOf(name).group))];
  return groups.flatMap((group) => [
    `.SS "${roff(group)}"`,
    ...SETTING_NAMES.filter((name) => settingOf(name).group === group).flatMap(settingItem),
  ]);
}

function settingItem(name: SettingName): string[] {
  const { kind, sentence, fixed } = settingOf(name);
  const standard = [kind.format(defaultSettings()[name]) || "none", kind.unit].filter(Boolean).join(" ");
  const restart = fixed ? "; a new value needs a restart" : "";
  return item(
    formatSettingFlag(name),
    `${sentence} (key ${kebabName(name)}, default: ${standard}${restart})`,
  );
}

function item(tag: string, text: string): string[] {
  return [".TP", `.B ${roff(tag)}`, ...flowing(sentence(text))];
}

function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}${/[.)]$/.test(text) ? "" : "."}`;
}

/** Text that flows: lines of the source are short, as the tools for such pages want it. */
function flowing(text: string): string[] {
  return wrap(text.split(" ").map(roff), SOURCE_WIDTH).map(guarded);
}

/** Text as it is to be shown: no hyphen is a dash, no line begins with a request. */
function roff(text: string): string {
  return guarded(text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll('"', "\\(dq"));
}

function guarded(line: string): string {
  return line.replace(/^[.']/, "\\&$&");
}

/** `--help`: what the program can be told, with the values it has otherwise. */

import { loadSettings } from "../config/load.ts";
import { SETTING_NAMES, type SettingName, settingOf } from "../config/schema.ts";
import { kebabName } from "../config/setting_names.ts";
import { DEFAULT_CONFIG_FILE } from "./arguments.ts";
import { VERSION } from "./version.ts";

const WIDTH = 100;
const FLAG_WIDTH = 40;

/** What one can write, and what it means: as text, or as words that lines are not broken inside. */
type Row = readonly [string, string | readonly string[]];

const COMMANDS: readonly Row[] = [
  ["baseftp [serve] [OPTIONS]", "share files"],
  ["baseftp --check [OPTIONS]", "report every problem in the files and start nothing"],
  ["baseftp passwd NAME [--config FILE]", "set the password of an account"],
  ["baseftp passwd --all [--config FILE]", "replace every plain-text password with its hash"],
];

const GENERAL: readonly Row[] = [
  ["--config FILE", `the accounts file (default: ${DEFAULT_CONFIG_FILE} in the working directory)`],
  ["-h, --help", "show this text"],
  ["-V, --version", "show the version"],
];

/**
 * The text of the help, at most 100 columns wide.
 *
 * @param config The default export of config.ts: its values are the defaults that the help shows.
 */
export function helpText(config: unknown): string {
  const { settings } = loadSettings({ config });
  const groups = [...new Set(SETTING_NAMES.map((name) => settingOf(name).group))].map((group) => {
    const names = SETTING_NAMES.filter((name) => settingOf(name).group === group);
    return section(group, names.map((name): Row => [flagOf(name), meaningOf(name, settings[name])]));
  });
  return [
    `baseftp ${VERSION}: an FTP server`,
    section("Usage", COMMANDS),
    section("Options", GENERAL),
    ...groups,
    "Settings hold from the strongest: options, [server] in the accounts file, config.ts.\n" +
    "Exit codes: 0 fine, 1 something is wrong with the files or the port, 2 with the command line.",
  ].join("\n\n");
}

function flagOf(name: SettingName): string {
  const { placeholder } = settingOf(name).kind;
  return placeholder === "" ? `--[no-]${kebabName(name)}` : `--${kebabName(name)} ${placeholder}`;
}

function meaningOf(name: SettingName, value: unknown): string[] {
  const { kind, sentence } = settingOf(name);
  const written = [kind.format(value) || "none", kind.unit].filter(Boolean).join(" ");
  return [...sentence.split(" "), `(default: ${written})`];
}

function section(title: string, rows: readonly Row[]): string {
  return [`${title}:`, ...rows.map(entry)].join("\n");
}

function entry([flag, meaning]: Row): string {
  const words = typeof meaning === "string" ? meaning.split(" ") : meaning;
  const lines = wrap(words, WIDTH - FLAG_WIDTH).map((line) => " ".repeat(FLAG_WIDTH) + line);
  const head = `  ${flag}`;
  // A flag that leaves no blank before its meaning has a line of its own.
  if (head.length >= FLAG_WIDTH) return [head, ...lines].join("\n");
  return lines.join("\n").replace(" ".repeat(FLAG_WIDTH), head.padEnd(FLAG_WIDTH));
}

function wrap(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

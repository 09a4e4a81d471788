/** The help: what the program and each command can be told, with the values that settings have otherwise. */

import { loadSettings } from "../config/load.ts";
import { SETTING_NAMES, type SettingName, settingOf } from "../config/schema.ts";
import { kebabName } from "../config/setting_names.ts";
import { COMMON_FLAGS, CONFIG_FLAG } from "./arguments.ts";
import type { CliCommand, Flag } from "./command.ts";
import { COMMANDS, commandsOf } from "./table.ts";
import { VERSION } from "./version.ts";

/** The width of the help, columns: every terminal has that. */
const WIDTH = 80;
/** The widest that what one writes may be to share a line with what it means, columns. */
const FLAG_WIDTH = 30;

/** What one can write, and what it means: as text, or as words that lines are not broken inside. */
type Row = readonly [string, string | readonly string[]];

/** The program in a screen: its commands, and where to read on. */
export function overview(): string {
  return [
    `baseftp ${VERSION}: an FTP server`,
    section("Usage", [["baseftp [COMMAND] [OPTIONS]", ""]]),
    section("Commands", shortList()),
    section("Options", COMMON_FLAGS.map(flagRow)),
    paragraph(
      'Without a command it serves. "baseftp help COMMAND" explains a command, "baseftp help serve" has every ' +
        "setting.",
    ),
    paragraph("Exit codes: 0 fine, 1 it could not be done, 2 something is wrong with the command line."),
  ].join("\n\n");
}

/** All commands whose first word it is. */
export function groupHelp(word: string): string {
  return [
    section("Usage", [[`baseftp ${word} COMMAND [OPTIONS]`, ""]]),
    section("Commands", listOf(commandsOf(word))),
  ].join("\n\n");
}

/**
 * One command.
 *
 * @param config The default export of config.ts: its values are the defaults that the help shows.
 */
export function commandHelp(command: CliCommand, config: unknown): string {
  const { name, summary, details = [], operands = [], examples = [] } = command;
  const below = commandsOf(name);
  const flags = [...command.flags ?? [], ...command.takesConfig ? [CONFIG_FLAG] : [], ...COMMON_FLAGS];
  return [
    section("Usage", [[usageOf(command), ""]]),
    paragraph(`${summary[0]!.toUpperCase()}${summary.slice(1)}.`),
    ...details.map(paragraph),
    ...operands.length === 0
      ? []
      : [section("Arguments", operands.map(({ name, summary }) => [name, summary]))],
    section("Options", flags.map(flagRow)),
    ...below.length === 0
      ? []
      : [section("More", below.map(({ name, summary }) => [`baseftp ${name}`, summary]))],
    ...command.takesSettings ? settingSections(config) : [],
    ...examples.length === 0
      ? []
      : [section("Examples", examples.map((example) => [`baseftp ${example}`.trimEnd(), ""]))],
  ].join("\n\n");
}

/** The command line in short: `baseftp passwd [NAME] [OPTIONS]`. */
export function usageOf({ name, operands = [] }: CliCommand): string {
  const words = operands.map(({ name, optional, many }) => {
    const word = many ? `${name}...` : name;
    return optional ? `[${word}]` : word;
  });
  return ["baseftp", name, ...words, "[OPTIONS]"].join(" ");
}

/** The flag as one writes it: `-f, --for DURATION`. */
export function formatFlag({ name, short, value }: Flag): string {
  const written = value === undefined ? `--${name}` : `--${name} ${value}`;
  return short === undefined ? written : `-${short}, ${written}`;
}

/** The setting as a flag: `--port PORT`, `--[no-]anonymous`. */
export function formatSettingFlag(name: SettingName): string {
  const { placeholder } = settingOf(name).kind;
  return placeholder === "" ? `--[no-]${kebabName(name)}` : `--${kebabName(name)} ${placeholder}`;
}

/** All commands; those that share their first word have one row. */
function shortList(): Row[] {
  const visible = COMMANDS.filter(({ hidden }) => !hidden);
  const first = [...new Set(visible.map(({ name }) => name.split(" ")[0]!))];
  return first.map((word) => {
    const one = visible.find(({ name }) => name === word);
    const seconds = commandsOf(word).map(({ name }) => name.slice(word.length + 1));
    return [word, one?.summary ?? seconds.join(", ")];
  });
}

function listOf(commands: readonly CliCommand[]): Row[] {
  return commands.filter(({ hidden }) => !hidden).map(({ name, summary }) => [name, summary]);
}

function flagRow(flag: Flag): Row {
  return [formatFlag(flag), flag.summary];
}

function settingSections(config: unknown): string[] {
  const { settings } = loadSettings({ config });
  return [...new Set(SETTING_NAMES.map((name) => settingOf(name).group))].map((group) => {
    const names = SETTING_NAMES.filter((name) => settingOf(name).group === group);
    return section(
      group,
      names.map((name): Row => [formatSettingFlag(name), meaningOf(name, settings[name])]),
    );
  });
}

function meaningOf(name: SettingName, value: unknown): string[] {
  const { kind, sentence } = settingOf(name);
  const written = [kind.format(value) || "none", kind.unit].filter(Boolean).join(" ");
  return [...sentence.split(" "), `(default: ${written})`];
}

/** The rows under a heading; those with meanings have them in one column. */
function section(title: string, rows: readonly Row[]): string {
  const widest = Math.max(
    0,
    ...rows.map(([flag]) => flag.length).filter((length) => length < FLAG_WIDTH - 3),
  );
  const column = Math.min(widest + 4, FLAG_WIDTH);
  return [`${title}:`, ...rows.map((row) => entry(row, column))].join("\n");
}

function entry([flag, meaning]: Row, column: number): string {
  const words = typeof meaning === "string" ? meaning.split(" ") : meaning;
  const lines = wrap(words, WIDTH - column).map((line) => (" ".repeat(column) + line).trimEnd());
  const head = `  ${flag}`;
  if (meaning === "") return head;
  // What leaves no room before its meaning has a line of its own.
  if (head.length + 2 > column) return [head, ...lines].join("\n");
  return lines.join("\n").replace(" ".repeat(column), head.padEnd(column));
}

function paragraph(text: string): string {
  return wrap(text.split(" "), WIDTH).join("\n");
}

/** Words as lines of that width, columns; a word that is wider has a line of its own. */
export function wrap(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

/** The command line: from words to what the person wants. */

import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { loadSettings } from "../config/load.ts";
import { SETTING_NAMES, type SettingName, settingOf } from "../config/schema.ts";
import { kebabName, settingOfKebabName } from "../config/setting_names.ts";
import { nearestName } from "../ini/nearest_name.ts";

/** What the person wants. */
export type Invocation =
  | { readonly command: "help" }
  | { readonly command: "version" }
  | {
    readonly command: "serve" | "check";
    readonly configFile: string;
    /** The settings that were given, as text. */
    readonly flags: ReadonlyMap<SettingName, string>;
  }
  | {
    readonly command: "passwd";
    readonly configFile: string;
    /** The account; undefined for all that have a plain-text password. */
    readonly account: string | undefined;
  };

/** The command line cannot be understood. */
export class UsageError extends Error {
  /** The message says what would be right. */
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** The accounts file where the command line names none. */
export const DEFAULT_CONFIG_FILE = "baseftp.ini";

const COMMANDS = ["serve", "passwd"];

const OPTIONS: ParseArgsOptionsConfig = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "V" },
  check: { type: "boolean" },
  all: { type: "boolean" },
  config: { type: "string" },
  ...Object.fromEntries(
    SETTING_NAMES.map((name) => [kebabName(name), { type: isSwitch(name) ? "boolean" : "string" }]),
  ),
};

/**
 * Takes a command line apart.
 *
 * @throws {UsageError} When it cannot be understood.
 */
export function parseArguments(args: readonly string[]): Invocation {
  const words = expandSwitches(args);
  const { values, positionals } = parseWords(words);
  if (values.help) return { command: "help" };
  if (values.version) return { command: "version" };

  const [command = "serve", ...rest] = positionals;
  const configFile = values.config ?? DEFAULT_CONFIG_FILE;
  if (configFile === "") {
    throw new UsageError("Missing value of --config: expected the path of the accounts file");
  }
  const flags = settingFlags(values);
  if (command === "passwd") {
    refuseOther("passwd", ["check", ...Array.from(flags.keys(), kebabName)], values);
    return { command, configFile, account: passwdAccount(rest, values.all === true) };
  }
  if (command !== "serve") {
    const near = nearestName(command, COMMANDS);
    const right = near ? `did you mean "${near}"?` : `the commands are ${COMMANDS.join(" and ")}`;
    throw new UsageError(`Unknown command "${command}": ${right}`);
  }
  if (rest[0] !== undefined) {
    throw new UsageError(`Unexpected argument "${rest[0]}": serve takes options only`);
  }
  refuseOther("serve", ["all"], values);
  const [problem] = loadSettings({ config: {}, flags }).problems;
  if (problem) throw new UsageError(problem.message);
  return { command: values.check ? "check" : "serve", configFile, flags };
}

/** What parseArgs found, by the name of the option. */
type Values = Readonly<Record<string, string | boolean | undefined>> & { readonly config?: string };

function parseWords(words: readonly string[]): { values: Values; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: OPTIONS,
      allowPositionals: true,
      allowNegative: true,
    });
    return { values: values as Values, positionals };
  } catch (error) {
    throw explain(words) ?? error;
  }
}

/** parseArgs names the first mistake in its own words; these are for people. */
function explain(words: readonly string[]): UsageError | undefined {
  const { tokens } = parseArgs({
    args: [...words],
    options: OPTIONS,
    strict: false,
    allowNegative: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const option = OPTIONS[token.name];
    if (!option) {
      const near = nearestName(token.name, Object.keys(OPTIONS));
      return new UsageError(
        `Unknown option "${token.rawName}": ${near ? `did you mean "--${near}"?` : "--help lists all"}`,
      );
    }
    const isMissing = token.value === undefined || (!token.inlineValue && token.value.startsWith("-"));
    if (option.type === "string" && isMissing) {
      const name = settingOfKebabName(token.name);
      const expected = name ? settingOf(name).kind.expected : "the path of the accounts file";
      return new UsageError(`Missing value of ${token.rawName}: expected ${expected}`);
    }
    if (option.type === "boolean" && token.value !== undefined) {
      return new UsageError(`Unexpected value of ${token.rawName}: it takes none`);
    }
  }
  return undefined;
}

/** Writes `--anonymous=no` as `--no-anonymous`, which is the form that parseArgs knows. */
function expandSwitches(args: readonly string[]): string[] {
  const end = args.indexOf("--");
  return args.map((word, index) => {
    const [, flag, value] = /^--([a-z-]+)=(.*)$/s.exec(word) ?? [];
    const name = flag === undefined ? undefined : settingOfKebabName(flag);
    if (name === undefined || value === undefined || !isSwitch(name) || (end >= 0 && index > end)) {
      return word;
    }
    const { kind } = settingOf(name);
    const isOn = kind.fromText(value);
    if (isOn === undefined) {
      throw new UsageError(`Cannot use "${value}" for --${flag}: expected ${kind.expected}`);
    }
    return isOn ? `--${flag}` : `--no-${flag}`;
  });
}

function settingFlags(values: Values): Map<SettingName, string> {
  const flags = new Map<SettingName, string>();
  for (const name of SETTING_NAMES) {
    const value = values[kebabName(name)];
    if (value !== undefined) flags.set(name, String(value));
  }
  return flags;
}

function passwdAccount(names: readonly string[], all: boolean): string | undefined {
  const [account, surplus] = names;
  if (surplus !== undefined) {
    throw new UsageError(
      "Unexpected argument after the name: the password is asked for, or read from standard input",
    );
  }
  if (all && account !== undefined) {
    throw new UsageError("Cannot take both a name and --all: leave out one of them");
  }
  if (!all && account === undefined) {
    throw new UsageError("Missing name of the account: expected passwd NAME or passwd --all");
  }
  return account;
}

function refuseOther(command: string, names: readonly string[], values: Values): void {
  const name = names.find((option) => values[option] !== undefined);
  if (name !== undefined) {
    throw new UsageError(`Cannot use --${name} with ${command}: it means nothing there`);
  }
}

function isSwitch(name: SettingName): boolean {
  return settingOf(name).kind.placeholder === "";
}

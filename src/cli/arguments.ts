/** The command line: from words to a command of the table and what it is told. */

import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { loadSettings } from "../config/load.ts";
import { type Config, SETTING_NAMES, type SettingName, settingOf } from "../config/schema.ts";
import { kebabName, settingOfKebabName } from "../config/setting_names.ts";
import { nearestName } from "../ini/nearest_name.ts";
import { type CliCommand, DEFAULT_CONFIG_FILE, type Flag, type Invocation, UsageError } from "./command.ts";
import { commandOf, COMMANDS, commandsOf } from "./table.ts";

/** The flags that go with every command. */
export const COMMON_FLAGS: readonly Flag[] = [
  { name: "help", short: "h", summary: "show the help and do nothing else" },
  { name: "version", short: "V", summary: "show the version and do nothing else" },
];

/** The flag of commands that take it. */
export const CONFIG_FLAG: Flag = {
  name: "config",
  value: "FILE",
  summary: `the accounts file (default: ${DEFAULT_CONFIG_FILE} in the working directory)`,
};

/**
 * Takes a command line apart. `--help` and `--version` come before everything else and become the commands
 * of these names.
 *
 * @throws {UsageError} When it cannot be understood.
 */
export function parseArguments(args: readonly string[], config: Config): Invocation {
  const { named, rest } = findCommand(args);
  const options = optionsOf(commandOf(named ?? "") ?? COMMANDS[0]);
  const asked = readTokens(rest, options).find((token) =>
    token.kind === "option" && COMMON_FLAGS.some(({ name }) => name === token.name)
  );
  if (asked?.kind === "option") {
    const operands = asked.name === "help" && named !== undefined ? named.split(" ") : [];
    return { ...emptyInvocation(asked.name, config), operands };
  }
  const command = named === undefined ? COMMANDS[0] : commandOf(named);
  if (!command) throw unknownCommand(named!, rest);
  const given = readWords(command, rest);
  checkOperands(command, given.operands);
  checkSettings(command, given.settings);
  return { command, config, ...given };
}

function emptyInvocation(name: string, config: Config): Invocation {
  const command = commandOf(name)!;
  return {
    command,
    operands: [],
    flags: new Map(),
    configFile: DEFAULT_CONFIG_FILE,
    settings: new Map(),
    config,
  };
}

/**
 * The name of a command, and what is left of the command line without it. Flags before the name are those of
 * the first command or of the named one. A second word counts only right behind the first.
 */
function findCommand(args: readonly string[]): { named: string | undefined; rest: string[] } {
  const word = readTokens(args, optionsOf(COMMANDS[0])).find((token) => token.kind === "positional");
  if (word?.kind !== "positional") return { named: undefined, rest: [...args] };
  const at = word.index;
  const second = args[at + 1];
  const hasSecond = second !== undefined && !second.startsWith("-") && commandsOf(word.value).length > 0;
  const isOne = commandOf(word.value) !== undefined && commandOf(`${word.value} ${second}`) === undefined;
  const count = hasSecond && !isOne ? 2 : 1;
  return { named: args.slice(at, at + count).join(" "), rest: args.toSpliced(at, count) };
}

function unknownCommand(name: string, rest: readonly string[]): UsageError {
  // What looks like a command is the value of a flag that there is not: `--prot 21`.
  for (const token of readTokens(rest, optionsOf(COMMANDS[0]))) {
    if (token.kind !== "option") break;
    if (!Object.hasOwn(optionsOf(COMMANDS[0]), token.name)) return unknownFlag(COMMANDS[0], token.rawName);
  }
  const group = commandsOf(name);
  if (group.length > 0) {
    const words = group.map((command) => command.name.slice(name.length + 1)).join(", ");
    return new UsageError(`Missing word after "${name}": expected one of ${words}`, { command: name });
  }
  const known = COMMANDS.filter(({ hidden }) => !hidden).map(({ name }) => name);
  const near = nearestName(name, known);
  return new UsageError(`Unknown command "${name}"${near ? `: did you mean "${near}"?` : ""}`);
}

/** What one may write behind two hyphens: the name of the option, and what it stands for. */
type Options = Readonly<Record<string, { type: "string" | "boolean"; short?: string; expected: string }>>;

function optionsOf({ flags = [], takesConfig, takesSettings }: CliCommand): Options {
  const own = [...COMMON_FLAGS, ...takesConfig ? [CONFIG_FLAG] : [], ...flags];
  const settings = takesSettings ? SETTING_NAMES : [];
  return Object.fromEntries([
    ...settings.flatMap((name) => {
      const { placeholder, expected } = settingOf(name).kind;
      if (placeholder !== "") return [[kebabName(name), { type: "string", expected }]];
      return ["", "no-"].map((prefix) => [prefix + kebabName(name), { type: "boolean", expected }]);
    }),
    ...own.map((flag) => [flag.name, {
      type: flag.value === undefined ? "boolean" : "string",
      ...flag.short !== undefined && { short: flag.short },
      expected: flag === CONFIG_FLAG ? "the path of the accounts file" : flag.words?.join(", ") ?? flag.value,
    }]),
  ]);
}

function readTokens(words: readonly string[], options: Options) {
  return parseArgs({
    args: [...words],
    options: options as ParseArgsOptionsConfig,
    strict: false,
    tokens: true,
  }).tokens;
}

/** Reads what is behind the name; the first mistake is the one that is named. */
function readWords(
  command: CliCommand,
  words: readonly string[],
): Pick<Invocation, "operands" | "flags" | "configFile" | "settings"> {
  const options = optionsOf(command);
  const operands: string[] = [];
  const flags = new Map<string, string | true>();
  const settings = new Map<SettingName, string>();
  let configFile = DEFAULT_CONFIG_FILE;
  for (const token of readTokens(words, options)) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    if (!Object.hasOwn(options, token.name)) throw unknownFlag(command, token.rawName);
    const option = options[token.name]!;
    const flag = command.flags?.find(({ name }) => name === token.name);
    const isConfig = flag === undefined && token.name === CONFIG_FLAG.name;
    if (option.type === "string") {
      const isAnother = !token.inlineValue && token.value !== "-" && token.value?.startsWith("-");
      if (token.value === undefined || isAnother || (isConfig && token.value === "")) {
        throw new UsageError(`Missing value of ${token.rawName}: expected ${option.expected}`, {
          command: command.name,
        });
      }
    }
    if (isConfig) configFile = token.value!;
    else if (flag === undefined) setSetting(settings, token);
    else flags.set(flag.name, valueOfFlag(command, flag, token));
  }
  return { operands, flags, configFile, settings };
}

/** What parseArgs says of an option. */
interface OptionToken {
  readonly name: string;
  /** With its hyphens. */
  readonly rawName: string;
  readonly value: string | undefined;
}

function valueOfFlag(
  { name: command }: CliCommand,
  flag: Flag,
  { rawName, value }: OptionToken,
): string | true {
  if (flag.value === undefined) {
    if (value === undefined) return true;
    throw new UsageError(`Unexpected value of ${rawName}: it takes none`, { command });
  }
  if (flag.words && !flag.words.includes(value!)) {
    const near = nearestName(value!, flag.words);
    const right = near ? `did you mean "${near}"?` : `expected one of ${flag.words.join(", ")}`;
    throw new UsageError(`Cannot use "${value}" for ${rawName}: ${right}`, { command });
  }
  return value!;
}

function setSetting(settings: Map<SettingName, string>, { name: kebab, rawName, value }: OptionToken): void {
  const setting = settingOfKebabName(kebab);
  const name = setting ?? settingOfKebabName(kebab.slice("no-".length))!;
  const { kind } = settingOf(name);
  if (kind.placeholder !== "") settings.set(name, value!);
  else if (value === undefined) settings.set(name, String(setting !== undefined));
  else if (setting === undefined) throw new UsageError(`Unexpected value of ${rawName}: it takes none`);
  else if (kind.fromText(value) === undefined) {
    throw new UsageError(`Cannot use "${value}" for ${rawName}: expected ${kind.expected}`);
  } else settings.set(name, String(kind.fromText(value)));
}

function unknownFlag(command: CliCommand, rawName: string): UsageError {
  const known = Object.keys(optionsOf(command)).map((name) => `--${name}`);
  const near = rawName.startsWith("--")
    ? nearestName(rawName.slice(2), known.map((name) => name.slice(2)))
    : undefined;
  const owner = COMMANDS.find((other) => !other.hidden && Object.hasOwn(optionsOf(other), rawName.slice(2)));
  const right = near
    ? `did you mean "--${near}"?`
    : owner
    ? `it goes with ${owner.name}, not with ${command.name}`
    : "--help lists all";
  return new UsageError(`Unknown option "${rawName}": ${right}`, { command: command.name });
}

function checkOperands({ name: command, operands = [] }: CliCommand, given: readonly string[]): void {
  const missing = operands.find(({ optional }, at) => !optional && given[at] === undefined);
  if (missing) {
    throw new UsageError(`Missing ${missing.name}: expected ${missing.summary}`, { command });
  }
  if (given.length <= operands.length || operands.at(-1)?.many) return;
  // Not repeated: it may be a password.
  const message = operands.length === 0
    ? `Unexpected argument "${given[0]}": ${command} takes options only`
    : `Unexpected argument after ${operands.at(-1)!.name}: ${command} takes no more`;
  throw new UsageError(message, { command });
}

function checkSettings({ name: command }: CliCommand, flags: ReadonlyMap<SettingName, string>): void {
  if (flags.size === 0) return;
  const [problem] = loadSettings({ config: {}, flags }).problems;
  if (problem) throw new UsageError(problem.message, { command });
}

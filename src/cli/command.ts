/** What a command of the program is: a row of the table that help, completions and man page are made from. */

import type { Config, SettingName } from "../config/schema.ts";

/** One command. */
export interface CliCommand {
  /** One or two words, such as `serve` and `user add`. */
  readonly name: string;
  /** One line for lists: no capital, no period. */
  readonly summary: string;
  /** Paragraphs for its help and the man page. */
  readonly details?: readonly string[];
  /** What follows the name, in order; those that may be left out come last. */
  readonly operands?: readonly Operand[];
  readonly flags?: readonly Flag[];
  /** Whether every setting is a flag too, as with `serve`. */
  readonly takesSettings?: true;
  /** Whether it takes `--config FILE`. */
  readonly takesConfig?: true;
  /** Command lines without the program's name, each of which works as it stands. */
  readonly examples?: readonly string[];
  /** Whether lists leave it out: it is called by other programs. */
  readonly hidden?: true;
  /** Its file in `src/cli/commands`, such as `serve.ts`, which is loaded when it is called. */
  readonly file: string;
}

/** What follows a command's name. */
export interface Operand {
  /** In capitals, such as `NAME`. */
  readonly name: string;
  /** No capital, no period. */
  readonly summary: string;
  /** Whether it may be left out. */
  readonly optional?: true;
  /** Whether there may be several. */
  readonly many?: true;
  /** What completions offer. */
  readonly words?: WordSource;
}

/** A flag of a command. */
export interface Flag {
  /** Without its hyphens, such as `for`. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** Stands for the value in the help, such as `DURATION`. Left out: a switch. */
  readonly value?: string;
  /** No capital, no period. */
  readonly summary: string;
  /** The only values that there are. */
  readonly words?: readonly string[];
}

/** Where the words come from that completions offer: a fixed list, or what is there at the moment. */
export type WordSource =
  | readonly string[]
  | "accounts"
  | "sessions"
  | "bans"
  | "links"
  | "commands"
  | "files"
  | "folders";

/** What a command gets. */
export interface Invocation {
  readonly command: CliCommand;
  /** As many as the command takes. */
  readonly operands: readonly string[];
  /** The flags that were given, by name; a switch is true. */
  readonly flags: ReadonlyMap<string, string | true>;
  /** The accounts file, as the person named it. */
  readonly configFile: string;
  /** The settings that were given as flags, as text; each is sound. */
  readonly settings: ReadonlyMap<SettingName, string>;
  /** The default export of config.ts. */
  readonly config: Config;
}

/** What each file in `src/cli/commands` exports. */
export interface CommandModule {
  /**
   * Does it; the exit code is 0, or 1 when it could not.
   *
   * @throws {UsageError} When the words do not go together, which makes it 2.
   */
  run(invocation: Invocation): Promise<number>;
}

/** The command line cannot be understood. */
export class UsageError extends Error {
  /** The command whose help to name, empty for the program's; undefined for the one that was called. */
  readonly command: string | undefined;

  /** The message says what would be right. */
  constructor(message: string, { command }: { command?: string | undefined } = {}) {
    super(message);
    this.name = "UsageError";
    this.command = command;
  }
}

/** The accounts file where the command line names none. */
export const DEFAULT_CONFIG_FILE = "baseftp.ini";

/** The value of a flag that takes one; undefined where it was not given. */
export function valueOf({ flags }: Pick<Invocation, "flags">, name: string): string | undefined {
  const value = flags.get(name);
  return value === true ? undefined : value;
}

/** What completions may offer for each command: the table of commands as the templates of shells want it. */

import { SETTING_NAMES, settingOf } from "../../config/schema.ts";
import { kebabName } from "../../config/setting_names.ts";
import { COMMON_FLAGS, CONFIG_FLAG } from "../arguments.ts";
import type { CliCommand, Flag, WordSource } from "../command.ts";
import { COMMANDS } from "../table.ts";

/** Where words come from: a list, files, folders, or what the program tells; `free` for no words. */
export type Offer = Exclude<WordSource, "commands"> | "free";

/** One command as it can be completed. */
export interface OfferedCommand {
  /** One or two words. */
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly OfferedFlag[];
  /** For each operand, in order. */
  readonly operands: readonly { readonly name: string; readonly offer: Offer }[];
  /** Whether the last operand may be several. */
  readonly takesMany: boolean;
}

/** One flag as it can be completed. */
export interface OfferedFlag {
  /** Without hyphens. */
  readonly name: string;
  readonly short: string | undefined;
  readonly summary: string;
  /** Stands for the value; undefined for a switch. */
  readonly value: { readonly name: string; readonly offer: Offer } | undefined;
}

/** What `baseftp words` tells at the moment. */
export const DYNAMIC_WORDS = ["accounts", "sessions", "bans", "links"] as const;

/** All commands for people. */
export function offeredCommands(): OfferedCommand[] {
  return COMMANDS.filter(({ hidden }) => !hidden).map(offeredCommand);
}

function offeredCommand(command: CliCommand): OfferedCommand {
  const { name, summary, flags = [], operands = [], takesConfig, takesSettings } = command;
  return {
    name,
    summary,
    flags: [
      ...flags.map(flagOffer),
      ...takesConfig ? [flagOffer(CONFIG_FLAG)] : [],
      ...takesSettings ? settingOffers() : [],
      ...COMMON_FLAGS.map(flagOffer),
    ],
    operands: operands.map(({ name, words }) => ({ name, offer: operandOffer(words) })),
    takesMany: operands.at(-1)?.many === true,
  };
}

function operandOffer(words: WordSource | undefined): Offer {
  if (words !== "commands") return words ?? "free";
  // A name of two words is given as two operands.
  return [...new Set(COMMANDS.filter(({ hidden }) => !hidden).flatMap(({ name }) => name.split(" ")))];
}

function flagOffer({ name, short, summary, value, words }: Flag): OfferedFlag {
  const offer = words ?? offerOf(value ?? "");
  return { name, short, summary, value: value === undefined ? undefined : { name: value, offer } };
}

function settingOffers(): OfferedFlag[] {
  return SETTING_NAMES.flatMap((key): OfferedFlag[] => {
    const { kind: { placeholder }, sentence: summary } = settingOf(key);
    const row = { name: kebabName(key), short: undefined, summary };
    if (placeholder !== "") return [{ ...row, value: { name: placeholder, offer: offerOf(placeholder) } }];
    return [{ ...row, value: undefined }, {
      ...row,
      name: `no-${row.name}`,
      summary: `not: ${summary}`,
      value: undefined,
    }];
  });
}

/** What stands for a value tells what it is. */
function offerOf(placeholder: string): Offer {
  if (placeholder.includes("|")) return placeholder.split("|");
  if (placeholder === "FILE" || placeholder === "PATH") return "files";
  return placeholder === "DIR" ? "folders" : "free";
}

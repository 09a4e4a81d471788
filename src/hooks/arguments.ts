/** The line `run = …` as a program and its arguments, without a shell: words, quotes and places to fill. */

import { FACT_NAMES, type FactName, type Happening } from "./happening.ts";

/** A value that an argument can be filled with. */
export type PlaceName = FactName | "event" | "id" | "time";

const PLACES: ReadonlySet<string> = new Set([...FACT_NAMES, "event", "id", "time"]);

/** One argument: text, and values to put between. */
export type ArgumentTemplate = readonly (string | { readonly place: PlaceName })[];

/** A line that cannot be understood; the message says what would be right. */
export class RunLineError extends Error {}

/**
 * Takes the line apart. Words are parted by blanks; quotes of either kind hold blanks, and a backslash, also
 * in double quotes, takes the next character as it is (not on Windows, where paths have it).
 *
 * @throws {RunLineError} for a quote that is not closed, an unknown place, or no word at all.
 */
export function parseRunLine(line: string): { program: string; args: ArgumentTemplate[] } {
  const [program, ...words] = splitWords(line);
  if (program === undefined || program === "") {
    throw new RunLineError("expected the path of a program, and its arguments");
  }
  return { program, args: words.map(templateOf) };
}

/** All values of a happening as text, by the names that arguments have for them. */
export function valuesOf({ id, event, atMs, facts }: Happening): Map<PlaceName, string> {
  const values = new Map<PlaceName, string>([
    ["event", event],
    ["id", id],
    ["time", new Date(atMs).toISOString()],
  ]);
  for (const name of FACT_NAMES) {
    const value = facts[name];
    // No argument and no variable of a system can hold it, and no name on a disk has it.
    if (value !== undefined && value !== null) values.set(name, String(value).replaceAll("\0", ""));
  }
  return values;
}

/**
 * The arguments with their values. Each template stays one argument whatever the values are. One that begins
 * with a value never begins with a hyphen by it, or a client could name an option: it is left empty then.
 */
export function fillArguments(
  templates: readonly ArgumentTemplate[],
  values: ReadonlyMap<PlaceName, string>,
): string[] {
  return templates.map((template) => {
    let text = "";
    for (const part of template) {
      const value = typeof part === "string" ? part : values.get(part.place) ?? "";
      const isOption = typeof part !== "string" && text === "" && value.startsWith("-");
      text += isOption ? "" : value;
    }
    return text;
  });
}

function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  const characters = Array.from(line);
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!;
    const escapes = character === "\\" && quote !== "'" && Deno.build.os !== "windows";
    if (escapes && at + 1 < characters.length) word = (word ?? "") + characters[++at]!;
    else if (quote !== "" && character === quote) quote = "";
    else if (quote === "" && (character === '"' || character === "'")) {
      quote = character;
      word ??= "";
    } else if (quote === "" && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + character;
  }
  if (quote !== "") throw new RunLineError(`the quote ${quote} is not closed`);
  if (word !== undefined) words.push(word);
  return words;
}

function templateOf(word: string): ArgumentTemplate {
  return word.split(/(\{[a-z0-9_]+\})/).filter((part) => part !== "").map((part) => {
    const place = /^\{([a-z0-9_]+)\}$/.exec(part)?.[1];
    if (place === undefined) return part;
    if (!isPlace(place)) {
      throw new RunLineError(`there is no {${place}}; there are ${[...PLACES].join(", ")}`);
    }
    return { place };
  });
}

function isPlace(name: string): name is PlaceName {
  return PLACES.has(name);
}

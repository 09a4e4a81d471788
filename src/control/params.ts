/** The params of a request, each looked at before anything is done. */

import { BYTE_RATE_SYNTAX, parseByteRate } from "../users/byte_rate.ts";
import { ControlError, type Params } from "./protocol.ts";

/** Makes sure that there are no others. @throws {ControlError} `usage`, naming one that is. */
export function onlyParams(params: Params, names: readonly string[]): void {
  const unknown = Object.keys(params).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const known = names.length === 0 ? "it takes none" : `it takes ${names.join(", ")}`;
  throw new ControlError("usage", `Cannot use the param ${JSON.stringify(unknown.slice(0, 64))}: ${known}`);
}

/** A text that has to be there. @throws {ControlError} `usage`. */
export function textParam(params: Params, name: string): string {
  const value = params[name];
  if (typeof value === "string" && value !== "" && value.length <= 1000) return value;
  throw new ControlError("usage", `Cannot use the param ${name}: expected a text`);
}

/** Whether a switch is on; off where it is left out. @throws {ControlError} `usage`. */
export function flagParam(params: Params, name: string): boolean {
  const value = params[name] ?? false;
  if (typeof value === "boolean") return value;
  throw new ControlError("usage", `Cannot use the param ${name}: expected true or false`);
}

/**
 * Bytes per second, as a number or as people write it; undefined where left out.
 *
 * @throws {ControlError} `usage`.
 */
export function rateParam(params: Params, name: string): number | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  const rate = typeof value === "string" ? parseByteRate(value) : value;
  if (typeof rate === "number" && Number.isSafeInteger(rate) && rate >= 0) return rate;
  throw new ControlError("usage", `Cannot use the param ${name}: expected ${BYTE_RATE_SYNTAX}`);
}

/** A time above zero, in seconds; undefined where left out. @throws {ControlError} `usage`. */
export function secondsParam(params: Params, name: string): number | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  if (typeof value === "number" && value > 0 && value <= MOST_SECONDS) return value;
  throw new ControlError("usage", `Cannot use the param ${name}: expected seconds above 0`);
}

/** A whole number up to `most`; undefined where left out. @throws {ControlError} `usage`. */
export function countParam(params: Params, name: string, most: number): number | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most) {
    return value as number;
  }
  throw new ControlError("usage", `Cannot use the param ${name}: expected a whole number up to ${most}`);
}

/** One of these words; undefined where left out. @throws {ControlError} `usage`. */
export function wordParam<Word extends string>(
  params: Params,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  const word = words.find((word) => word === value);
  if (word !== undefined) return word;
  throw new ControlError("usage", `Cannot use the param ${name}: expected ${words.join(", ")}`);
}

/** An object of texts; empty where left out. @throws {ControlError} `usage`. */
export function textsParam(params: Params, name: string): ReadonlyMap<string, string> {
  const value = params[name] ?? {};
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const entries = isObject ? Object.entries(value) : undefined;
  if (entries && entries.length <= MOST_TEXTS && entries.every(isShortText)) return new Map(entries);
  throw new ControlError("usage", `Cannot use the param ${name}: expected an object of short texts`);
}

const MOST_TEXTS = 200;
const LONGEST_TEXT = 10_000;

function isShortText(entry: [string, unknown]): entry is [string, string] {
  const [key, text] = entry;
  return key.length <= LONGEST_TEXT && typeof text === "string" && text.length <= LONGEST_TEXT;
}

/** A hundred years. */
const MOST_SECONDS = 100 * 365 * 86_400;

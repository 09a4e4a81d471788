/** Kinds of settings: how each is written as text and as a typed value, and what is a sound one. */

import { isIp } from "../net/address.ts";
import { ENCODING_SYNTAX, isEncoding } from "../protocol/legacy_encoding.ts";
import { BYTE_RATE_SYNTAX, formatByteRate, parseByteRate } from "../users/byte_rate.ts";

/** How the values of a setting are read. `Typed` is what config.ts may say, `Value` what the program gets. */
export interface Kind<Value, Typed = Value> {
  /** Stands for the value in the help, such as `SECONDS`. Empty for a flag that needs none. */
  readonly placeholder: string;
  /** What a number counts, such as `seconds`; empty where it counts nothing or plain things. */
  readonly unit: string;
  /** What is right, to follow "expected" in messages. */
  readonly expected: string;
  /** The value that the text means, undefined when it means none. */
  fromText(text: string): Value | undefined;
  /**
   * The value that a typed one means, undefined when it is not sound. Takes whatever comes: types are gone at
   * run time.
   */
  fromTyped(typed: Typed): Value | undefined;
  /** The value as one would write it. */
  format(value: Value): string;
}

/** Passive ports: a range with both ends in it, or any free port. */
export type PassivePorts = "any" | { readonly first: number; readonly last: number };

/** Any text. */
export const text: Kind<string> = textKind({ placeholder: "TEXT", expected: "text", isSound: () => true });

/** A file that has to be named. */
export const filePath: Kind<string> = textKind({
  placeholder: "FILE",
  expected: "the path of a file",
  isSound: (path) => path.trim() !== "" && !path.includes("\0"),
});

/** A file or directory, or nothing. */
export const optionalPath: Kind<string> = textKind({
  placeholder: "PATH",
  expected: "a path",
  isSound: (path) => !path.includes("\0"),
});

/** An address to listen on. */
export const listenAddress: Kind<string> = textKind({
  placeholder: "ADDRESS",
  expected: 'an address of this machine, such as 192.168.1.5, or "::" for all of them',
  isSound: isHost,
});

/** An address that others know this machine by, or nothing. */
export const publicAddress: Kind<string> = textKind({
  placeholder: "ADDRESS",
  expected: "an IP address or a host name, such as 203.0.113.7 or ftp.example.org",
  isSound: (address) => address === "" || isHost(address),
});

/**
 * Names or addresses of this machine, any number of them. config.ts may write a list or a text with blanks or
 * commas between.
 */
export const hostNames: Kind<readonly string[], readonly string[] | string> = {
  placeholder: "NAME,NAME",
  unit: "",
  expected: "host names with commas between, such as ftp.example.org,files.example.org",
  fromText: parseHostNames,
  fromTyped: (typed) => {
    if (typeof typed === "string") return parseHostNames(typed);
    return Array.isArray(typed) && typed.every((name) => typeof name === "string" && isHost(name))
      ? typed
      : undefined;
  },
  format: (names) => names.join(","),
};

/** What names may be written in besides UTF-8, or nothing. */
export const encoding: Kind<string> = textKind({
  placeholder: "ENCODING",
  expected: ENCODING_SYNTAX,
  isSound: (label) => label === "" || isEncoding(label),
});

/** A time zone that this machine's Intl knows. */
export const timeZone: Kind<string> = textKind({
  placeholder: "ZONE",
  expected: "an IANA time zone, such as UTC or Europe/Berlin",
  isSound: isTimeZone,
});

/** The port to listen on. */
export const port: Kind<number> = numberKind({
  placeholder: "PORT",
  expected: "a whole number from 0 to 65535",
  isSound: (number) => Number.isInteger(number) && number <= 65535,
});

/** How many; 0 for no limit. */
export const count: Kind<number> = numberKind({
  placeholder: "COUNT",
  expected: "a whole number, 0 for no limit",
  isSound: Number.isSafeInteger,
});

/** How often; at least once. */
export const times: Kind<number> = numberKind({
  placeholder: "COUNT",
  expected: "a whole number from 1",
  isSound: (number) => Number.isSafeInteger(number) && number >= 1,
});

/** The longest time that a timer of the runtime can wait, in seconds. */
const MOST_SECONDS = 2_147_483;

/** A time that may be none. */
export const seconds: Kind<number> = numberKind({
  placeholder: "SECONDS",
  unit: "seconds",
  expected: `seconds from 0 to ${MOST_SECONDS}, such as 30 or 0.5`,
  isSound: (number) => number <= MOST_SECONDS,
});

/** A time to wait for something, which cannot be none. */
export const timeout: Kind<number> = numberKind({
  placeholder: "SECONDS",
  unit: "seconds",
  expected: `seconds above 0 and up to ${MOST_SECONDS}, such as 300 or 0.5`,
  isSound: (number) => number > 0 && number <= MOST_SECONDS,
});

/** Yes or no. */
export const yesNo: Kind<boolean> = {
  placeholder: "",
  unit: "",
  expected: "true or false",
  fromText: (text) => {
    if (/^(?:true|yes|on|1)$/i.test(text)) return true;
    return /^(?:false|no|off|0)$/i.test(text) ? false : undefined;
  },
  fromTyped: (typed) => typeof typed === "boolean" ? typed : undefined,
  format: String,
};

/** Bytes per second; 0 for no limit. config.ts may write a number or a text such as "300K". */
export const byteRate: Kind<number, number | string> = {
  placeholder: "RATE",
  unit: "bytes/s",
  expected: BYTE_RATE_SYNTAX,
  fromText: parseByteRate,
  fromTyped: (typed) => {
    if (typeof typed === "string") return parseByteRate(typed);
    return Number.isSafeInteger(typed) && typed >= 0 ? typed : undefined;
  },
  format: formatByteRate,
};

/** Bytes. config.ts may write a number or a text such as "64M". */
export const byteSize: Kind<number, number | string> = {
  placeholder: "SIZE",
  unit: "bytes",
  expected: "bytes from 1M, such as 64M or 1G",
  fromText: (text) => soundSize(parseByteRate(text)),
  fromTyped: (typed) => soundSize(typeof typed === "string" ? parseByteRate(typed) : typed),
  format: formatByteRate,
};

/** The most threads that sessions may have. */
const MOST_WORKERS = 64;

/** How many threads the sessions have: a number, or what suits the machine. */
export const workers: Kind<"auto" | number, "auto" | number | string> = {
  placeholder: "COUNT",
  unit: "",
  expected: `auto or a whole number from 0 to ${MOST_WORKERS}`,
  fromText: (text) => text === "auto" ? text : /^\d+$/.test(text) ? soundWorkers(Number(text)) : undefined,
  fromTyped: (typed) => typed === "auto" ? typed : soundWorkers(typed),
  format: String,
};

/** Passive ports. config.ts may write `[first, last]` or a text. */
export const passivePorts: Kind<PassivePorts, readonly [number, number] | string> = {
  placeholder: "FIRST-LAST",
  unit: "",
  expected: "a range of ports from 1 to 65535, such as 50000-50099, or any",
  fromText: parsePortRange,
  fromTyped: (typed) => {
    if (typeof typed === "string") return parsePortRange(typed);
    return Array.isArray(typed) && typed.length === 2 ? portRange(typed[0], typed[1]) : undefined;
  },
  format: (ports) => ports === "any" ? "any" : `${ports.first}-${ports.last}`,
};

/** One of some words. */
export function oneOf<const Word extends string>(words: readonly Word[]): Kind<Word> {
  const find = (typed: unknown): Word | undefined => words.find((word) => word === typed);
  return {
    placeholder: words.join("|"),
    unit: "",
    expected: `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`,
    fromText: find,
    fromTyped: find,
    format: (word) => word,
  };
}

/** What a kind of texts or numbers needs to say about itself. */
interface KindOptions<Value> {
  readonly placeholder: string;
  readonly unit?: string;
  readonly expected: string;
  isSound(value: Value): boolean;
}

function textKind({ placeholder, unit = "", expected, isSound }: KindOptions<string>): Kind<string> {
  const fromText = (text: string): string | undefined => isSound(text) ? text : undefined;
  return {
    placeholder,
    unit,
    expected,
    fromText,
    fromTyped: (typed) => typeof typed === "string" ? fromText(typed) : undefined,
    format: (text) => text,
  };
}

function numberKind({ placeholder, unit = "", expected, isSound }: KindOptions<number>): Kind<number> {
  const check = (number: number): number | undefined => number >= 0 && isSound(number) ? number : undefined;
  return {
    placeholder,
    unit,
    expected,
    // Number() alone would take "", "0x10" and "1e3".
    fromText: (text) => /^\d+(?:\.\d+)?$/.test(text) ? check(Number(text)) : undefined,
    fromTyped: (typed) => typeof typed === "number" ? check(typed) : undefined,
    format: String,
  };
}

function soundSize(bytes: unknown): number | undefined {
  const isSound = Number.isSafeInteger(bytes) && Number(bytes) >= 1024 * 1024;
  return isSound ? Number(bytes) : undefined;
}

function soundWorkers(count: unknown): number | undefined {
  const isSound = Number.isInteger(count) && Number(count) >= 0 && Number(count) <= MOST_WORKERS;
  return isSound ? Number(count) : undefined;
}

function isHost(address: string): boolean {
  if (isIp(address)) return true;
  const isName = /^[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)*\.?$/i.test(address);
  // A name that ends in a number is a mistyped IP address.
  return isName && address.length <= 253 && !/(?:^|\.)\d+\.?$/.test(address);
}

function parseHostNames(text: string): readonly string[] | undefined {
  const names = text.split(/[\s,]+/).filter((name) => name !== "");
  return names.every(isHost) ? names : undefined;
}

function isTimeZone(zone: string): boolean {
  // The usual one is not worth the megabytes that the tables of all the others take.
  if (zone === "UTC") return true;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

function parsePortRange(text: string): PassivePorts | undefined {
  if (text === "any" || text === "0") return "any";
  const [, first, last] = /^(\d+)(?: ?- ?(\d+))?$/.exec(text) ?? [];
  return first === undefined ? undefined : portRange(Number(first), Number(last ?? first));
}

function portRange(first: unknown, last: unknown): PassivePorts | undefined {
  const isPort = (number: unknown): number is number =>
    Number.isInteger(number) && Number(number) >= 1 && Number(number) <= 65535;
  return isPort(first) && isPort(last) && first <= last ? { first, last } : undefined;
}

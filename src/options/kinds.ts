/** The kinds of settings: how each is written as text and as a typed value, and what is a sound one. */

import { isNetworkName, PRIVATE_NETWORKS } from "../guard/network_set.ts";
import { isIp } from "../net/address.ts";
import type { PortRange } from "../net/passive_ports.ts";
import { ENCODING_SYNTAX, isEncoding } from "../protocol/legacy_encoding.ts";
import { type Kind, numberKind, textKind, wordsFor } from "./kind.ts";
import { type Room, room } from "../users/account_kinds.ts";
import { BYTE_RATE_SYNTAX, formatByteRate, parseByteRate, parseByteSize } from "../users/byte_rate.ts";

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

/** Where a socket is: a path, by itself (`auto`) or not at all (`off`). */
export const controlSocket: Kind<string> = textKind({
  placeholder: "PATH",
  expected: "auto, off, or the path of a socket",
  isSound: (path) => path.trim() !== "" && !path.includes("\0"),
});

/** An address to listen on. */
export const listenAddress: Kind<string> = textKind({
  placeholder: "ADDRESS",
  expected: 'an address of this machine, such as 192.168.1.5, or "::" for all of them',
  isSound: isHost,
});

/** An address to listen on besides; nothing for the usual one. */
export const secondAddress: Kind<string> = textKind({
  placeholder: "ADDRESS",
  expected: 'an address of this machine, such as 192.168.1.5, or "::" for all of them',
  isSound: (address) => address === "" || isHost(address),
});

/** An address that others know this machine by, or nothing. */
export const publicAddress: Kind<string> = textKind({
  placeholder: "ADDRESS",
  expected: "an IP address or a host name, such as 203.0.113.7 or ftp.example.org",
  isSound: (address) => address === "" || isHost(address),
});

/** Names or addresses of this machine, any number of them. */
export const hostNames: Kind<readonly string[], readonly string[] | string> = listKind({
  placeholder: "NAME,NAME",
  expected: "host names with commas between, such as ftp.example.org,files.example.org",
  isSound: isHost,
});

/** Names that others find this machine by in the DNS, any number of them. */
export const domainNames: Kind<readonly string[], readonly string[] | string> = listKind({
  placeholder: "NAME,NAME",
  expected: "full host names with commas between, such as home.example.org",
  isSound: (name) => isHost(name) && !isIp(name) && /[^.]\.[^.]/.test(name),
});

/** A certificate authority: Let's Encrypt, or another one by its address. */
export const certificateAuthority: Kind<string> = textKind({
  placeholder: "URL",
  expected: "letsencrypt, or an address that begins with https://",
  isSound: (text) => text === "letsencrypt" || (text.startsWith("https://") && URL.canParse(text)),
});

/** Networks, any number of them, and `private`. */
export const networks: Kind<readonly string[], readonly string[] | string> = listKind({
  placeholder: "NETWORK,NETWORK",
  expected: `networks with commas between, such as ${PRIVATE_NETWORKS},203.0.113.0/24`,
  isSound: isNetworkName,
});

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

/** A port to listen on besides. People write 0 for none; the program could find a free one too. */
export const secondPort: Kind<"none" | number, number> = {
  ...port,
  fromText: (text) => noneForZero(port.fromText(text)),
  fromTyped: (typed) => noneForZero(port.fromTyped(typed)),
  format: (port) => port === "none" ? "0" : String(port),
};

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

/** A time. People write seconds, the program gets milliseconds; a time above zero does not become zero. */
export const seconds: Kind<number> = timeKind(`seconds from 0 to ${MOST_SECONDS}, such as 30 or 0.5`);

/** A time to wait for something; 0 for ever. */
export const timeout: Kind<number> = timeKind(
  `seconds up to ${MOST_SECONDS}, such as 300 or 0.5, 0 for never`,
);

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
  fromText: (text) => soundSize(parseByteSize(text)),
  fromTyped: (typed) => soundSize(typeof typed === "string" ? parseByteSize(typed) : typed),
  format: formatByteRate,
};

/** What has to stay free on a disk. config.ts may write bytes or a text such as "5%" or "10G". */
export const freeSpace: Kind<Room, number | string> = {
  placeholder: room.placeholder,
  unit: "",
  expected: `${room.expected}, or 0 for nothing`,
  fromText: room.parse,
  fromTyped: (typed) => room.parse(String(typed)),
  format: (value) => "bytes" in value ? formatByteRate(value.bytes) : `${value.percent}%`,
};

/** The longest that a file may be; 0 for any length. config.ts may write a number or a text such as "64M". */
export const fileSizeLimit: Kind<number, number | string> = {
  ...byteSize,
  expected: "bytes from 64K, such as 10M, or 0 for no limit",
  fromText: (text) => soundFileSize(parseByteRate(text)),
  fromTyped: (typed) => soundFileSize(typeof typed === "string" ? parseByteRate(typed) : typed),
};

/** A number of files that somebody may still look through. */
export const fewFiles: Kind<number> = numberKind({
  placeholder: "COUNT",
  expected: "a whole number from 0 to 1000",
  isSound: (number) => Number.isInteger(number) && number <= 1000,
});

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

/** Permission bits in octal, or what the system gives. config.ts may write a number such as 0o022. */
export const permissionBits: Kind<"system" | number, number | string> = {
  placeholder: "MODE",
  unit: "",
  expected: "permission bits in octal, such as 022 or 0640, or system",
  fromText: parseBits,
  fromTyped: (typed) => typeof typed === "string" ? parseBits(typed) : soundBits(typed),
  format: (bits) => bits === "system" ? bits : bits.toString(8).padStart(4, "0"),
};

/** Passive ports. config.ts may write `[first, last]` or a text. */
export const passivePorts: Kind<"any" | PortRange, readonly [number, number] | string> = {
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

/** What TLS is asked for, in the words of people. */
export type TlsWord = "auto" | "off" | "offered" | "required" | "required-for-data";

/**
 * What TLS is asked for: nothing (`off`), that it can be had (`offered`), nobody who logs in without
 * (`login`), nobody who moves data either (`data`). `auto` is `offered`, where there is a certificate
 * already.
 */
export type WantedTls = "auto" | "off" | "offered" | "login" | "data";

/** Who may do without TLS. */
export const tls: Kind<WantedTls, TlsWord> = wordsFor({
  "auto": "auto",
  "off": "off",
  "offered": "offered",
  "required": "login",
  "required-for-data": "data",
});

function timeKind(expected: string): Kind<number> {
  const kind = numberKind({
    placeholder: "SECONDS",
    unit: "seconds",
    expected,
    isSound: (number) => number <= MOST_SECONDS,
  });
  const milliseconds = (seconds: number | undefined): number | undefined =>
    seconds === undefined ? undefined : Math.ceil(seconds * 1000);
  return {
    ...kind,
    fromText: (text) => milliseconds(kind.fromText(text)),
    fromTyped: (typed) => milliseconds(kind.fromTyped(typed)),
    format: (value) => String(value / 1000),
  };
}

function parseBits(text: string): "system" | number | undefined {
  if (text === "system") return text;
  return /^[0-7]{3,4}$/.test(text) ? soundBits(parseInt(text, 8)) : undefined;
}

function soundBits(bits: unknown): number | undefined {
  return Number.isInteger(bits) && Number(bits) >= 0 && Number(bits) <= 0o777 ? Number(bits) : undefined;
}

function noneForZero(port: number | undefined): "none" | number | undefined {
  return port === 0 ? "none" : port;
}

function soundSize(bytes: unknown): number | undefined {
  const isSound = Number.isSafeInteger(bytes) && Number(bytes) >= 1024 * 1024;
  return isSound ? Number(bytes) : undefined;
}

function soundFileSize(bytes: unknown): number | undefined {
  const isSound = Number.isSafeInteger(bytes) && (bytes === 0 || Number(bytes) >= 64 * 1024);
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

/** Texts, any number of them. config.ts may write a list or a text with blanks or commas between. */
function listKind(
  { placeholder, expected, isSound }: {
    readonly placeholder: string;
    readonly expected: string;
    readonly isSound: (text: string) => boolean;
  },
): Kind<readonly string[], readonly string[] | string> {
  const soundOnly = (texts: readonly string[]): readonly string[] | undefined =>
    texts.every((text) => typeof text === "string" && isSound(text)) ? texts : undefined;
  const fromText = (text: string): readonly string[] | undefined =>
    soundOnly(text.split(/[\s,]+/).filter((part) => part !== ""));
  return {
    ...{ placeholder, unit: "", expected, fromText },
    fromTyped(typed): readonly string[] | undefined {
      if (typeof typed === "string") return fromText(typed);
      return Array.isArray(typed) ? soundOnly(typed) : undefined;
    },
    format: (texts) => texts.join(","),
  };
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

function parsePortRange(text: string): "any" | PortRange | undefined {
  if (text === "any" || text === "0") return "any";
  const [, first, last] = /^(\d+)(?: ?- ?(\d+))?$/.exec(text) ?? [];
  return first === undefined ? undefined : portRange(Number(first), Number(last ?? first));
}

function portRange(first: unknown, last: unknown): "any" | PortRange | undefined {
  const isPort = (number: unknown): number is number =>
    Number.isInteger(number) && Number(number) >= 1 && Number(number) <= 65535;
  return isPort(first) && isPort(last) && first <= last ? { first, last } : undefined;
}

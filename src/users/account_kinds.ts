/** The kinds of values that the keys of accounts have: how each is written, and what it means. */

import { ENCODING_SYNTAX, isEncoding } from "../protocol/legacy_encoding.ts";
import { IP_NETWORK_SYNTAX, parseIpNetwork } from "../protocol/ip_network.ts";
import { resolvePathname, ROOT, type VirtualPath } from "../protocol/pathname.ts";
import { BYTE_RATE_SYNTAX, BYTE_SIZE_SYNTAX, parseByteRate, parseByteSize } from "./byte_rate.ts";

/** How the values of a key are read. */
export interface AccountKind<Value> {
  /** Stands for the value in the help, such as `RATE`. */
  readonly placeholder: string;
  /** What is right, to follow "expected" in messages. */
  readonly expected: string;
  /** The value that the text means, undefined when it means none. */
  parse(text: string): Value | undefined;
  /** The value that is the same as no such line at all. */
  readonly none?: Value;
  /** Whether no message may repeat what was written. */
  readonly isSecret?: true;
}

/** Room on a disk: so many bytes, or a share of all that it has. */
export type Room = { readonly bytes: number } | { readonly percent: number };

/** Bytes per second. */
export const rate: AccountKind<number> = {
  placeholder: "RATE",
  expected: BYTE_RATE_SYNTAX,
  parse: parseByteRate,
  none: 0,
};

/** Bytes. */
export const size: AccountKind<number> = {
  placeholder: "SIZE",
  expected: `${BYTE_SIZE_SYNTAX} or 0 for no limit`,
  parse: parseByteSize,
  none: 0,
};

/** How many. */
export const count: AccountKind<number> = {
  placeholder: "COUNT",
  expected: "a whole number, 0 for no limit",
  parse: (text) => /^\d{1,9}$/.test(text) ? Number(text) : undefined,
  none: 0,
};

/** What has to stay free on a disk. */
export const room: AccountKind<Room> = {
  placeholder: "SIZE|PERCENT",
  expected: `a share of the disk such as 5%, or ${BYTE_SIZE_SYNTAX}`,
  parse: parseRoom,
};

/** What must be under TLS. */
export const tlsDemand: AccountKind<"login" | "data"> = {
  placeholder: "required|required-for-data",
  expected: "required or required-for-data",
  parse: (text) => TLS_DEMANDS.get(text),
};

/** What names may be written in besides UTF-8. */
export const encoding: AccountKind<string> = {
  placeholder: "ENCODING",
  expected: ENCODING_SYNTAX,
  parse: (text) => isEncoding(text) ? text : undefined,
};

/** Yes or no. */
export const yesNo: AccountKind<boolean> = {
  placeholder: "true|false",
  expected: "true or false",
  parse: (text) =>
    /^(?:true|yes|on|1)$/i.test(text) || (/^(?:false|no|off|0)$/i.test(text) ? false : undefined),
};

/** Directories of the account's own tree. */
export const directories: AccountKind<readonly VirtualPath[]> = {
  placeholder: "/DIRECTORY, …",
  expected: "directories that begin with a slash, with commas between, such as /incoming, /scans",
  parse: (text) => listOf(text, virtualDirectory),
};

/** Patterns of names. */
export const patterns: AccountKind<readonly string[]> = {
  placeholder: "PATTERN, …",
  expected: "patterns of names with commas between, such as *.tmp, .DS_Store, /private/*",
  parse: (text) => listOf(text, (item) => item),
};

/** Networks. */
export const networks: AccountKind<readonly string[]> = {
  placeholder: "NETWORK, …",
  expected: `with commas between, ${IP_NETWORK_SYNTAX}`,
  parse: (text) => listOf(text, (item) => parseIpNetwork(item) && item),
};

/** The mode bits that a file or directory has, or does not have. */
export const mode: AccountKind<number> = {
  placeholder: "OCTAL",
  expected: "an octal number from 000 to 777, such as 027",
  parse: (text) => /^0?[0-7]{3}$/.test(text) ? parseInt(text, 8) : undefined,
};

/** Which share links an account may have: none, those to download, those to upload as well. */
export type LinkRight = "none" | "download" | "all";

/** Which share links an account may have. */
export const linkRight: AccountKind<LinkRight> = {
  placeholder: "yes|download|no",
  expected: "yes, no, or download for links to download alone",
  parse(text) {
    if (text.toLowerCase() === "download") return "download";
    const isAllowed = yesNo.parse(text);
    return isAllowed === undefined ? undefined : isAllowed ? "all" : "none";
  },
};

/** The key of a second factor: 80 bits at least (RFC 4226 §4 asks for 128, older programs make fewer). */
export const totpKey: AccountKind<string> = {
  placeholder: "KEY",
  expected: 'a key in base32, such as "baseftp user totp NAME" makes',
  parse(text) {
    const key = text.replace(/[\s-]|=+$/g, "").toUpperCase();
    return /^[A-Z2-7]{16,128}$/.test(key) ? key : undefined;
  },
  isSecret: true,
};

/** Any text. */
export const text: AccountKind<string> = {
  placeholder: "TEXT",
  expected: "text",
  parse: (text) => text,
  none: "",
};

/** A day that ends something, or a moment; milliseconds since 1970. */
export const moment: AccountKind<number> = {
  placeholder: "DATE",
  expected: "a day such as 2026-12-31, which still counts, or a moment such as 2026-12-31T18:00",
  parse: parseMoment,
};

/** How old something may be, milliseconds. */
export const age: AccountKind<number> = {
  placeholder: "AGE",
  expected: "an age such as 30d, 12h or 8w",
  parse: parseAge,
};

/** What an account may demand on top of what the server does. */
const TLS_DEMANDS: ReadonlyMap<string, "login" | "data"> = new Map([
  ["required", "login"],
  ["required-for-data", "data"],
]);

/** A directory of an account's tree; undefined unless the text begins with a slash. */
export function virtualDirectory(text: string): VirtualPath | undefined {
  return text.startsWith("/") && !text.includes("\0") ? resolvePathname(ROOT, text) : undefined;
}

/** At least one item, and each of them sound; commas part them. */
function listOf<Item>(text: string, read: (item: string) => Item | undefined): Item[] | undefined {
  const items = text.split(",").map((item) => item.trim()).filter((item) => item !== "").map(read);
  return items.length > 0 && items.every((item) => item !== undefined) ? items : undefined;
}

function parseRoom(text: string): Room | undefined {
  const [, share] = /^(\d{1,2}(?:\.\d+)?) ?%$/.exec(text) ?? [];
  if (share !== undefined) return { percent: Number(share) };
  const bytes = parseByteSize(text);
  return bytes === undefined ? undefined : { bytes };
}

function parseMoment(text: string): number | undefined {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  if (!isDay && !/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?$/.test(text)) return undefined;
  // A day holds to its end, on the clock of this machine.
  const ms = Date.parse(isDay ? `${text}T24:00:00` : text.replace(" ", "T"));
  return isRealDay(text) && Number.isFinite(ms) ? ms : undefined;
}

/** Date.parse takes the 31st of February for a day in March. */
function isRealDay(text: string): boolean {
  const day = text.slice(0, 10);
  const ms = Date.parse(`${day}T00:00:00Z`);
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(day);
}

const AGE_UNITS_MS = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;

function parseAge(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,6}) ?([hdw])$/.exec(text) ?? [];
  if (count === undefined || Number(count) === 0) return undefined;
  return Number(count) * AGE_UNITS_MS[unit as keyof typeof AGE_UNITS_MS];
}

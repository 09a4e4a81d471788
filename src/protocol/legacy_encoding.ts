/**
 * Legacy encodings of names: the bytes of clients from before UTF-8, both ways. RFC 2640 §3.1; WHATWG
 * Encoding for the tables.
 */

/** An encoding other than UTF-8. */
export interface LegacyEncoding {
  /** Its name, such as `shift_jis`. */
  readonly name: string;
  /** The text of these bytes; undefined when they are not valid. */
  decode(bytes: Uint8Array): string | undefined;
  /** The bytes of a text; undefined when a character of it has none. */
  encode(text: string): Uint8Array | undefined;
  /** The bytes of a text, with `?` for each character that has none. */
  encodeLossy(text: string): Uint8Array;
}

/** These hold state or are no encodings of bytes to characters, so they cannot carry names. */
const UNFIT = /^(?:utf-|iso-2022-|replacement|x-user-defined)/;

/**
 * Lead bytes of characters that have another code too, which every other implementation sends: the NEC copies
 * of the IBM extensions, and what Hong Kong added to Big5.
 */
const SECOND_CHOICE: Readonly<Record<string, readonly [first: number, last: number]>> = {
  shift_jis: [0xed, 0xee],
  big5: [0x81, 0xa0],
};

const QUESTION_MARK = 0x3f, LINE_FEED = 0x0a;

/** A character above ASCII, with the accent behind it where a code stands for both, as four of Big5 do. */
const CHARACTER = /^[^\0-\x7f\ufffd][\u0300-\u036f]?$/u;

/** The runtime reads `gbk` as GB 18030, so it is written as that too. */
const FOUR_BYTES: ReadonlySet<string> = new Set(["gbk", "gb18030"]);

/**
 * The encoding of this label (`gbk`, `big5`, `shift_jis`, `euc-kr`, `windows-1251`, ...); undefined for UTF-8
 * and for none.
 */
export function legacyEncoding(label: string): LegacyEncoding | undefined {
  let name: string;
  try {
    ({ encoding: name } = new TextDecoder(label));
  } catch {
    return undefined;
  }
  return UNFIT.test(name) ? undefined : new TableEncoding(name);
}

/** What the name of an encoding has to look like, for messages. */
export const ENCODING_SYNTAX =
  "an encoding such as utf-8, gbk, big5, shift_jis, euc-kr, windows-1251 or iso-8859-2";

/** Whether this names an encoding that names can be in, UTF-8 included. */
export function isEncoding(label: string): boolean {
  return /^utf-?8$/i.test(label) || legacyEncoding(label) !== undefined;
}

/**
 * The runtime decodes these encodings and does not encode them, so the table for that is made from what it
 * decodes. That way a name that was decoded is encoded again whatever version of the tables a runtime has; a
 * library with tables of its own loses those that differ.
 */
class TableEncoding implements LegacyEncoding {
  readonly name: string;
  readonly #decoder: TextDecoder;

  constructor(name: string) {
    this.name = name;
    this.#decoder = new TextDecoder(name, { fatal: true });
  }

  decode(bytes: Uint8Array): string | undefined {
    try {
      return this.#decoder.decode(bytes);
    } catch {
      return undefined;
    }
  }

  encode(text: string): Uint8Array | undefined {
    return this.#encode(text, { substitute: undefined });
  }

  encodeLossy(text: string): Uint8Array {
    return this.#encode(text, { substitute: Uint8Array.of(QUESTION_MARK) })!;
  }

  #encode(text: string, { substitute }: { substitute: Uint8Array | undefined }): Uint8Array | undefined {
    const characters = Array.from(text);
    const bytes: number[] = [];
    for (let at = 0; at < characters.length; at++) {
      const character = characters[at]!;
      if (character < "\x80") {
        bytes.push(character.charCodeAt(0));
        continue;
      }
      const withAccent = tableOf(this.name, codes).get(character + (characters[at + 1] ?? ""));
      const code = withAccent ?? this.#codeOf(character) ?? substitute;
      if (!code) return undefined;
      bytes.push(...code);
      if (withAccent) at++;
    }
    return Uint8Array.from(bytes);
  }

  #codeOf(character: string): Uint8Array | undefined {
    const common = tableOf(this.name, codes).get(character);
    if (common || !FOUR_BYTES.has(this.name)) return common;
    const code = character.codePointAt(0)!;
    return code > 0xffff
      ? fourBytes(189_000 + code - 0x10000)
      : tableOf(this.name, fourByteCodes).get(character);
  }
}

type Codes = (name: string) => Iterable<Uint8Array>;

const tables = new Map<Codes, Map<string, ReadonlyMap<string, Uint8Array>>>();

/** The characters of these codes with their bytes, made once for each encoding: some milliseconds. */
function tableOf(name: string, codes: Codes): ReadonlyMap<string, Uint8Array> {
  const known = tables.get(codes)?.get(name);
  if (known) return known;
  const table = makeTable(name, Array.from(codes(name)));
  tables.set(codes, (tables.get(codes) ?? new Map()).set(name, table));
  return table;
}

function makeTable(name: string, all: readonly Uint8Array[]): ReadonlyMap<string, Uint8Array> {
  const table = new Map<string, Uint8Array>();
  const [first, last] = SECOND_CHOICE[name] ?? [Infinity, Infinity];
  const characters = decodeEach(name, all);
  for (const secondChoice of [false, true]) {
    for (const [at, code] of all.entries()) {
      const character = characters[at]!;
      const isSecondChoice = code[0]! >= first && code[0]! <= last;
      if (isSecondChoice !== secondChoice || !CHARACTER.test(character) || table.has(character)) continue;
      table.set(character, code);
    }
  }
  return table;
}

/** What each code stands for. A line end belongs to no code, so all of them can be decoded at once. */
function decodeEach(name: string, all: readonly Uint8Array[]): string[] {
  const bytes = new Uint8Array(all.reduce((length, code) => length + code.length + 1, 0));
  let at = 0;
  for (const code of all) {
    bytes.set(code, at);
    at += code.length + 1;
    bytes[at - 1] = LINE_FEED;
  }
  return new TextDecoder(name).decode(bytes).split("\n");
}

/** All that may be the code of one character, shorter ones first. */
function* codes(name: string): Iterable<Uint8Array> {
  for (let lead = 0x80; lead <= 0xff; lead++) yield Uint8Array.of(lead);
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) yield Uint8Array.of(lead, trail);
  }
  if (name !== "euc-jp") return;
  for (let second = 0xa1; second <= 0xfe; second++) {
    for (let third = 0xa1; third <= 0xfe; third++) yield Uint8Array.of(0x8f, second, third);
  }
}

/**
 * What the basic plane has and two bytes do not: 81308130 to 8431A439. Beyond it GB 18030 counts on without a
 * table.
 */
function* fourByteCodes(): Iterable<Uint8Array> {
  for (let pointer = 0; pointer < 39_420; pointer++) yield fourBytes(pointer);
}

function fourBytes(pointer: number): Uint8Array {
  return Uint8Array.of(
    0x81 + Math.floor(pointer / 12_600),
    0x30 + Math.floor(pointer / 1260) % 10,
    0x81 + Math.floor(pointer / 10) % 126,
    0x30 + pointer % 10,
  );
}

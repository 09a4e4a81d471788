/**
 * Command lines: from the bytes of a control connection to verb and argument. RFC 959 §5.3, RFC 1123
 * §4.1.2.10 and §4.1.2.12.
 */

/** Telnet bytes that appear on a control connection. RFC 854. */
const IAC = 0xff, SE = 0xf0, SB = 0xfa, WILL = 0xfb, WONT = 0xfc, DO = 0xfd, DONT = 0xfe;
/** No verb is longer, so a blank behind it belongs to an argument. */
const LONGEST_VERB = 16;
const CR = 0x0d, LF = 0x0a, NUL = 0x00, BLANK = 0x20;

/** One line as it arrived: its bytes without the line end, or the news that it was too long to keep. */
export type RawLine = Uint8Array | "too-long";

const NO_ANSWERS = new Uint8Array();

/**
 * Cuts the byte stream of a control connection into lines, wherever the reads end, and takes the Telnet
 * protocol out of it: option offers are refused, interrupts and marks dropped, a doubled 0xFF becomes one, CR
 * NUL becomes CR.
 */
export class LineDecoder {
  readonly #maxBytes: number;
  #line: number[] = [];
  #tooLong = false;
  #mayDropLineFeed = false;
  /** The byte before was a CR: with LF it ends the line, with NUL it is a CR in the line. */
  #afterCr = false;
  /** What the next byte is, within a Telnet command. */
  #telnet: "none" | "command" | "option" | "subnegotiation" | "subnegotiation-command" = "none";
  #offer = 0;
  #answers: number[] = [];

  /** @param options `maxBytes`: the longest line that is kept, line end not counted. */
  constructor(options: { maxBytes: number }) {
    this.#maxBytes = options.maxBytes;
  }

  /** Whether a line has begun and not ended. */
  get hasPart(): boolean {
    return this.hasText || this.#telnet !== "none";
  }

  /** Whether some of a line has come that is no Telnet command. */
  get hasText(): boolean {
    return this.#line.length > 0 || this.#tooLong;
  }

  /** Takes the next bytes and returns the lines that they complete. The chunk may be reused afterwards. */
  push(chunk: Uint8Array): RawLine[] {
    if (chunk.length === 0) return [];
    const whole = this.#wholeLine(chunk);
    if (whole) return [whole];
    const lines: RawLine[] = [];
    const late = this.#mayDropLineFeed && chunk[0] === LF ? 1 : 0;
    for (const byte of chunk.subarray(late)) {
      if (this.#telnet !== "none" && this.#takeTelnet(byte)) continue;
      if (byte === IAC) this.#telnet = "command";
      else if (byte === LF) lines.push(this.#endLine());
      else this.#pushByte(byte);
    }
    lines.push(...this.#endUrgentAbort());
    return lines;
  }

  /**
   * Whether the first byte of a Telnet command has come and no more of it: the mark of a Synch may be the
   * next.
   */
  get isInCommand(): boolean {
    return this.#telnet === "command";
  }

  /** The Telnet refusals that are owed to the client since the last call; empty as a rule. */
  takeTelnetAnswers(): Uint8Array {
    if (this.#answers.length === 0) return NO_ANSWERS;
    const answers = Uint8Array.from(this.#answers);
    this.#answers = [];
    return answers;
  }

  /** The common case, one plain line in one read, without a look at every byte. */
  #wholeLine(chunk: Uint8Array): Uint8Array | undefined {
    const end = chunk.length - 1;
    if (
      this.#line.length > 0 || this.#tooLong || this.#mayDropLineFeed || this.#telnet !== "none" ||
      end > this.#maxBytes
    ) return;
    if (
      chunk[end] !== LF || chunk.indexOf(LF) !== end || chunk.indexOf(IAC) !== -1 || chunk.indexOf(NUL) !== -1
    ) return;
    if (chunk[0]! >= SE) return;
    return chunk.slice(0, end > 0 && chunk[end - 1] === CR ? end - 1 : end);
  }

  /**
   * An ABOR counts without its line feed, should that not have come with it: a client that sends the command
   * as urgent data loses its last byte to the kernel. A line feed that was only late is dropped.
   */
  #endUrgentAbort(): RawLine[] {
    const isAbort = this.#line.length === 5 && this.#line[4] === CR &&
      String.fromCharCode(...this.#line.slice(0, 4)).toUpperCase() === "ABOR";
    this.#mayDropLineFeed = isAbort;
    return isAbort ? [this.#endLine()] : [];
  }

  #pushByte(byte: number): void {
    // The kernel takes the last byte of an urgent Synch out of the stream, so half of it may stand before the
    // verb (RFC 959 §4.1.3).
    if (this.#line.length === 0 && byte >= SE) return;
    const isPadding = byte === NUL && this.#afterCr;
    this.#afterCr = byte === CR;
    if (isPadding) return;
    if (this.#line.length <= this.#maxBytes) this.#line.push(byte);
    else this.#tooLong = true;
  }

  #endLine(): RawLine {
    if (this.#afterCr) this.#line.pop();
    const line = this.#tooLong || this.#line.length > this.#maxBytes
      ? "too-long"
      : Uint8Array.from(this.#line);
    this.#line = [];
    this.#tooLong = false;
    this.#afterCr = false;
    return line;
  }

  /** Takes one byte of a Telnet command; false when it turns out to belong to the line. */
  #takeTelnet(byte: number): boolean {
    const state = this.#telnet;
    this.#telnet = "none";
    switch (state) {
      case "command":
        if (byte < SE) {
          // No Telnet command. Beside the verb it is the rest of an urgent mark whose last byte the kernel
          // took away; behind a blank it belongs to a name in an encoding that has this byte, from a client
          // that does not double it.
          if (this.#line.lastIndexOf(BLANK, LONGEST_VERB) !== -1) this.#pushByte(IAC);
          return false;
        }
        if (byte === IAC) this.#pushByte(IAC);
        else if (byte >= WILL) [this.#offer, this.#telnet] = [byte, "option"];
        else if (byte === SB) this.#telnet = "subnegotiation";
        break;
      case "option":
        if (this.#offer === WILL) this.#answers.push(IAC, DONT, byte);
        else if (this.#offer === DO) this.#answers.push(IAC, WONT, byte);
        break;
      case "subnegotiation":
        this.#telnet = byte === IAC ? "subnegotiation-command" : "subnegotiation";
        break;
      case "subnegotiation-command":
        this.#telnet = byte === SE ? "none" : "subnegotiation";
    }
    return true;
  }
}

/** A command as the client sent it. */
export interface CommandLine {
  /** The verb in upper case; empty for a blank line. */
  readonly verb: string;
  /** All that follows the one space behind the verb, blanks included; undefined when nothing does. */
  readonly argument: string | undefined;
}

/** The verb alone, for a look at a line that waits. */
export function verbOf(line: Uint8Array): string {
  const space = line.indexOf(0x20);
  const end = Math.min(space === -1 ? line.length : space, LONGEST_VERB);
  return upperCase(String.fromCharCode(...line.subarray(0, end)));
}

/**
 * Splits a line into verb and argument.
 *
 * @param decode Turns bytes into text; undefined when they are not valid in the session's encoding.
 * @returns undefined when the line cannot be decoded.
 */
export function parseCommandLine(
  line: Uint8Array,
  decode: (bytes: Uint8Array) => string | undefined = decodeUtf8,
): CommandLine | undefined {
  const text = decode(line);
  if (text === undefined) return undefined;
  const space = text.indexOf(" ");
  if (space === -1) return { verb: upperCase(text), argument: undefined };
  return { verb: upperCase(text.slice(0, space)), argument: text.slice(space + 1) || undefined };
}

/** Verbs are ASCII: `toUpperCase` on all of Unicode would make `paß` a PASS and `ſtor` a STOR. */
function upperCase(verb: string): string {
  return /[a-z]/.test(verb) ? verb.replace(/[a-z]+/g, (letters) => letters.toUpperCase()) : verb;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** For shorter lines a call of the decoder costs more than its work. */
const SHORT_BYTES = 64;

/** The text of these bytes; undefined when they are not all ASCII. */
function asciiText(bytes: Uint8Array): string | undefined {
  let text = "";
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte >= 0x80) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** The text of these bytes; undefined when they are not valid UTF-8. RFC 2640 §3.1. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  const plain = bytes.length <= SHORT_BYTES ? asciiText(bytes) : undefined;
  if (plain !== undefined) return plain;
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The terminal, which all that is written passes: lines out, secrets in. */

import type { Foot } from "./foot.ts";

/** Writes a line to standard output. @throws {OutputError} when that takes no more. */
export function print(line = ""): void {
  aboveFoot(() => writeOut(`${line}\n`));
}

/** Writes a line to standard error. */
export function printError(line: string): void {
  aboveFoot(() => writeAll(Deno.stderr, `${line}\n`));
}

/** Writes text to standard output as it is. @throws {OutputError} when that takes no more. */
export function writeOut(text: string): void {
  try {
    writeAll(Deno.stdout, text);
  } catch (error) {
    throw new OutputError(error);
  }
}

/** There is one terminal, so there is one foot of it at most. */
let foot: Foot | undefined;

/** From now on these lines stay below all that is written; undefined for none. */
export function setFoot(lines: Foot | undefined): void {
  foot = lines;
}

/** Writes to the terminal, above what stands at its foot. */
export function aboveFoot(write: () => void): void {
  if (foot) foot.above(write);
  else write();
}

/** Writes a text to standard error, without a line end. */
export function writeError(text: string): void {
  writeAll(Deno.stderr, text);
}

/** How to call this program, as the person who runs it would type it: `baseftp passwd --all`. */
export function callOf(args: string): string {
  return `${Deno.build.standalone ? "baseftp" : "deno task serve"} ${args}`;
}

/** The person pressed Ctrl+C, or the input ended, instead of an answer. */
export class NoAnswer extends Error {
  /** Which of the two it was. */
  constructor(how: "Ctrl+C was pressed" | "the input ended" = "the input ended") {
    super(`Cannot read a password: ${how}`);
    this.name = "NoAnswer";
  }
}

/** Standard output takes nothing more: its disk is full, or failed. */
export class OutputError extends Error {
  /** What the system says. */
  constructor(cause: unknown) {
    // Without the system's number: "No space left on device (os error 28)".
    const reason = cause instanceof Error ? cause.message.replace(/ \(os error \d+\)$/, "") : String(cause);
    super(`Cannot write to standard output: ${reason}`, { cause });
    this.name = "OutputError";
  }
}

/**
 * Asks for a secret on the terminal, without showing it.
 *
 * @throws {NoAnswer} When the person gives up.
 */
export async function askSecret(prompt: string): Promise<string> {
  writeAll(Deno.stderr, prompt);
  Deno.stdin.setRaw(true);
  try {
    return await readTyped();
  } finally {
    Deno.stdin.setRaw(false);
    writeAll(Deno.stderr, "\n");
  }
}

/**
 * Reads the next line of standard input, without its line end.
 *
 * @throws {NoAnswer} When there is none.
 */
export async function readLine(): Promise<string> {
  const line: number[] = [];
  for (;;) {
    const byte = await readByte();
    if (byte === undefined && line.length === 0) throw new NoAnswer();
    if (byte === undefined || byte === KEYS.LINE_FEED) break;
    line.push(byte);
  }
  return new TextDecoder().decode(new Uint8Array(line)).replace(/\r$/, "");
}

/** What was typed or pasted ahead of the question that it answers. */
let ahead: Uint8Array = new Uint8Array(0);

/** The next byte of standard input; undefined when it has ended. */
async function readByte(): Promise<number | undefined> {
  if (ahead.length === 0) {
    const buffer = new Uint8Array(1024);
    const length = await Deno.stdin.read(buffer);
    if (length === null) return undefined;
    ahead = buffer.subarray(0, length);
  }
  const [byte] = ahead;
  ahead = ahead.subarray(1);
  return byte;
}

/** What the keys send that a terminal handles by itself as long as it shows what is typed. */
const KEYS = {
  CTRL_C: 3,
  CTRL_D: 4,
  BACKSPACE: 8,
  LINE_FEED: 10,
  RETURN: 13,
  CTRL_U: 21,
  DELETE: 127,
} as const;

async function readTyped(): Promise<string> {
  let typed: number[] = [];
  for (;;) {
    const byte = await readByte();
    if (byte === KEYS.CTRL_C) throw new NoAnswer("Ctrl+C was pressed");
    if (byte === undefined || byte === KEYS.CTRL_D) throw new NoAnswer();
    if (byte === KEYS.RETURN || byte === KEYS.LINE_FEED) {
      return new TextDecoder().decode(new Uint8Array(typed));
    }
    if (byte === KEYS.CTRL_U) typed = [];
    else if (byte === KEYS.BACKSPACE || byte === KEYS.DELETE) typed = withoutLastCharacter(typed);
    else typed.push(byte);
  }
}

function withoutLastCharacter(typed: number[]): number[] {
  // The bytes of a UTF-8 character after its first are 10xxxxxx.
  const first = typed.findLastIndex((byte) => (byte & 0xc0) !== 0x80);
  return typed.slice(0, Math.max(first, 0));
}

function writeAll(output: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let bytes = new TextEncoder().encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(output.writeSync(bytes));
  } catch (error) {
    // Whoever read along (`| head`) has gone, or the terminal was closed.
    const isClosed = (error as { code?: unknown }).code === "EIO";
    if (!isClosed && !(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

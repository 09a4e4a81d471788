/** The accounts file on the disk: read as a document, written atomically. */

import { fileErrorReason, isMissingFile } from "./file_error.ts";
import { type IniDocument, parseIniDocument } from "../ini/ini_document.ts";
import { formatProblem, type Problem } from "../ini/problem.ts";

/** The accounts file cannot be read or written. */
export class AccountsFileError extends Error {
  /** The same as data, for who shows it among others. */
  readonly problem: Problem;

  /** The message is the problem as one line. */
  constructor(problem: Problem, options?: ErrorOptions) {
    super(formatProblem(problem), options);
    this.name = "AccountsFileError";
    this.problem = problem;
  }
}

/**
 * Reads an accounts file.
 *
 * @returns The document, its problems included; undefined when there is no such file.
 * @throws {AccountsFileError} When the file cannot be read or is not UTF-8.
 */
export async function readAccountsFile(path: string): Promise<IniDocument | undefined> {
  const text = await readText(path);
  return text === undefined ? undefined : parseIniDocument(text, { file: path });
}

async function readText(path: string): Promise<string | undefined> {
  const bytes = await readBytes(path);
  return bytes && textOf(bytes, path);
}

/**
 * The bytes of an accounts file; undefined when there is none.
 *
 * @throws {AccountsFileError} When it cannot be read.
 */
export async function readBytes(path: string): Promise<Uint8Array | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw unreadable(path, error);
  }
}

/**
 * The bytes as text.
 *
 * @throws {AccountsFileError} When they are not UTF-8; it names the line.
 */
export function textOf(bytes: Uint8Array, path: string): string {
  try {
    return decode(bytes);
  } catch (cause) {
    const line = firstUndecodableLine(bytes);
    const message = "Cannot read the text: it is not UTF-8, save the file in that encoding";
    throw new AccountsFileError({ file: path, line, value: path, message }, { cause });
  }
}
function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

function firstUndecodableLine(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start);
    const next = end < 0 ? bytes.length : end + 1;
    try {
      decode(bytes.subarray(start, next));
    } catch {
      return line;
    }
    start = next;
  }
  return line;
}

function unreadable(path: string, cause: unknown): AccountsFileError {
  const message = `Cannot read ${path}: ${fileErrorReason(cause)}`;
  return new AccountsFileError({ value: path, message }, { cause });
}

/** The accounts file on the disk: read as a document, written atomically. */

import { basename, dirname, join, resolve } from "node:path";
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

/** How often an update starts over because somebody else wrote the file meanwhile. */
const MOST_ATTEMPTS = 10;

/**
 * Changes an accounts file, or makes it. The new text is written to a temporary file beside it, which then
 * takes its place, so that nobody ever sees half of it; when the file changes while `change` works on it,
 * `change` is asked again with the new text. The file keeps its owner, and its mode but for the access of
 * group and others: there are secrets in it.
 *
 * @param change Gives the new text for the document; the document of an absent file is empty.
 * @throws {AccountsFileError} When the file cannot be read or replaced; the message says why.
 */
export async function updateAccountsFile(
  path: string,
  change: (document: IniDocument) => string | Promise<string>,
): Promise<void> {
  // A symbolic link stays, and what it points to is replaced.
  const target = await Deno.realPath(path).catch(() => path);
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const before = await readText(path);
    const after = await change(parseIniDocument(before ?? "", { file: path }));
    if (after === before) return;
    if (await replaceText(path, { target, before, after })) return;
  }
  const message = `Cannot write ${path}: somebody else keeps changing it`;
  throw new AccountsFileError({ value: path, message });
}

async function readText(path: string): Promise<string | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(path);
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw unreadable(path, error);
  }
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

/** What to put where, and what has to stand there until then. */
interface Replacement {
  readonly target: string;
  readonly before: string | undefined;
  readonly after: string;
}

/** False when the file does not hold the text `before` any more; it is then left as it is. */
async function replaceText(path: string, { target, before, after }: Replacement): Promise<boolean> {
  const temporary = join(dirname(target), `.${basename(target)}.${crypto.randomUUID()}.tmp`);
  try {
    await writeTemporary(temporary, after);
    if (before !== undefined) await keepOwnerAndMode(path, await Deno.stat(target), temporary);
    const isUnchanged = await readText(path) === before;
    if (isUnchanged) await Deno.rename(temporary, target);
    else await Deno.remove(temporary);
    return isUnchanged;
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error instanceof AccountsFileError ? error : unwritable(path, target, error);
  }
}

async function writeTemporary(path: string, text: string): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  const bytes = new TextEncoder().encode(text);
  for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
  await file.sync();
}

async function keepOwnerAndMode(path: string, old: Deno.FileInfo, temporary: string): Promise<void> {
  // Windows has neither, and gives null.
  if (old.uid === null || old.gid === null || old.mode === null) return;
  const { uid, gid } = await Deno.stat(temporary);
  if (uid !== old.uid || gid !== old.gid) {
    await Deno.chown(temporary, old.uid, old.gid).catch((cause) => {
      const message =
        `Cannot write ${path}: it belongs to another user (uid ${old.uid}), run this as that user`;
      throw new AccountsFileError({ value: path, message }, { cause });
    });
  }
  await Deno.chmod(temporary, old.mode & 0o700);
}

function unreadable(path: string, cause: unknown): AccountsFileError {
  const message = `Cannot read ${path}: ${fileErrorReason(cause)}`;
  return new AccountsFileError({ value: path, message }, { cause });
}

function unwritable(path: string, target: string, cause: unknown): AccountsFileError {
  // A new file takes the place of the old one, so it is the folder that has to let us write.
  const message = `Cannot write ${path}: ${fileErrorReason(cause)} (in the folder ${
    dirname(resolve(target))
  })`;
  return new AccountsFileError({ value: path, message }, { cause });
}

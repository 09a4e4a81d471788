/** Changes of the accounts file: whole or not at all, and without the loss of what others write. */

import { dirname, resolve } from "node:path";
import { type IniDocument, parseIniDocument } from "../ini/ini_document.ts";
import { AccountsFileError, readBytes, textOf } from "./accounts_file.ts";
import {
  type Outcome,
  removeLeftovers,
  replaceFile,
  type Replacement,
  replacementReason,
} from "./file_replacement.ts";
import { lockFolder } from "./folder_lock.ts";

/** How often an update starts over because somebody else wrote the file meanwhile. */
const MOST_ATTEMPTS = 10;
/** How long it waits for another command to be done. */
const MOST_WAIT_MS = 60_000;

/**
 * Changes an accounts file, or makes it: whole or not at all, whatever happens meanwhile. Commands and
 * servers wait for each other; when somebody else changes the file while `change` works on it, or saves his
 * own at the moment of the replacement, `change` is asked again with that text. The file keeps its owner, and
 * its mode but for the access of group and others: there are secrets in it.
 *
 * @param change Gives the new text for the document; the document of an absent file is empty. What takes long
 *   is to be done before, since others wait.
 * @throws {AccountsFileError} When the file cannot be read or replaced; the message says why.
 */
export async function updateAccountsFile(
  path: string,
  change: (document: IniDocument) => string | Promise<string>,
): Promise<void> {
  // A symbolic link stays, and what it points to is replaced.
  const target = await Deno.realPath(path).catch(() => resolve(path));
  using lock = await lockFolder(dirname(target), MOST_WAIT_MS);
  if (!lock) throw unwritable(path, "another command that changes it does not come to its end");
  if (lock.isAlone) await removeLeftovers(target);
  let onDisk = await readBytes(path);
  let base = onDisk;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const after = await changed(base, { path, change, onDisk, target });
    if (after === undefined) return;
    const outcome = await replace(path, { target, before: onDisk, after });
    if (outcome.is === "done") return;
    onDisk = outcome.is === "changed" ? await readBytes(path) : after;
    base = outcome.is === "changed" ? onDisk : outcome.theirs;
  }
  throw unwritable(path, "somebody else keeps changing it");
}

/** One step of an update. */
interface Step {
  readonly path: string;
  readonly target: string;
  readonly change: (document: IniDocument) => string | Promise<string>;
  /** What the file has; another text than the one to change when somebody was overtaken. */
  readonly onDisk: Uint8Array | undefined;
}

/** The text with the change in it, as bytes; undefined when the file has it already. */
async function changed(
  base: Uint8Array | undefined,
  { path, target, change, onDisk }: Step,
): Promise<Uint8Array | undefined> {
  try {
    const before = base && textOf(base, path);
    const after = await change(parseIniDocument(before ?? "", { file: path }));
    return after === before && base === onDisk ? undefined : new TextEncoder().encode(after);
  } catch (error) {
    // Nothing can be made of what he saved who was overtaken, so it goes back to its place.
    if (base && base !== onDisk) await replace(path, { target, before: onDisk, after: base });
    throw error;
  }
}

async function replace(path: string, replacement: Replacement): Promise<Outcome> {
  try {
    return await replaceFile(replacement);
  } catch (error) {
    throw unwritable(path, replacementReason(error, replacement.target), error);
  }
}

function unwritable(path: string, reason: string, cause?: unknown): AccountsFileError {
  return new AccountsFileError({ value: path, message: `Cannot write ${path}: ${reason}` }, { cause });
}

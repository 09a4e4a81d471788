/** Other hashes for passwords in the accounts file. Loaded when the first one is to be made. */

import { hashPassword, isHashed } from "../passwords/forms.ts";
import { namedAccounts, replacePasswords } from "../ini/ini_edit.ts";
import { AccountsFileError, readAccountsFile } from "./accounts_file.ts";
import { updateAccountsFile } from "./accounts_file_update.ts";
import { fileErrorReason } from "./file_error.ts";
import { rememberPassword } from "./password.ts";

/** What became of plain-text passwords. */
export interface HashedPlain {
  /** The accounts that have a hash now. */
  readonly names: readonly string[];
  /** The path of the file as it was. */
  readonly backup: string;
  /** Whether there was such a file already, which stays as it is. */
  readonly hadBackup: boolean;
}

/** A right password. */
export interface ShownPassword {
  readonly stored: string;
  readonly given: string;
}

/** What is written where. */
export interface Rewrite {
  /** The accounts file. */
  readonly path: string;
  /** Whether to leave off before the file is changed. */
  readonly isOver: () => boolean;
  /** Told of each new hash before it is written. */
  readonly onMade: (stored: string, old: string) => void;
}

/** A stored password and what is to take its place. */
interface Fresh {
  readonly old: string;
  readonly stored: string;
}

/**
 * Replaces what these accounts have stored, unless it is another by now.
 *
 * @throws {AccountsFileError} When the file cannot be written, or is not to be.
 */
export async function renewShown(shown: ReadonlyMap<string, ShownPassword>, rewrite: Rewrite): Promise<void> {
  await refuseReadOnly(rewrite.path);
  const fresh = new Map<string, Fresh>();
  for (const [name, { stored, given }] of shown) {
    if (rewrite.isOver()) return;
    const made = await hash(stored, given, rewrite);
    // Else the next login would take a hash's time once more.
    await rememberPassword(made.stored, given);
    fresh.set(name, made);
  }
  await replace(fresh, rewrite);
}

/**
 * Replaces all plain-text passwords; the file as it was stays beside it.
 *
 * @returns Undefined when there was none.
 * @throws {AccountsFileError} When the backup or the file cannot be written; the file is as it was then.
 */
export async function hashPlain(rewrite: Rewrite): Promise<HashedPlain | undefined> {
  const { path } = rewrite;
  const document = await readAccountsFile(path);
  const plain = document ? namedAccounts(document).filter(({ password }) => isPlain(password)) : [];
  if (plain.length === 0) return undefined;
  await refuseReadOnly(path);
  const fresh = new Map<string, Fresh>();
  for (const { name, password } of plain) {
    if (rewrite.isOver()) return undefined;
    fresh.set(name, await hash(password!, password!, rewrite));
  }
  const hadBackup = !await keep(document!.text, `${await Deno.realPath(path)}.bak`);
  return { names: await replace(fresh, rewrite), backup: `${path}.bak`, hadBackup };
}

async function hash(old: string, given: string, { onMade }: Rewrite): Promise<Fresh> {
  const stored = await hashPassword(given);
  onMade(stored, old);
  return { old, stored };
}

async function replace(fresh: ReadonlyMap<string, Fresh>, { path }: Rewrite): Promise<string[]> {
  const names: string[] = [];
  await updateAccountsFile(path, (document) => {
    names.length = 0;
    // An edit of a file that cannot be understood might land in the wrong place.
    if (document.problems.length > 0) return document.text;
    return replacePasswords(document, ({ name, password }) => {
      const renewed = fresh.get(name);
      // It may have another one by now.
      if (!renewed || password !== renewed.old) return undefined;
      names.push(name);
      return renewed.stored;
    });
  });
  return names;
}

function isPlain(stored: string | undefined): boolean {
  return stored !== undefined && stored !== "" && !isHashed(stored);
}

/** Who takes the right to write from a file means it, though a new one could be put in its place. */
async function refuseReadOnly(path: string): Promise<void> {
  const info = await Deno.stat(path).catch(() => undefined);
  if (info?.mode && (info.mode & 0o222) === 0) throw unwritable(path, "it is read-only");
}

/** Keeps the text as a new file; false when there is one. */
async function keep(text: string, path: string): Promise<boolean> {
  try {
    using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
    const bytes = new TextEncoder().encode(text);
    for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
    await file.sync();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw unwritable(path, fileErrorReason(error), error);
  }
}

function unwritable(path: string, reason: string, cause?: unknown): AccountsFileError {
  return new AccountsFileError({ value: path, message: `Cannot write ${path}: ${reason}` }, { cause });
}

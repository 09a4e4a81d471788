/**
 * Stored passwords made anew in the best form that there is: of right ones at their login, or all plain ones.
 */

import { hashPassword, isHashed, isRenewable } from "../passwords/forms.ts";
import type { IniDocument } from "../ini/ini_document.ts";
import { namedAccounts, replacePasswords } from "../ini/ini_edit.ts";
import { AccountsFileError, readAccountsFile, updateAccountsFile } from "./accounts_file.ts";
import { fileErrorReason } from "./file_error.ts";
import { rememberPassword } from "./password.ts";
import type { User } from "./user.ts";

/** How {@linkcode PasswordRenewal} works. */
export interface PasswordRenewalOptions {
  /** The accounts file. */
  readonly path: string;
  /** Whether the file may be changed at all. */
  readonly isAllowed: boolean;
  /** Told once why the file cannot be changed; then nothing more is tried until that is allowed again. */
  readonly onFailure: (reason: string) => void;
  /** How long right passwords are gathered, so that many logins are one change, milliseconds; default 1 s. */
  readonly gatherMs?: number;
}

/** What became of plain-text passwords. */
export interface HashedPlain {
  /** The accounts that have a hash now. */
  readonly names: readonly string[];
  /** The path of the file as it was. */
  readonly backup: string;
  /** Whether there was such a file already, which stays as it is. */
  readonly hadBackup: boolean;
}

/** A stored password and what is to take its place. */
interface Fresh {
  readonly old: string;
  readonly stored: string;
}

/** A right password. */
interface Shown {
  readonly stored: string;
  readonly given: string;
}

const GATHER_MS = 1000;

/** Renews stored passwords: one change of the file at a time, and no login waits for it. */
export class PasswordRenewal implements AsyncDisposable {
  readonly #options: PasswordRenewalOptions;
  #isAllowed: boolean;
  /** By account, what it showed since the last change. */
  readonly #shown = new Map<string, Shown>();
  /** What was stored before, by what is stored instead. */
  readonly #madeOf = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();
  #isOver = false;

  /** Does nothing yet. */
  constructor(options: PasswordRenewalOptions) {
    this.#options = options;
    this.#isAllowed = options.isAllowed;
  }

  /** Whether the file may be changed; what failed before is tried again when it is set. */
  set isAllowed(isAllowed: boolean) {
    this.#isAllowed = isAllowed;
  }

  /** Takes note of a right password. Returns at once. */
  note({ name, password: stored }: User, given: string): void {
    if (stored === undefined || !this.#isAllowed || this.#isOver) return;
    void isRenewable(stored).then((isRenewable) => {
      if (!isRenewable || this.#isOver) return;
      this.#shown.set(name, { stored, given });
      this.#timer ??= setTimeout(() => this.#renewShown(), this.#options.gatherMs ?? GATHER_MS);
    });
  }

  /** Whether both are stored for the same password, as far as that was made here. */
  isSame(before: string | undefined, after: string | undefined): boolean {
    return before === after || after !== undefined && this.#madeOf.get(after) === before;
  }

  /**
   * Replaces all plain-text passwords of the file by hashes. The file as it was stays beside it as `….bak`,
   * for its owner alone, unless there is one already.
   *
   * @returns Undefined when there was none, or when that may not be.
   * @throws {AccountsFileError} When the backup or the file cannot be written; the file is as it was then.
   */
  async replacePlain(): Promise<HashedPlain | undefined> {
    const { path } = this.#options;
    const document = await readAccountsFile(path);
    const plain = document ? namedAccounts(document).filter(({ password }) => isPlain(password)) : [];
    if (plain.length === 0 || !this.#isAllowed) return undefined;
    const readOnly = await whyReadOnly(path);
    if (readOnly !== undefined) throw unwritable(path, readOnly);
    const fresh = new Map<string, Fresh>();
    for (const { name, password } of plain) {
      if (this.#isOver) return undefined;
      fresh.set(name, await this.#hash(password!, password!));
    }
    const backup = `${await Deno.realPath(path)}.bak`;
    const hadBackup = !await keep(document!.text, backup);
    const names = await this.#replace(fresh);
    return { names, backup: `${path}.bak`, hadBackup };
  }

  /** Ends when what was begun has ended; what was only noted is left out. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #renewShown(): void {
    this.#timer = undefined;
    this.#running = this.#running.then(() => this.#renew()).catch((error) => {
      this.#isAllowed = false;
      this.#options.onFailure(error instanceof AccountsFileError ? error.message : fileErrorReason(error));
    });
  }

  async #renew(): Promise<void> {
    const shown = [...this.#shown];
    this.#shown.clear();
    if (!this.#isAllowed) return;
    const { path } = this.#options;
    const readOnly = await whyReadOnly(path);
    if (readOnly !== undefined) throw unwritable(path, readOnly);
    const fresh = new Map<string, Fresh>();
    for (const [name, { stored, given }] of shown) {
      if (this.#isOver) return;
      fresh.set(name, await this.#hash(stored, given));
    }
    await this.#replace(fresh);
  }

  async #hash(old: string, given: string): Promise<Fresh> {
    const stored = await hashPassword(given);
    this.#madeOf.set(stored, old);
    // Else the next login would take a hash's time once more.
    if (!isPlain(old)) await rememberPassword(stored, given);
    return { old, stored };
  }

  async #replace(fresh: ReadonlyMap<string, Fresh>): Promise<string[]> {
    let names: string[] = [];
    await updateAccountsFile(this.#options.path, (document: IniDocument) => {
      names = [];
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
}

function isPlain(stored: string | undefined): boolean {
  return stored !== undefined && stored !== "" && !isHashed(stored);
}

/** Who takes the right to write from a file means it, though a new one could be put in its place. */
async function whyReadOnly(path: string): Promise<string | undefined> {
  const info = await Deno.stat(path).catch(() => undefined);
  return info?.mode && (info.mode & 0o222) === 0 ? "it is read-only" : undefined;
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

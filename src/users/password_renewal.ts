/**
 * Stored passwords made anew in the best form that there is: of right ones at their login, or all plain ones.
 */

import { isRenewable } from "../passwords/forms.ts";
import { AccountsFileError } from "./accounts_file.ts";
import { fileErrorReason } from "./file_error.ts";
import type { HashedPlain, Rewrite, ShownPassword } from "./password_rewrite.ts";
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

const GATHER_MS = 1000;

/** Renews stored passwords: one change of the file at a time, and no login waits for it. */
export class PasswordRenewal implements AsyncDisposable {
  readonly #options: PasswordRenewalOptions;
  #isAllowed: boolean;
  /** By account, what it showed since the last change. */
  readonly #shown = new Map<string, ShownPassword>();
  /** What was stored before, by what is stored instead. */
  readonly #madeOf = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();
  #isOver = false;
  readonly #rewrite: Rewrite;

  /** Does nothing yet. */
  constructor(options: PasswordRenewalOptions) {
    this.#options = options;
    this.#isAllowed = options.isAllowed;
    this.#rewrite = {
      path: options.path,
      isOver: () => this.#isOver,
      onMade: (stored, old) => void this.#madeOf.set(stored, old),
    };
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
    return this.#isAllowed ? await (await load()).hashPlain(this.#rewrite) : undefined;
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
    const shown = new Map(this.#shown);
    this.#shown.clear();
    if (this.#isAllowed) await (await load()).renewShown(shown, this.#rewrite);
  }
}

async function load(): Promise<typeof import("./password_rewrite.ts")> {
  // Not a plain import: `deno run` would load it at each start.
  const { href } = new URL("./password_rewrite.ts", import.meta.url);
  return await import(href);
}

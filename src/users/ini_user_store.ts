/** Accounts from the accounts file, kept in step with it while the server runs. */

import { basename, dirname, resolve } from "node:path";
import type { AnonymousDefaults } from "./account_reader.ts";
import { type Accounts, readAccounts } from "./accounts.ts";
import { AccountsFileError, readAccountsFile } from "./accounts_file.ts";
import { type IniDocument, parseIniDocument } from "../ini/ini_document.ts";
import type { Problem } from "../ini/problem.ts";
import type { User } from "./user.ts";
import type { UserStore } from "./user_store.ts";

/** Options of {@linkcode IniUserStore.open}. */
export interface IniUserStoreOptions {
  /** The accounts file. */
  readonly path: string;
  /** What holds for anonymous access where the file does not say. */
  readonly anonymous: AnonymousDefaults;
  /** Told about a file that cannot be used, once for each content; the accounts then stay as they were. */
  readonly onProblems?: (problems: readonly Problem[]) => void;
}

/**
 * Changes that come in one burst (an editor writes, renames, sets times) are read once, this long after the
 * last.
 */
const DEBOUNCE_MS = 100;

/**
 * File systems keep times in steps, up to two seconds (FAT). A file that was written less than this before
 * it was read may be written again without a change of its time, so it is read again until its time is this
 * old.
 */
const SETTLED_MS = 2500;

/** The accounts file as a store of users. */
export class IniUserStore implements UserStore, AsyncDisposable {
  readonly #path: string;
  readonly #onProblems: (problems: readonly Problem[]) => void;
  readonly #listeners = new Set<(ended: ReadonlySet<string>) => void>();
  #anonymousDefaults: AnonymousDefaults;
  /** What stat said when the file was read last; undefined to read it whatever it says. */
  #fingerprint: string | undefined;
  /** What was read last: the text, or why there was none. */
  #content: string | undefined;
  #accounts: Accounts = { users: [], anonymous: undefined, plainText: [], problems: [] };
  #byName: ReadonlyMap<string, User> = new Map();
  #problems: readonly Problem[] = [];
  /** A reload that the next refresh has to be. */
  #requested: { readonly anonymous: AnonymousDefaults | undefined } | undefined;
  #refreshing: Promise<void> = Promise.resolve();
  #nextRefresh: Promise<void> | undefined;
  #watcher: Deno.FsWatcher | undefined;
  #watching: Promise<void> = Promise.resolve();
  #debounce: ReturnType<typeof setTimeout> | undefined;

  private constructor(options: IniUserStoreOptions) {
    this.#path = options.path;
    this.#onProblems = options.onProblems ?? (() => {});
    this.#anonymousDefaults = options.anonymous;
  }

  /**
   * Reads the file and begins to watch it. With problems in it the store has no accounts until the file is
   * put right; {@linkcode problems} tells them.
   */
  static async open(options: IniUserStoreOptions): Promise<IniUserStore> {
    const store = new IniUserStore(options);
    await store.#refresh();
    store.#watch();
    return store;
  }

  /** The accounts in the order of the file. */
  get users(): readonly User[] {
    return this.#accounts.users;
  }

  /** Anonymous access, where it is enabled. */
  get anonymous(): User | undefined {
    return this.#accounts.anonymous;
  }

  /** The names of the accounts whose password is stored as plain text. */
  get plainText(): readonly string[] {
    return this.#accounts.plainText;
  }

  /** What was wrong with the file when it was read last; empty when the accounts are as the file says. */
  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /**
   * The account of that name as the file has it at this moment. Costs one stat when the file has not changed.
   */
  async find(name: string): Promise<User | undefined> {
    await this.#refresh();
    const user = this.#byName.get(name);
    if (user) return user;
    return name === "anonymous" || name === "ftp" ? this.#accounts.anonymous : undefined;
  }

  subscribe(listener: (ended: ReadonlySet<string>) => void): () => void {
    // A function of its own for each call, so that one listener may subscribe twice.
    const own = (ended: ReadonlySet<string>): void => listener(ended);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /**
   * Reads the file again, changed or not, and looks at the homes again.
   *
   * @param anonymous New defaults for anonymous access; without them the old ones stay.
   * @returns What is wrong, which the callback is told too. When that is something, neither accounts nor
   *   defaults change.
   */
  async reload(anonymous?: AnonymousDefaults): Promise<readonly Problem[]> {
    this.#requested = { anonymous };
    await this.#refresh();
    return this.#problems;
  }

  /** Stops watching. The accounts can still be asked for. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#debounce);
    this.#watcher?.close();
    this.#watcher = undefined;
    await this.#watching;
    clearTimeout(this.#debounce);
    await (this.#nextRefresh ?? this.#refreshing).catch(() => {});
  }

  /**
   * A caller may join a refresh that has not begun, never one under way: that may have looked before the
   * caller's change.
   */
  #refresh(): Promise<void> {
    const begin = (): Promise<void> => {
      this.#nextRefresh = undefined;
      this.#refreshing = this.#readIfChanged();
      return this.#refreshing;
    };
    this.#nextRefresh ??= this.#refreshing.then(begin, begin);
    return this.#nextRefresh;
  }

  async #readIfChanged(): Promise<void> {
    const requested = this.#requested;
    this.#requested = undefined;
    // A file with problems is judged anew each time: the home that was missing may be there now.
    const mayKeep = !requested && this.#problems.length === 0;
    const fingerprint = await this.#fingerprintNow();
    if (mayKeep && fingerprint !== undefined && fingerprint === this.#fingerprint) return;

    const { content, document, problem } = await readContent(this.#path);
    const isNews = requested !== undefined || content !== this.#content;
    this.#fingerprint = fingerprint;
    this.#content = content;
    if (mayKeep && !isNews) return;

    const anonymous = requested?.anonymous ?? this.#anonymousDefaults;
    const accounts = await readAccounts(document, { folder: dirname(resolve(this.#path)), anonymous });
    this.#problems = problem ? [problem] : accounts.problems;
    if (this.#problems.length > 0) {
      if (isNews) this.#onProblems(this.#problems);
      return;
    }
    this.#anonymousDefaults = anonymous;
    this.#accept(accounts);
  }

  /** What tells one state of the file from the next; undefined when it cannot be told yet. */
  async #fingerprintNow(): Promise<string | undefined> {
    try {
      const { mtime, ctime, size, ino, dev } = await Deno.stat(this.#path);
      const newest = Math.max(mtime?.getTime() ?? 0, ctime?.getTime() ?? 0);
      if (Math.abs(Date.now() - newest) < SETTLED_MS) return undefined;
      return JSON.stringify([mtime, ctime, size, ino, dev]);
    } catch {
      return undefined;
    }
  }

  #accept(accounts: Accounts): void {
    const old = this.#accounts;
    this.#accounts = accounts;
    this.#byName = new Map(accounts.users.map((user) => [user.name, user]));
    const ended = endedAccounts(old, accounts);
    for (const listener of [...this.#listeners]) listener(ended);
  }

  #watch(): void {
    const folder = dirname(resolve(this.#path));
    try {
      this.#watcher = Deno.watchFs(folder, { recursive: false });
    } catch {
      // No permission, too many watches, a network file system: every login looks at the file anyway.
      return;
    }
    this.#watching = this.#followChanges(this.#watcher).catch(() => {});
  }

  async #followChanges(watcher: Deno.FsWatcher): Promise<void> {
    const name = basename(this.#path);
    for await (const { kind, paths } of watcher) {
      // Our own reading is an "access".
      if (kind === "access" || !paths.some((path) => basename(path) === name)) continue;
      clearTimeout(this.#debounce);
      // Should it fail, the next login meets the same error and reports it.
      this.#debounce = setTimeout(() => void this.#refresh().catch(() => {}), DEBOUNCE_MS);
    }
  }
}

/** The accounts that are gone, or whose password or home is another. */
function endedAccounts(old: Accounts, now: Accounts): ReadonlySet<string> {
  const everyone = ({ users, anonymous }: Accounts): User[] => anonymous ? [...users, anonymous] : [...users];
  const kept = new Map(everyone(now).map((user) => [user.name, user]));
  return new Set(
    everyone(old)
      .filter(({ name, password, home }) => {
        const user = kept.get(name);
        return user?.password !== password || user?.home !== home;
      })
      .map(({ name }) => name),
  );
}

/** What the file says, or why it says nothing; `content` is the same whenever that is the same. */
interface Content {
  readonly content: string;
  readonly document: IniDocument;
  readonly problem?: Problem;
}

async function readContent(path: string): Promise<Content> {
  const nothing = parseIniDocument("", { file: path });
  try {
    const document = await readAccountsFile(path);
    if (document) return { content: `text ${document.text}`, document };
    const problem = { value: path, message: `Cannot read ${path}: no such file or directory` };
    return { content: "missing", document: nothing, problem };
  } catch (error) {
    if (!(error instanceof AccountsFileError)) throw error;
    return { content: `problem ${error.message}`, document: nothing, problem: error.problem };
  }
}

/** Accounts from the accounts file, kept in step with it while the server runs. */

import { dirname, resolve } from "node:path";
import type { AnonymousDefaults } from "./account_reader.ts";
import { everyone, readAccounts } from "./accounts.ts";
import { type AccountsInForce, inForceOf, NOBODY_IN_FORCE } from "./accounts_in_force.ts";
import { EndedAccounts } from "./ended_accounts.ts";
import { Expiries } from "./expiries.ts";
import { HomeLooks } from "./home_looks.ts";
import { silentPlaces } from "./home_mount.ts";
import type { PasswordRenewal } from "./password_renewal.ts";
import { newProblems, type Problem } from "../ini/problem.ts";
import type { ProtectedFile } from "./protected_places.ts";
import type { User } from "./user.ts";
import type { UserStore } from "./user_store.ts";
import { writtenAs } from "./written_accounts.ts";
import { type FileState, WatchedAccountsFile } from "./watched_accounts_file.ts";

/** Options of {@linkcode IniUserStore.open}. */
export interface IniUserStoreOptions {
  /** The accounts file. */
  readonly path: string;
  /** What holds for anonymous access where the file does not say. */
  readonly anonymous: AnonymousDefaults;
  /** Files that no home may hold; default none. */
  readonly protectedFiles?: readonly ProtectedFile[];
  /** Looks at the homes; by default with looks of its own. */
  readonly looks?: HomeLooks;
  /** Makes better hashes of right passwords; without it the file stays as it is. */
  readonly renewal?: PasswordRenewal;
  /**
   * How long an account has to be gone, or to have another password or home, until its sessions end,
   * milliseconds; default 1.5 seconds.
   */
  readonly believeAfterMs?: number;
  /** Told about a file that cannot be used, once for each content; the accounts then stay as they were. */
  readonly onProblems?: (problems: readonly Problem[]) => void;
  /** Told what of the accounts keeps nobody out, such as a mount that is not there; once for each text. */
  readonly onWarnings?: (warnings: readonly Problem[]) => void;
  /** Told of each account whose home has fallen silent, or has answered after all. */
  readonly onHome?: (user: User) => void;
  /** Told when others than its owner may read or write the file, at the start and after each change of it. */
  readonly onOpenToOthers?: () => void;
}

/** What a reload may change. */
export type ReloadOptions = Partial<Pick<IniUserStoreOptions, "anonymous" | "protectedFiles">>;

const BELIEVE_AFTER_MS = 1500;
/** The permission bits of others than the owner, but for those to execute. */
const OTHERS = 0o066;

/** The accounts file as a store of users. */
export class IniUserStore implements UserStore, AsyncDisposable {
  readonly #options: IniUserStoreOptions;
  readonly #file: WatchedAccountsFile;
  readonly #looks: HomeLooks;
  readonly #ended: EndedAccounts;
  readonly #expiries = new Expiries((names) => this.#tell(names));
  readonly #listeners = new Set<(ended: ReadonlySet<string>) => void>();
  readonly #doubters = new Set<() => void>();
  readonly #stopListening: () => void;
  #readWith: ReloadOptions & Pick<IniUserStoreOptions, "anonymous">;
  #inForce: AccountsInForce = NOBODY_IN_FORCE;
  /** Those before the ones that are not believed yet. */
  #believed: AccountsInForce = this.#inForce;
  #problems: readonly Problem[] = [];
  #seen: FileState | undefined;
  /** Whether others than this machine's kernel may change the file. */
  #isApart = true;
  /** What was made accounts of last, well or badly. */
  #judgedContent: string | undefined;
  /** A reload that the next judgement has to be. */
  #requested: ReloadOptions | undefined;
  #judging: Promise<void> = Promise.resolve();
  #nextJudgement: Promise<void> | undefined;

  private constructor(options: IniUserStoreOptions) {
    this.#options = options;
    this.#file = new WatchedAccountsFile(options.path);
    this.#looks = options.looks ?? new HomeLooks();
    const { anonymous, protectedFiles = [] } = options;
    this.#readWith = { anonymous, protectedFiles };
    this.#ended = new EndedAccounts({
      believeAfterMs: options.believeAfterMs ?? BELIEVE_AFTER_MS,
      confirm: () => this.#refresh(),
      isSamePassword: (before, after) => options.renewal?.isSame(before, after) ?? false,
      onEnd: (names) => this.#tell(names),
    });
    this.#stopListening = this.#looks.subscribe((home) => this.#homeAnswered(home));
  }

  /**
   * Reads the file and begins to watch it. With problems in it the store has no accounts until the file is
   * put right; {@linkcode problems} tells them.
   */
  static async open(options: IniUserStoreOptions): Promise<IniUserStore> {
    const store = new IniUserStore(options);
    await store.#refresh();
    // Should a refresh fail, the next login meets the same error and reports it.
    store.#file.watch({
      onDoubt: () => store.#doubt(),
      onChange: () => void store.#refresh().catch(() => {}),
    });
    store.#isApart = await store.#looks.isApart(options.path);
    return store;
  }

  /** The accounts in the order of the file. */
  get users(): readonly User[] {
    return this.#inForce.accounts.users;
  }

  /** Anonymous access, where it is enabled. */
  get anonymous(): User | undefined {
    return this.#inForce.accounts.anonymous;
  }

  /** Accounts and anonymous access. */
  get everyone(): readonly User[] {
    return everyone(this.#inForce.accounts);
  }

  /** The text that the accounts come from. */
  get document(): AccountsInForce["document"] {
    return this.#inForce.document;
  }

  /** The names of the accounts whose password is stored as plain text. */
  get plainText(): readonly string[] {
    return this.#inForce.accounts.plainText;
  }

  /** What was wrong with the file when it was read last; empty when the accounts are as the file says. */
  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /**
   * The account of that name as the file has it at this moment. Costs one stat when the file has not changed.
   * An account that has just changed is waited for until the change is believed; nobody else waits for it,
   * or for anybody's home.
   */
  async find(name: string): Promise<User | undefined> {
    const { content, document } = await this.#read();
    if (content !== this.#judgedContent || this.#problems.length > 0) {
      const judged = this.#judge();
      const isSame = this.#find(name) &&
        writtenAs(name, document) === writtenAs(name, this.#inForce.document);
      if (!isSame) await judged;
      // Should it fail, whoever waits for it reports it.
      else judged.catch(() => {});
    }
    await this.#ended.doubtOf(name);
    const user = this.#find(name);
    return user?.isHomeSilent ? await this.#findAgain(user) : user;
  }

  renew(user: User, password: string): void {
    this.#options.renewal?.note(user, password);
  }

  decoyFor(name: string): Promise<string | undefined> {
    return this.#inForce.decoys.for(name);
  }

  subscribe(listener: (ended: ReadonlySet<string>) => void): () => void {
    // A function of its own for each call, so that one listener may subscribe twice.
    const own = (ended: ReadonlySet<string>): void => listener(ended);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  get tellsDoubts(): boolean {
    return this.#file.isHeard && !this.#isApart;
  }

  subscribeToDoubts(listener: () => void): () => void {
    const own = (): void => listener();
    this.#doubters.add(own);
    return () => void this.#doubters.delete(own);
  }

  /**
   * Reads the file again, changed or not, and looks at the homes again.
   *
   * @param options What of the store's options is another from now on.
   * @returns What is wrong, which the callback is told too. When that is something, neither accounts nor
   *   options change.
   */
  async reload(options: ReloadOptions = {}): Promise<readonly Problem[]> {
    await this.#read();
    // No sooner: a judgement that begins meanwhile would take them, and this one judge by the old options.
    this.#requested = { ...this.#requested, ...options };
    await this.#judge();
    return this.#problems;
  }

  /** Stops watching. The accounts can still be asked for. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopListening();
    await this.#file[Symbol.asyncDispose]();
    await (this.#nextJudgement ?? this.#judging).catch(() => {});
    this.#expiries[Symbol.dispose]();
    this.#ended[Symbol.dispose]();
  }

  #find(name: string): User | undefined {
    const { accounts, byName } = this.#inForce;
    return byName.get(name) ?? (name === "anonymous" || name === "ftp" ? accounts.anonymous : undefined);
  }

  /** The home may answer now. */
  async #findAgain(user: User): Promise<User | undefined> {
    if ((await this.#looks.look(user.home)).kind === "silent") return user;
    await this.reload();
    return this.#find(user.name);
  }

  #homeAnswered(home: string): void {
    const isMissed = everyone(this.#inForce.accounts).some((user) => silentPlaces(user).includes(home));
    if (isMissed) void this.reload().catch(() => {});
  }

  async #read(): Promise<FileState> {
    const state = await this.#file.read();
    if (state === this.#seen) return state;
    this.#seen = state;
    this.#doubt();
    if (((state.mode ?? 0) & OTHERS) !== 0) this.#options.onOpenToOthers?.();
    return state;
  }

  async #refresh(): Promise<void> {
    await this.#read();
    await this.#judge();
  }

  /** A caller may join a judgement that has not begun, never one under way: that may be of an older text. */
  #judge(): Promise<void> {
    const begin = (): Promise<void> => {
      this.#nextJudgement = undefined;
      this.#judging = this.#judgeNow();
      return this.#judging;
    };
    this.#nextJudgement ??= this.#judging.then(begin, begin);
    return this.#nextJudgement;
  }

  /** Makes accounts of what was read last. */
  async #judgeNow(): Promise<void> {
    const requested = this.#requested;
    this.#requested = undefined;
    const { content, document, problem } = this.#seen!;
    const isNews = requested !== undefined || content !== this.#judgedContent;
    // A file with problems is judged anew each time: the home that was missing may be there now.
    if (!isNews && this.#problems.length === 0) return;

    const readWith = { ...this.#readWith, ...requested };
    const folder = dirname(resolve(this.#options.path));
    const accounts = await readAccounts(document, { ...readWith, folder, looks: this.#looks });
    this.#judgedContent = content;
    this.#problems = problem ? [problem] : accounts.problems;
    if (this.#problems.length === 0) {
      this.#readWith = readWith;
      return this.#accept(inForceOf(accounts, document));
    }
    if (isNews) this.#options.onProblems?.(this.#problems);
    // What it said a moment ago was not meant either.
    if (this.#ended.hasDoubts) this.#accept(this.#believed);
  }

  #doubt(): void {
    for (const listener of [...this.#doubters]) listener();
  }

  #accept(inForce: AccountsInForce): void {
    this.#doubt();
    const old = this.#inForce;
    this.#inForce = inForce;
    for (const user of everyone(inForce.accounts)) {
      const before = everyone(old.accounts).find(({ name }) => name === user.name);
      if (user.isHomeSilent !== before?.isHomeSilent) this.#options.onHome?.(user);
    }
    const news = newProblems(inForce.accounts.warnings, old.accounts.warnings);
    if (news.length > 0) this.#options.onWarnings?.(news);
    this.#expiries.update(everyone(inForce.accounts));
    this.#tell(this.#ended.update(everyone(inForce.accounts)));
  }

  #tell(ended: ReadonlySet<string>): void {
    if (!this.#ended.hasDoubts) this.#believed = this.#inForce;
    for (const listener of [...this.#listeners]) listener(ended);
  }
}

/** The share links of a running server: in memory as they stand in their file, and found by their tokens. */

import { HmacSha256 } from "../protocol/hmac_sha256.ts";
import { endOf, isOver, type Link, LinkError, newLinkId, newToken } from "./link.ts";
import { LinkFile, MOST_LINKS, MOST_OF_ACCOUNT, type ReadLinks } from "./link_file.ts";

/** Whether others have changed the file is looked at this often. */
const LOOK_AGAIN_MS = 1000;
/** The longest that one timer waits: clocks are set. */
const MOST_WAIT_MS = 3_600_000;

/** What a new link is to be. */
export type NewLink = Omit<Link, "id" | "token" | "madeAtMs" | "usedAtMs">;

/** How {@linkcode LinkBook} works. */
export interface LinkBookOptions {
  /** The file. */
  readonly path: string;
  /** Told what is wrong in the file, or that it cannot be written; once for each text. */
  readonly onProblem: (message: string) => void;
  /** The clock, milliseconds since 1970. */
  readonly now?: () => number;
}

/** What is not in the file yet. */
interface Change {
  /** Undefined takes it out. */
  readonly link: Link | undefined;
  /** Whether the file cannot have it: one that is missing there was taken out by somebody else. */
  readonly isNew: boolean;
}

/** Knows the links. Disposing waits for what is being written. */
export class LinkBook implements AsyncDisposable {
  readonly #options: LinkBookOptions;
  readonly #now: () => number;
  readonly #file: LinkFile;
  /** Tokens are looked up by digests under a key that nobody knows, so the time tells nothing of them. */
  readonly #hmac = new HmacSha256(crypto.getRandomValues(new Uint8Array(32)));
  readonly #links = new Map<string, Link>();
  readonly #idByToken = new Map<string, string>();
  #read!: ReadLinks;
  #changes = new Map<string, Change>();
  #running: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  #lookedAtMs = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sweepAtMs = 0;
  #isOver = false;
  readonly #told = new Set<string>();
  readonly #listeners = new Set<(ended: ReadonlySet<string>) => void>();

  private constructor(options: LinkBookOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#file = new LinkFile(options.path);
  }

  /** Reads the file. @throws {LinkFileError} when it cannot be read. */
  static async open(options: LinkBookOptions): Promise<LinkBook> {
    const book = new LinkBook(options);
    book.#take(await book.#file.read());
    return book;
  }

  /** The links that hold or were used up, the oldest first; of one account, or all. */
  list(account?: string): Link[] {
    const now = this.#now();
    return [...this.#links.values()].filter((link) =>
      !isOver(link, now) && (account === undefined || link.account === account)
    );
  }

  /** The link of that name, unless it is over. */
  get(id: string): Link | undefined {
    const link = this.#links.get(id);
    return link && !isOver(link, this.#now()) ? link : undefined;
  }

  /** The link that a token opens, unless it is over. */
  find(token: string): Link | undefined {
    const id = this.#idByToken.get(this.#digest(token));
    return id === undefined ? undefined : this.get(id);
  }

  /**
   * Makes a link; it is in the file when this resolves.
   *
   * @throws {LinkError} `limit`.
   * @throws {LinkFileError} when the file cannot be written; then there is no link.
   */
  async make(wish: NewLink): Promise<Link> {
    if (this.list(wish.account).length >= MOST_OF_ACCOUNT) {
      throw new LinkError("limit", `the account has ${MOST_OF_ACCOUNT} links; revoke some that nobody needs`);
    }
    if (this.#links.size >= MOST_LINKS) {
      throw new LinkError("limit", `there are ${MOST_LINKS} links; some have to be revoked`);
    }
    let id = newLinkId();
    while (this.#links.has(id)) id = newLinkId();
    const link: Link = { ...wish, id, token: newToken(), madeAtMs: this.#now() };
    this.#change(id, { link, isNew: true });
    try {
      await this.#save();
    } catch (error) {
      this.#set(id, undefined);
      throw error;
    }
    return link;
  }

  /**
   * Takes a link back, at once; it is out of the file when this resolves.
   *
   * @returns The link; undefined where there is none.
   * @throws {LinkFileError} when the file cannot be written: the link is dead for as long as the server runs.
   */
  async revoke(id: string): Promise<Link | undefined> {
    const link = this.#links.get(id);
    if (!link) return undefined;
    this.#end([id]);
    await this.#save();
    return link;
  }

  /**
   * Takes one of the visits that a link has. It is counted before anybody waits, and in the file before this
   * resolves: neither two at once nor a crash make one more of them.
   *
   * @returns False where none is left, or the link is over.
   * @throws {LinkFileError} when the file cannot be written; then none is taken.
   */
  async use(id: string): Promise<boolean> {
    const link = this.get(id);
    if (!link || link.usesLeft === 0) return false;
    if (link.usesLeft === undefined) return true;
    this.#change(id, {
      link: { ...link, usesLeft: link.usesLeft - 1, usedAtMs: this.#now() },
      isNew: false,
    });
    try {
      await this.#save();
    } catch (error) {
      const { usesLeft, ...left } = this.#links.get(id) ?? link;
      if (this.#links.has(id)) this.#set(id, { ...left, usesLeft: (usesLeft ?? 0) + 1 });
      throw error;
    }
    return true;
  }

  /** Takes over what others have made of the file, if it was not looked at a moment ago. */
  async refresh(): Promise<void> {
    if (performance.now() - this.#lookedAtMs < LOOK_AGAIN_MS) return;
    this.#lookedAtMs = performance.now();
    try {
      if (await this.#file.stamp() !== this.#read.stamp) await this.#save();
    } catch (error) {
      this.#tell(error);
    }
  }

  /** Takes back all links of accounts that are no more. */
  async forgetAccounts(isThere: (account: string) => boolean): Promise<void> {
    const ids = [...this.#links.values()].filter(({ account }) => !isThere(account)).map(({ id }) => id);
    if (ids.length === 0) return;
    this.#end(ids);
    await this.#save().catch((error) => this.#tell(error));
  }

  /** Calls the listener with the ids of links that are over. Returns the way to stop listening. */
  subscribe(listener: (ended: ReadonlySet<string>) => void): () => void {
    const own = (ended: ReadonlySet<string>): void => listener(ended);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#listeners.clear();
    await (this.#next ?? this.#running).catch(() => {});
  }

  #digest(token: string): string {
    return this.#hmac.digest(token).join();
  }

  #set(id: string, link: Link | undefined): void {
    const old = this.#links.get(id);
    if (link) this.#links.set(id, link);
    else this.#links.delete(id);
    if (old?.token === link?.token) return;
    if (old) this.#idByToken.delete(this.#digest(old.token));
    if (link) this.#idByToken.set(this.#digest(link.token), id);
  }

  #change(id: string, change: Change): void {
    const isNew = change.isNew || (this.#changes.get(id)?.isNew ?? false);
    this.#changes.set(id, { ...change, isNew });
    this.#set(id, change.link);
    this.#scheduleFor(change.link);
  }

  #end(ids: readonly string[]): void {
    for (const id of ids) this.#change(id, { link: undefined, isNew: false });
    const ended = new Set(ids);
    for (const listener of [...this.#listeners]) listener(ended);
  }

  /** Resolves when what has changed so far is in the file; those that come meanwhile share the next write. */
  #save(): Promise<void> {
    const begin = (): Promise<void> => {
      this.#next = undefined;
      this.#running = this.#write();
      return this.#running;
    };
    return this.#next ??= this.#running.then(begin, begin);
  }

  async #write(): Promise<void> {
    const changes = this.#changes;
    this.#changes = new Map();
    try {
      this.#take(await this.#file.update((links) => changed(links, changes), this.#read));
    } catch (error) {
      // What was revoked stays so; who has made or used a link is told, and takes that back.
      const revoked = [...changes].filter(([, { link }]) => link === undefined);
      this.#changes = new Map([...revoked, ...this.#changes]);
      throw error;
    }
  }

  /** Takes over what the file says, and what is not in it yet. */
  #take(read: ReadLinks): void {
    this.#read = read;
    this.#lookedAtMs = performance.now();
    for (const problem of read.problems) this.#tell(problem);
    const links = changed(read.links, this.#changes);
    const there = new Set(links.map(({ id }) => id));
    const gone = [...this.#links.keys()].filter((id) => !there.has(id));
    for (const id of gone) this.#set(id, undefined);
    for (const link of links) this.#set(link.id, link);
    this.#schedule();
    if (gone.length > 0) { for (const listener of [...this.#listeners]) listener(new Set(gone)); }
  }

  #tell(problem: unknown): void {
    const message = problem instanceof Error ? problem.message : String(problem);
    if (this.#told.size < 100 && !this.#told.has(message)) this.#options.onProblem(message);
    this.#told.add(message);
  }

  /** Sweeps when the next one of all is over. */
  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const next = [...this.#links.values()].reduce<Link | undefined>(
      (first, link) => (endOf(link) ?? Infinity) < (first && endOf(first) || Infinity) ? link : first,
      undefined,
    );
    this.#scheduleFor(next);
  }

  /** Sweeps when this one is over, should that be sooner. */
  #scheduleFor(link: Link | undefined): void {
    const endMs = link && endOf(link);
    if (this.#isOver || endMs === undefined || this.#timer !== undefined && this.#sweepAtMs <= endMs) return;
    clearTimeout(this.#timer);
    this.#sweepAtMs = endMs;
    const leftMs = Math.min(Math.max(0, endMs - this.#now()), MOST_WAIT_MS);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#sweep();
    }, leftMs);
  }

  #sweep(): void {
    const now = this.#now();
    const over = [...this.#links.values()].filter((link) => isOver(link, now)).map(({ id }) => id);
    if (over.length === 0) return this.#schedule();
    this.#end(over);
    void this.#save().catch((error) => this.#tell(error));
  }
}

function changed(links: readonly Link[], changes: ReadonlyMap<string, Change>): readonly Link[] {
  if (changes.size === 0) return links;
  const byId = new Map(links.map((link) => [link.id, link]));
  for (const [id, { link, isNew }] of changes) {
    if (!link) byId.delete(id);
    else if (isNew || byId.has(id)) byId.set(id, link);
  }
  return [...byId.values()];
}

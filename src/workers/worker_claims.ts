/** What a worker may speak of: its own calls, sessions and accounts, and the mounts that it was shown. */

import type { Mount } from "../storage/mounts.ts";
import type { SessionLabel } from "../telemetry/events.ts";
import { NonsenseError } from "./message_check.ts";
import type { NumberBlock } from "./session_numbers.ts";

/** Sessions whose clients are remembered, those that were spoken of last: of most nobody ever speaks. */
const MOST_SESSIONS = 10_000;
/** Numbers that follow each other are one range. Of what is older than these it may say what it likes. */
const MOST_RANGES = 10_000;

/** Sessions that an administrator's browser was let in for, from one address. */
interface Resumed {
  readonly name: string;
  count: number;
  /** Whether the account has been changed since. */
  isEnded: boolean;
}

function resumedKey(name: string, peer: string): string {
  return `${peer} ${name}`;
}

/** Keeps what one worker was told, and finds what it cannot know. */
export class WorkerClaims {
  #lastCall = 0;
  /** The numbers that it was given: from the first to before the last. */
  readonly #numbers: { first: number; end: number }[] = [];
  /** The clients of its sessions, by their numbers. */
  readonly #sessions = new Map<number, string>();
  readonly #users = new Set<string>();
  /** The sessions of administrators; undefined where the account has been changed since. */
  readonly #admins = new Map<number, string | undefined>();
  /** Browsers of administrators that were let in for sessions that have not asked for anything yet. */
  readonly #resumed = new Map<string, Resumed>();
  /** Whether one of them had to be forgotten. */
  #hasForgotten = false;
  /** The share links that were opened there, with their accounts. */
  readonly #links = new Map<string, string>();
  /**
   * Mounts that may hang, of the last two tables: it may ask by the older one while the newer is on its way.
   */
  #mounts: ReadonlySet<string> = new Set();
  #olderMounts: ReadonlySet<string> = new Set();
  readonly #disks = new Set<string>();

  /** A question came. @throws {NonsenseError} when its number was used before. */
  checkCall(call: number): void {
    if (call <= this.#lastCall) throw new NonsenseError("it uses the number of a call twice");
    this.#lastCall = call;
  }

  /** It got numbers for sessions. */
  numbersCame({ first, count }: NumberBlock): void {
    const last = this.#numbers.at(-1);
    if (last?.end === first) last.end += count;
    else this.#numbers.push({ first, end: first + count });
    if (this.#numbers.length > MOST_RANGES) {
      this.#numbers.splice(0, 2, { first: 1, end: this.#numbers[1]!.end });
    }
  }

  userCame(name: string): void {
    this.#users.add(name);
  }

  /** The main thread has let an administrator in for this session. */
  adminCame(session: number, name: string): void {
    this.#admins.delete(session);
    const [oldest] = this.#admins.keys();
    if (this.#admins.size >= MOST_SESSIONS) this.#hasForgotten = this.#admins.delete(oldest!);
    this.#admins.set(session, name);
  }

  /** It has let an administrator's browser in from there, for a session that has no number yet. */
  adminResumed(name: string, peer: string): void {
    const [oldest] = this.#resumed.keys();
    if (this.#resumed.size >= MOST_SESSIONS) this.#hasForgotten = this.#resumed.delete(oldest!);
    const key = resumedKey(name, peer);
    this.#resumed.set(key, { name, count: (this.#resumed.get(key)?.count ?? 0) + 1, isEnded: false });
  }

  /** Somebody else was let in for this session, or it has ended. */
  adminLeft(session: number): void {
    this.#admins.delete(session);
  }

  /** These accounts are others now: whoever signed in before is an administrator no more. */
  accountsEnded(names: ReadonlySet<string>): void {
    for (const [session, name] of this.#admins) {
      if (name !== undefined && names.has(name)) this.#admins.set(session, undefined);
    }
    for (const resumed of this.#resumed.values()) resumed.isEnded ||= names.has(resumed.name);
  }

  /**
   * It asks for an administrator; tells whether that is still one.
   *
   * @throws {NonsenseError} when nobody of that name was let in for that session.
   */
  checkAdmin(label: SessionLabel): boolean {
    this.checkSession(label);
    if (label.link !== undefined) throw new NonsenseError("it asks for an administrator who came by a link");
    if (!this.#admins.has(label.id) && !this.#takeResumed(label)) {
      // What it was told is known no more, after more administrators than there are anywhere.
      if (this.#hasForgotten) return false;
      throw new NonsenseError("it asks for an administrator who is none");
    }
    const name = this.#admins.get(label.id);
    if (name !== undefined && name !== label.user) {
      throw new NonsenseError("it gives an administrator another name");
    }
    return name !== undefined;
  }

  /** A session whose browser was let in asks for the first time. */
  #takeResumed({ id, peer, user = "" }: SessionLabel): boolean {
    const key = resumedKey(user, peer);
    const resumed = this.#resumed.get(key);
    if (!resumed) return false;
    if (--resumed.count === 0) this.#resumed.delete(key);
    this.adminCame(id, user);
    if (resumed.isEnded) this.#admins.set(id, undefined);
    return true;
  }

  /** A visitor came in by a link of the account, who did not log in. */
  linkCame(link: string, account: string): void {
    const [oldest] = this.#links.keys();
    if (this.#links.size >= MOST_SESSIONS && !this.#links.has(link)) this.#links.delete(oldest!);
    this.#links.set(link, account);
  }

  /** It speaks of a link. @throws {NonsenseError} when that was not opened there. */
  checkLink(link: string): void {
    if (!this.#links.has(link)) throw new NonsenseError("it speaks of a link that was not opened there");
  }

  /** It speaks of a session. @throws {NonsenseError} when that is not its own. */
  checkSession({ id, peer, user, link }: SessionLabel): void {
    const known = this.#sessions.get(id);
    if (known === undefined) this.#sessionCame(id, peer);
    else if (known !== peer) throw new NonsenseError("it gives a session another client");
    if (link !== undefined && (user === undefined || this.#links.get(link) !== user)) {
      throw new NonsenseError("it gives a session an account by a link that was not opened there");
    }
    if (link === undefined && user !== undefined) this.checkUser(user);
  }

  /** It speaks of an account. @throws {NonsenseError} when that did not log in here. */
  checkUser(name: string): void {
    if (!this.#users.has(name)) throw new NonsenseError("it speaks of an account that did not log in");
  }

  #sessionCame(id: number, peer: string): void {
    const isIts = this.#numbers.some(({ first, end }) => first <= id && id < end);
    if (!isIts) throw new NonsenseError("it speaks of a session that it does not have");
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size >= MOST_SESSIONS) this.#sessions.delete(oldest!);
    this.#sessions.set(id, peer);
  }

  mountsShown(mounts: readonly Mount[]): void {
    this.#olderMounts = this.#mounts;
    this.#mounts = new Set(mounts.filter(({ apart }) => apart).map(({ path }) => path));
  }

  /**
   * It asks for a disk thread.
   *
   * @throws {NonsenseError} when there is no such mount, it needs none, or it has one.
   */
  askForDisk(mount: string): void {
    if (!this.#mounts.has(mount) && !this.#olderMounts.has(mount)) {
      throw new NonsenseError("it asks for a disk thread for no mount that needs one");
    }
    if (this.#disks.has(mount)) throw new NonsenseError("it asks for a disk thread that it has");
    this.#disks.add(mount);
  }

  forgetDisk(mount: string): void {
    this.#disks.delete(mount);
  }
}

/** What a worker may speak of: its own calls, sessions and accounts, and the mounts that it was shown. */

import type { Mount } from "../storage/mounts.ts";
import type { SessionLabel } from "../telemetry/events.ts";
import { NonsenseError } from "./message_check.ts";
import type { NumberBlock } from "./session_numbers.ts";

/** Sessions whose clients are remembered, those that were spoken of last: of most nobody ever speaks. */
const MOST_SESSIONS = 10_000;
/** Numbers that follow each other are one range. Of what is older than these it may say what it likes. */
const MOST_RANGES = 10_000;

/** Keeps what one worker was told, and finds what it cannot know. */
export class WorkerClaims {
  #lastCall = 0;
  /** The numbers that it was given: from the first to before the last. */
  readonly #numbers: { first: number; end: number }[] = [];
  /** The clients of its sessions, by their numbers. */
  readonly #sessions = new Map<number, string>();
  readonly #users = new Set<string>();
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

  /** It speaks of a session. @throws {NonsenseError} when that is not its own. */
  checkSession({ id, peer, user }: SessionLabel): void {
    const known = this.#sessions.get(id);
    if (known === undefined) this.#sessionCame(id, peer);
    else if (known !== peer) throw new NonsenseError("it gives a session another client");
    if (user !== undefined) this.checkUser(user);
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

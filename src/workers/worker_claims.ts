/** What a worker may speak of: its own calls, sessions and accounts, and the mounts that it was shown. */

import type { Mount } from "../storage/mounts.ts";
import type { SessionLabel } from "../telemetry/events.ts";
import { NonsenseError } from "./message_check.ts";

/** Sessions that have left and may still be spoken of: the last word of one can come late. */
const MOST_FORMER = 1000;

/** Keeps what one worker was told, and finds what it cannot know. */
export class WorkerClaims {
  #lastCall = 0;
  /** The clients of its sessions, by their numbers. */
  readonly #sessions = new Map<number, string>();
  readonly #former = new Map<number, string>();
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

  sessionCame({ id, peer }: { id: number; peer: string }): void {
    this.#sessions.set(id, peer);
  }

  sessionLeft(id: number): void {
    this.#former.set(id, this.#sessions.get(id)!);
    this.#sessions.delete(id);
    const [oldest] = this.#former.keys();
    if (this.#former.size > MOST_FORMER) this.#former.delete(oldest!);
  }

  /** It asks for a login. @throws {NonsenseError} when no session of its own comes from there. */
  checkPeer(peer: string): void {
    for (const own of this.#sessions.values()) if (own === peer) return;
    throw new NonsenseError("it gives a login the address of no client of its own");
  }

  userCame(name: string): void {
    this.#users.add(name);
  }

  /** It speaks of a session. @throws {NonsenseError} when that is not its own. */
  checkSession({ id, peer, user }: SessionLabel): void {
    const known = this.#sessions.get(id) ?? this.#former.get(id);
    if (known === undefined) throw new NonsenseError("it speaks of a session that it does not have");
    if (known !== peer) throw new NonsenseError("it gives a session another client");
    if (user !== undefined && !this.#users.has(user)) {
      throw new NonsenseError("it gives a session an account that did not log in");
    }
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

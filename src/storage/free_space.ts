/**
 * Free space: what disks must keep. A disk is looked at when the last look is a second old, and sooner when
 * what was written since has used up what was seen.
 */

import type { Soon } from "../bytes/ends.ts";
import type { Room } from "../users/account_kinds.ts";
import type { Disk, Space } from "./disk.ts";
import { StorageError } from "./storage.ts";

/** Where something is written. */
export interface WrittenPlace {
  /** The host path of the file. */
  readonly path: string;
  readonly disk: Disk;
  /** The device that it lies on, `st_dev`. */
  readonly device: number;
  readonly minFree: Room;
}

/** What is known of one disk. */
interface Look {
  readonly space: Space;
  readonly atMs: number;
  /** Bytes that this thread has written since. */
  written: number;
}

/** How old a look may be. */
const LOOK_MS = 1000;
/** Where there is no room, it is looked again when this thread has written so much, bytes. */
const STEP_BYTES = 4 * 1024 * 1024;
/** A disk that does not say how full it is takes what it takes. */
const ANY: Space = { freeBytes: Infinity, totalBytes: 0 };

/** What has to stay free for an account, or else for the server; undefined for nothing. */
export function minFreeFor(
  account: { readonly minFree?: Room },
  server: { readonly minFree: Room },
): Room | undefined {
  const minFree = account.minFree ?? server.minFree;
  const isNothing = ("bytes" in minFree ? minFree.bytes : minFree.percent) === 0;
  return isNothing ? undefined : minFree;
}

/** The room on `space` beyond what has to stay free, bytes. */
export function roomIn({ freeBytes, totalBytes }: Space, minFree: Room): number {
  const kept = "bytes" in minFree ? minFree.bytes : Math.ceil(totalBytes * minFree.percent / 100);
  return Math.max(0, freeBytes - kept);
}

/** What a thread knows of the disks that it writes to. */
export class FreeSpaces {
  readonly #looks = new Map<number, Look>();
  readonly #now: () => number;

  /** @param now The clock, milliseconds; only differences count. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Takes room for bytes that are written now, at once where no look is due.
   *
   * @throws {StorageError} `low-space` when the disk would keep too little.
   */
  take(bytes: number, place: WrittenPlace): Soon<void> {
    const look = this.#lookAt(bytes, place);
    if (look instanceof Promise) return look.then((look) => take(bytes, look, place));
    take(bytes, look, place);
  }

  /**
   * Makes sure that there is room for bytes that are to come.
   *
   * @throws {StorageError} `low-space`.
   */
  async expect(bytes: number, place: WrittenPlace): Promise<void> {
    const room = roomLeft(await this.#lookAt(bytes, place), place);
    if (room <= 0 || bytes > room) throw lowSpace(place);
  }

  /** Takes room for bytes that others write; less, or nothing, where there is not plenty. */
  async lend(bytes: number, place: WrittenPlace): Promise<number> {
    const look = await this.#lookAt(bytes, place);
    const lent = Math.min(bytes, Math.floor(roomLeft(look, place) / 2));
    look.written += lent;
    return lent;
  }

  #lookAt(bytes: number, place: WrittenPlace): Soon<Look> {
    const known = this.#looks.get(place.device);
    const isOld = !known || this.#now() - known.atMs > LOOK_MS;
    const isDue = isOld || bytes > roomLeft(known, place) && known.written > STEP_BYTES;
    return isDue ? this.#look(place) : known;
  }

  async #look({ path, disk, device }: WrittenPlace): Promise<Look> {
    const space = await (async () => await disk.space(path))().catch(() => ANY);
    const look: Look = { space, atMs: this.#now(), written: 0 };
    this.#looks.set(device, look);
    return look;
  }
}

function take(bytes: number, look: Look, place: WrittenPlace): void {
  if (bytes > roomLeft(look, place)) throw lowSpace(place);
  look.written += bytes;
}

function roomLeft({ space, written }: Look, { minFree }: WrittenPlace): number {
  return roomIn(space, minFree) - written;
}

function lowSpace({ path }: WrittenPlace): StorageError {
  return new StorageError(
    "low-space",
    `Cannot write ${path}: the disk would have less free than it must keep`,
  );
}

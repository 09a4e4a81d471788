/** The homes of accounts on the local disk, with what is mounted in them. */

import type { Usage } from "../limits/usage.ts";
import type { Room } from "../users/account_kinds.ts";
import type { User } from "../users/user.ts";
import type { Disks } from "./disks.ts";
import { FreeSpaces, minFreeFor } from "./free_space.ts";
import { LocalStorage, type LocalStorageOptions } from "./local_storage.ts";
import { MountLooks } from "./mount_looks.ts";
import { MeteredDisks } from "./metered_disks.ts";
import { MountedStorage } from "./mounted_storage.ts";
import { RealRoots } from "./real_roots.ts";
import type { Storage } from "./storage.ts";

/** What {@linkcode Homes} needs. */
export interface HomesOptions extends Required<Pick<LocalStorageOptions, "disks" | "onUndecodableName">> {
  /** What is counted of the home of an account; by default nothing is. */
  readonly usageOf?: (user: User) => Usage | undefined;
}

/** How the storage of a home works. */
export interface HomeOptions extends Pick<LocalStorageOptions, "atomicUploads" | "durable"> {
  /** What disks have to keep free where the account says nothing. */
  readonly minFree: Room;
}

/** Opens the homes for all sessions of a thread. */
export class Homes {
  readonly #options: HomesOptions;
  readonly #roots: RealRoots;
  readonly #looks: MountLooks;
  readonly #spaces = new FreeSpaces();

  constructor(options: HomesOptions) {
    this.#options = options;
    this.#roots = new RealRoots(options.disks.patient);
    this.#looks = new MountLooks((folder) => options.disks.apartAt(folder));
  }

  /** The tree of an account. Nothing is looked at yet. */
  open(user: User, options: HomeOptions): Storage {
    const { home, mounts = [] } = user;
    const open = (directory: string): Storage => {
      const disks = this.#disksOf(user, { directory, minFree: minFreeFor(user, options) });
      return new LocalStorage({ ...this.#options, ...options, disks, home: directory, roots: this.#roots });
    };
    if (mounts.length === 0) return open(home);
    return new MountedStorage({
      home: open(home),
      mounts: mounts.map(({ at, home: folder }) => ({ at, folder, storage: open(folder) })),
      looks: this.#looks,
    });
  }

  /** The disks under a directory of the account's, metered where something is to be kept of them. */
  #disksOf(user: User, { directory, minFree }: { directory: string; minFree: Room | undefined }): Disks {
    const { disks, usageOf } = this.#options;
    const usage = usageOf?.(user);
    if (!usage && !minFree) return disks;
    // What is mounted from elsewhere is none of the home, and its quota is not for it.
    const within = directory === user.home ? undefined : usage?.home;
    return new MeteredDisks(disks, { usage, within, minFree, spaces: this.#spaces });
  }
}

/** The homes of accounts on the local disk, with what is mounted in them. */

import type { User } from "../users/user.ts";
import { LocalStorage, type LocalStorageOptions } from "./local_storage.ts";
import { MountLooks } from "./mount_looks.ts";
import { MountedStorage } from "./mounted_storage.ts";
import { RealRoots } from "./real_roots.ts";
import type { Storage } from "./storage.ts";

/** What {@linkcode Homes} needs. */
export type HomesOptions = Required<Pick<LocalStorageOptions, "disks" | "onUndecodableName">>;

/** How the storage of a home works. */
export type HomeOptions = Pick<LocalStorageOptions, "atomicUploads" | "durable">;

/** Opens the homes for all sessions of a thread. */
export class Homes {
  readonly #options: HomesOptions;
  readonly #roots = new RealRoots();
  readonly #looks: MountLooks;

  constructor(options: HomesOptions) {
    this.#options = options;
    this.#looks = new MountLooks((folder) => options.disks.apartAt(folder));
  }

  /** The tree of an account. Nothing is looked at yet. */
  open({ home, mounts = [] }: User, options: HomeOptions): Storage {
    const open = (directory: string): Storage =>
      new LocalStorage({ ...this.#options, ...options, home: directory, roots: this.#roots });
    if (mounts.length === 0) return open(home);
    return new MountedStorage({
      home: open(home),
      mounts: mounts.map(({ at, home: folder }) => ({ at, folder, storage: open(folder) })),
      looks: this.#looks,
    });
  }
}

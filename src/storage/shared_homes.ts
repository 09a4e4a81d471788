/** The homes that are open in one thread: the sessions of an account share its storage. */

import type { Usage } from "../limits/usage.ts";
import type { Room } from "../users/account_kinds.ts";
import type { User } from "../users/user.ts";
import type { Disks } from "./disks.ts";
import { Homes } from "./homes.ts";
import type { Storage } from "./storage.ts";

/** What {@linkcode SharedHomes} needs. */
export interface SharedHomesOptions {
  readonly disks: Disks;
  /** What is counted of the home of an account; by default nothing is. */
  readonly usageOf?: (user: User) => Usage | undefined;
  /** Told of what is left out of listings. */
  readonly warn: (message: string) => void;
}

/** How files are written there. */
export interface SharedHomeOptions {
  readonly atomicUploads: boolean;
  readonly durableUploads: boolean;
  /** What disks have to keep free where the account says nothing. */
  readonly minFree: Room;
}

/** Opens homes. */
export class SharedHomes {
  readonly #homes: Homes;
  readonly #warn: (message: string) => void;
  readonly #undecodableNames = new Set<string>();

  /** Opens none yet. */
  constructor({ disks, usageOf, warn }: SharedHomesOptions) {
    this.#warn = warn;
    this.#homes = new Homes({
      disks,
      usageOf,
      onUndecodableName: (name, directory) => this.#tellUndecodable(name, directory),
    });
  }

  /** What opens the storage behind an account, by these options. */
  opener({ atomicUploads, minFree, durableUploads: durable }: SharedHomeOptions): (user: User) => Storage {
    const storages = new WeakMap<User, Storage>();
    return (user) => {
      const storage = storages.get(user) ?? this.#homes.open(user, { atomicUploads, durable, minFree });
      storages.set(user, storage);
      return storage;
    };
  }

  /** Says it once for each directory: it will be listed often. */
  #tellUndecodable(name: string, directory: string): void {
    if (this.#undecodableNames.has(directory)) return;
    this.#undecodableNames.add(directory);
    this.#warn(
      `Left out of listings: ${directory} holds a name that is not valid UTF-8, shown as ${name}; rename it on this machine`,
    );
  }
}

/** The contract of every place that accounts come from. */

import { Decoys } from "./decoys.ts";
import type { User } from "./user.ts";

/** Where accounts come from. */
export interface UserStore {
  /**
   * The account that this name logs in to, as it stands now; undefined when there is none. Anonymous access,
   * where it is enabled, answers to `anonymous` and to `ftp` unless an account has that name.
   */
  find(name: string): Promise<User | undefined>;

  /**
   * The stored password whose check a name without an account is to cost, so that the time does not tell
   * which accounts there are; undefined, or left out, for the cost of a hash in our own form.
   */
  decoyFor?(name: string): Promise<string | undefined>;

  /**
   * Told of each right password that was computed, so that what is stored can be renewed. Returns at once.
   */
  renew?(user: User, password: string): void;

  /**
   * Calls the listener after every change with the names of the accounts that are gone or whose password or
   * home changed, so that their sessions can be ended. Returns the way to stop listening.
   */
  subscribe(listener: (ended: ReadonlySet<string>) => void): () => void;

  /** All accounts, where they can be told. */
  readonly everyone?: Iterable<User>;

  /**
   * Whether what {@linkcode find} says holds until {@linkcode subscribeToDoubts} tells otherwise, so that it
   * may be kept; left out where that cannot be told.
   */
  readonly tellsDoubts?: boolean;

  /**
   * Calls the listener as soon as an account may have changed, and before {@linkcode find} says so. Returns
   * the way to stop listening.
   */
  subscribeToDoubts?(listener: () => void): () => void;
}

/** A fixed set of accounts, for programs that embed the server. */
export class MemoryUserStore implements UserStore {
  /** Nothing ever changes. */
  readonly tellsDoubts = true;
  readonly #users: ReadonlyMap<string, User>;
  readonly #decoys: Decoys;

  /** Holds these accounts, by their names. */
  constructor(users: Iterable<User>) {
    this.#users = new Map(Array.from(users, (user) => [user.name, user]));
    this.#decoys = new Decoys(Array.from(this.#users.values(), ({ password }) => password));
  }

  decoyFor(name: string): Promise<string | undefined> {
    return this.#decoys.for(name);
  }

  find(name: string): Promise<User | undefined> {
    return Promise.resolve(this.#users.get(name));
  }

  get everyone(): Iterable<User> {
    return this.#users.values();
  }

  subscribe(): () => void {
    return () => {};
  }
}

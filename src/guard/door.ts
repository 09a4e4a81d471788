/** The door: what a thread that accepts connections does about clients before they have logged in. */

import { networkOf } from "../protocol/ip_address.ts";
import { BanTable, type SharedBans } from "./ban_table.ts";
import type { ConnectionRates } from "./connection_rates.ts";
import type { Offence } from "./offences.ts";

/** Banned clients of a second that are told so; a flood gets no answer. */
const MOST_TOLD = 10;

/** What is to be done with a connection: served, told that it is banned, or closed without a word. */
export type Welcome = "come-in" | "tell" | "close";

/** What {@linkcode Door} needs. */
export interface DoorOptions {
  readonly bans: SharedBans;
  readonly rates: ConnectionRates;
  /** Told what a client did. */
  readonly onOffence: (peer: string, offence: Offence) => void;
}

/** One thread's door. */
export class Door {
  readonly #table: BanTable;
  readonly #rates: ConnectionRates;
  readonly #onOffence: DoorOptions["onOffence"];
  /** Told of each connection that a ban refuses; by default nobody is. */
  onBanned: (() => void) | undefined;
  #told = { count: 0, second: 0 };

  constructor({ bans, rates, onOffence }: DoorOptions) {
    this.#table = new BanTable(bans);
    this.#rates = rates;
    this.#onOffence = onOffence;
  }

  /** Looks at a client that has connected. */
  welcome(peer: string): Welcome {
    if (this.#table.refuses(peer)) {
      this.onBanned?.();
      return this.#mayTell() ? "tell" : "close";
    }
    if (this.#rates.opened(networkOf(peer))) this.#onOffence(peer, "connection-flood");
    return "come-in";
  }

  /** Whether a client that was let in is refused by now: whoever has not logged in yet is not to. */
  isBanned(peer: string): boolean {
    return this.#table.refuses(peer);
  }

  /** A client has logged in. */
  loggedIn(peer: string): void {
    this.#rates.loggedIn(networkOf(peer));
  }

  /** A client did what counts against it. */
  note(peer: string, offence: Offence): void {
    this.#onOffence(peer, offence);
  }

  #mayTell(): boolean {
    const second = Math.floor(performance.now() / 1000);
    if (this.#told.second !== second) this.#told = { count: 0, second };
    return this.#told.count++ < MOST_TOLD;
  }
}

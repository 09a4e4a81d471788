/** The list of bans: who is banned, by whom and until when. Threads read it from shared memory. */

import { IP_NETWORK_SYNTAX, type IpNetwork, isInNetworks, parseIpNetwork } from "../protocol/ip_network.ts";
import { type Ban, type BanTerms, LONGEST_REASON, type ShownBan } from "./ban.ts";
import { BanTable, MOST_BANS, type SharedBans } from "./ban_table.ts";
import { formatNetwork, networkToBan } from "./network.ts";

/** The longest that a timer of the runtime can wait. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** A ban cannot be made or taken back; the message says why. */
export class BanError extends Error {
  /** For stack traces. */
  override readonly name = "BanError";
}

/** What has happened to a ban. */
export type BanChange =
  | { readonly kind: "banned"; readonly ban: Ban }
  /** `isOver`: by itself. `refused`: how many connections the ban has refused. */
  | {
    readonly kind: "unbanned";
    readonly ban: Ban;
    readonly isOver: boolean;
    readonly refused: number;
  };

/**
 * Forgives the networks of which `holds` is true, as `networkOf` spells them, what they have done so far;
 * tells whether there was anything.
 */
export type Forgiver = (holds: (network: string) => boolean) => boolean;

/** How {@linkcode BanList} works. */
export interface BanListOptions {
  /** The bans to begin with, such as those of a file. */
  readonly bans?: Iterable<Ban>;
  /** The clock, milliseconds since 1970. */
  readonly now?: () => number;
}

/** Holds the bans. Disposing stops its timer; the bans hold on. */
export class BanList implements Disposable {
  /** What other threads need to look. */
  readonly shared: SharedBans = BanTable.shared();
  readonly #now: () => number;
  readonly #table = new BanTable(this.shared);
  readonly #bans = new Map<string, Ban>();
  readonly #listeners = new Set<(change: BanChange) => void>();
  readonly #forgivers = new Set<Forgiver>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer fires: when the first ban ends, or earlier. */
  #firesAtMs = Infinity;

  /** Holds those of the bans that are not over. */
  constructor({ bans = [], now = Date.now }: BanListOptions = {}) {
    this.#now = now;
    for (const ban of bans) if (isHolding(ban, now())) this.#put(ban);
    this.#lookAgain();
  }

  /**
   * Bans a network, or gives a ban new terms.
   *
   * @param network A network or an address; an IPv6 address stands for its network of 64 bits.
   * @throws {BanError} when it is neither, or there are too many bans of the operator's.
   */
  ban(network: string, terms: BanTerms): Ban {
    const spelled = spelledNetwork(network);
    const ban = {
      network: spelled,
      sinceMs: this.#now(),
      untilMs: terms.untilMs,
      by: terms.by,
      reason: terms.reason.slice(0, LONGEST_REASON),
    };
    this.#put(ban);
    this.#lookBy(ban.untilMs);
    this.#tell({ kind: "banned", ban });
    return ban;
  }

  /**
   * Takes a ban back. What the network has done is forgiven, so that the next wrong password does not ban it
   * again.
   *
   * @returns The ban; undefined when there was none, and something was forgiven all the same.
   * @throws {BanError} when there is neither; the message names a ban that holds the network.
   */
  unban(network: string): Ban | undefined {
    const spelled = spelledNetwork(network);
    const ban = this.#bans.get(spelled);
    const isForgiven = this.#forgive([parseIpNetwork(spelled)!]);
    if (ban) return this.#lift(ban, { isOver: false });
    if (isForgiven && !this.holds(addressOf(spelled))) return undefined;
    const wider = this.banOf(addressOf(spelled));
    const remedy = wider ? `it is banned as part of ${wider.network}, unban that` : "it is not banned";
    throw new BanError(`Cannot unban ${spelled}: ${remedy}`);
  }

  /** Takes all bans back and forgives everybody; returns the bans. */
  clear(): Ban[] {
    this.#forgive(EVERYBODY);
    return this.list().map((ban) => this.#lift(ban, { isOver: false }));
  }

  /** How many bans hold. */
  get size(): number {
    this.#liftOver();
    return this.#bans.size;
  }

  /** The bans, the oldest first. */
  list(): ShownBan[] {
    this.#liftOver();
    return Array.from(this.#bans.values(), (ban) => ({
      ...ban,
      refused: this.#table.refusedOf(parseIpNetwork(ban.network)!),
    })).sort((one, other) => one.sinceMs - other.sinceMs);
  }

  /** Whether this address is banned. */
  holds(address: string): boolean {
    return this.#table.holds(address);
  }

  /** A ban that holds this address; undefined when it is not banned. */
  banOf(address: string): Ban | undefined {
    return this.list().find(({ network }) => isInNetworks(address, [parseIpNetwork(network)!]));
  }

  /** Lets the listener forgive too, when the operator does; returns the way to stop it. */
  subscribeToForgiveness(listener: Forgiver): () => void {
    this.#forgivers.add(listener);
    return () => void this.#forgivers.delete(listener);
  }

  /** Calls the listener after every change; returns the way to stop it. */
  subscribe(listener: (change: BanChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Stops its timer: from now on a ban that is over is found when somebody looks. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #put(ban: Ban): void {
    const network = parseIpNetwork(ban.network)!;
    const isNew = !this.#bans.has(ban.network);
    if (isNew) this.#makeRoom(ban);
    // As good as never: see the table.
    if (isNew && !this.#table.add(network)) throw new BanError(`Cannot ban ${ban.network}: no room is left`);
    // Behind the others: of the guard's bans the first is the oldest.
    this.#bans.delete(ban.network);
    this.#bans.set(ban.network, ban);
  }

  /** A flood from ever new networks pushes out bans of the guard's, and never one of the operator's. */
  #makeRoom({ network }: Ban): void {
    if (this.#bans.size < MOST_BANS) return;
    for (const ban of this.#bans.values()) {
      if (ban.by === "guard") return void this.#lift(ban, { isOver: true });
    }
    throw new BanError(`Cannot ban ${network}: there are ${MOST_BANS} bans, ban wider networks instead`);
  }

  #lift(ban: Ban, { isOver }: { isOver: boolean }): Ban {
    const network: IpNetwork = parseIpNetwork(ban.network)!;
    const refused = this.#table.refusedOf(network);
    this.#bans.delete(ban.network);
    this.#table.remove(network);
    this.#tell({ kind: "unbanned", ban, isOver, refused });
    return ban;
  }

  #liftOver(): void {
    for (const ban of [...this.#bans.values()]) {
      if (!isHolding(ban, this.#now())) this.#lift(ban, { isOver: true });
    }
  }

  #lookAgain(): void {
    this.#firesAtMs = Infinity;
    this.#liftOver();
    let nextMs = Infinity;
    for (const { untilMs = Infinity } of this.#bans.values()) nextMs = Math.min(nextMs, untilMs);
    this.#lookBy(nextMs);
  }

  /** One timer for all, which keeps no program running. */
  #lookBy(untilMs = Infinity): void {
    if (untilMs >= this.#firesAtMs) return;
    clearTimeout(this.#timer);
    this.#firesAtMs = untilMs;
    const waitMs = Math.min(Math.max(0, untilMs - this.#now()) + 1, LONGEST_WAIT_MS);
    this.#timer = setTimeout(() => this.#lookAgain(), waitMs);
    Deno.unrefTimer(this.#timer);
  }

  #forgive(networks: readonly IpNetwork[]): boolean {
    const holds = (network: string): boolean => isInNetworks(addressOf(network), networks);
    // Each of them is asked, whatever the others say.
    return [...this.#forgivers].map((forgive) => forgive(holds)).includes(true);
  }

  #tell(change: BanChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

/** The network as this list spells it. @throws {BanError} when the text is none. */
export function spelledNetwork(text: string): string {
  const network = networkToBan(text);
  if (!network) {
    throw new BanError(`Cannot take ${JSON.stringify(text)} for a network: expected ${IP_NETWORK_SYNTAX}`);
  }
  return formatNetwork(network);
}

const EVERYBODY = ["0.0.0.0/0", "::/0"].map((text) => parseIpNetwork(text)!);

/** The first address of a network. */
function addressOf(network: string): string {
  return network.replace(/\/.*/, "");
}

function isHolding({ untilMs }: Ban, nowMs: number): boolean {
  return untilMs === undefined || untilMs > nowMs;
}

/** The connections that are open to the web page: how many there may be, and who has to go for another. */

import { networkOf } from "../protocol/ip_address.ts";
import { type IpNetwork, isInNetworks } from "../protocol/ip_network.ts";
import type { WebConnection } from "./web_connection.ts";

/** Connections at once: each costs some KiB of this thread, and a descriptor of the process. */
const MOST = 2000;
/** Of one network. A browser has six for each host, a proxy brings many people. */
const MOST_OF_NETWORK = 256;
/** Sockets of clients that have not begun TLS and that nothing closes but they; a new thread has none. */
const MANY_ABANDONED = 1000;
/** How long a socket counts as there of which nobody can tell whether it is. */
const SUSPECT_MS = 3_600_000;
/** With more of them descriptors would be short. */
const MOST_ABANDONED = 4000;

/** Keeps them. */
export class WebConnections {
  readonly #all = new Set<WebConnection>();
  readonly #byNetwork = new Map<string, Set<WebConnection>>();
  readonly #abandoned = new Map<string, number>();
  #abandonedInAll = 0;
  /** Sockets of which nobody tells when they are gone, the oldest first. */
  readonly #suspects: { readonly network: string; readonly untilMs: number }[] = [];

  /** Whether so many sockets hang here that another thread had better go on. */
  get isWorn(): boolean {
    return this.#abandonedInAll >= MANY_ABANDONED;
  }

  /** How many there are. */
  get size(): number {
    return this.#all.size;
  }

  /** Whether nobody can be accepted any more: under TLS who is refused may hold a socket too. */
  get isFull(): boolean {
    this.#acquit();
    return this.#abandonedInAll >= MOST_ABANDONED;
  }

  /**
   * Makes room for one more from this address, where need be by ending one: of those that have never asked
   * for anything, or else of all that ask for nothing now, the one that does so the longest.
   *
   * @returns Whether there is room.
   */
  makeRoom(peer: string): boolean {
    this.#acquit();
    const network = networkOf(peer);
    const abandoned = this.#abandoned.get(network) ?? 0;
    if (abandoned >= MOST_OF_NETWORK) return false;
    const ofNetwork = this.#byNetwork.get(network);
    if (ofNetwork && ofNetwork.size >= MOST_OF_NETWORK) return this.#endIdlest(ofNetwork);
    return this.#all.size < MOST || this.#endIdlest(this.#all);
  }

  /** A client from this address holds a socket that we cannot close until it is gone. */
  async abandon(peer: string, gone: Promise<void>): Promise<void> {
    const network = networkOf(peer);
    this.#count(network, 1);
    await gone.catch(() => {});
    this.#count(network, -1);
  }

  /** A client from this address may hold a socket that we cannot close, and nobody tells when it is gone. */
  suspect(peer: string): void {
    const network = networkOf(peer);
    this.#suspects.push({ network, untilMs: performance.now() + SUSPECT_MS });
    this.#count(network, 1);
  }

  /** Takes one in. */
  add(connection: WebConnection): void {
    this.#all.add(connection);
    const network = networkOf(connection.peer);
    const ofNetwork = this.#byNetwork.get(network) ?? new Set();
    this.#byNetwork.set(network, ofNetwork.add(connection));
  }

  /** It is over. */
  remove(connection: WebConnection): void {
    this.#all.delete(connection);
    const network = networkOf(connection.peer);
    const ofNetwork = this.#byNetwork.get(network);
    ofNetwork?.delete(connection);
    if (ofNetwork?.size === 0) this.#byNetwork.delete(network);
  }

  /** Ends those of a network at once. */
  killNetwork(network: IpNetwork): void {
    for (const connection of [...this.#all]) if (isInNetworks(connection.peer, [network])) connection.kill();
  }

  /** Ends each when it has answered what it was asked. */
  endAll(): void {
    for (const connection of [...this.#all]) connection.end();
  }

  /** Ends each at once. */
  killAll(): void {
    for (const connection of [...this.#all]) connection.kill();
  }

  #acquit(): void {
    const nowMs = performance.now();
    while ((this.#suspects[0]?.untilMs ?? Infinity) <= nowMs) {
      this.#count(this.#suspects.shift()!.network, -1);
    }
  }

  #count(network: string, more: number): void {
    this.#abandonedInAll += more;
    const count = (this.#abandoned.get(network) ?? 0) + more;
    if (count > 0) this.#abandoned.set(network, count);
    else this.#abandoned.delete(network);
  }

  #endIdlest(connections: ReadonlySet<WebConnection>): boolean {
    let idlest: { readonly connection: WebConnection; readonly rank: number } | undefined;
    for (const connection of connections) {
      const rank = rankOf(connection);
      if (rank < (idlest?.rank ?? Infinity)) idlest = { connection, rank };
    }
    if (!idlest) return false;
    this.remove(idlest.connection);
    idlest.connection.kill();
    return true;
  }
}

/** Far beyond any clock. */
const ASKED_BEFORE = 1e15;

/** Who has never asked goes before who has, then who is idle the longest; Infinity for who asks. */
function rankOf({ idleSinceMs, hasAsked }: WebConnection): number {
  return idleSinceMs === undefined ? Infinity : idleSinceMs + (hasAsked ? ASKED_BEFORE : 0);
}

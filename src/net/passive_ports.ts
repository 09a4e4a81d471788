/** Passive ports: a listener for each PASV or EPSV, strictly inside the range, shared between clients when the range is full. RFC 2577 §8. */

import { TcpConnection } from "./connection.ts";
import { normalizeIp } from "./address.ts";

/** An inclusive range of ports. */
export interface PortRange {
  /** The lowest port. */
  readonly first: number;
  /** The highest port. */
  readonly last: number;
}

/** Every port of the range is taken, also for sharing. */
export class NoPassivePortError extends Error {
  override readonly name = "NoPassivePortError";
}

/** One session's claim on a port: the next connection from its peer belongs to it. */
export interface PassiveLease {
  readonly port: number;
  /** The peer's connection; it may have come already. Rejects when the lease is closed first. */
  readonly connection: Promise<TcpConnection>;
  /** Gives the port back; a connection that came and was not taken is closed. May be called again. */
  close(): void;
}

const RANDOM_TRIES = 16;
const ANY_PEER = "any";

/**
 * Hands out passive ports.
 *
 * A port has one listener and, as a rule, one lease. Only when no port is left is a listener shared: its leases then belong to different peer
 * addresses, and who connects decides whose the connection is. So a range of ten ports serves ten transfers of *each* client.
 * A connection from an address without a lease is dropped without a word and the wait goes on (RFC 2577 §4).
 */
export class PassivePorts implements AsyncDisposable {
  readonly #range: PortRange | undefined;
  readonly #listeners = new Map<string, SharedListener>();
  /** Closed ones whose port is free as soon as the accept that waited on it has ended. */
  readonly #closing = new Set<SharedListener>();

  /** @param range The ports to use; undefined lets the system pick any free one. */
  constructor(range?: PortRange) {
    this.#range = range;
  }

  /** Whether it hands out just these ports. */
  hasRange(range: PortRange | undefined): boolean {
    return range?.first === this.#range?.first && range?.last === this.#range?.last;
  }

  /**
   * Leases a port on the address that the control connection came in on, for a data connection from `peer`; undefined takes it from
   * any address.
   *
   * @throws {NoPassivePortError} when every port is in use.
   */
  async lease(
    { hostname, peer = ANY_PEER }: { hostname: string; peer: string | undefined },
  ): Promise<PassiveLease> {
    const listener = this.#open(hostname) ?? await this.#openReturned(hostname) ??
      this.#share(hostname, peer);
    if (listener) return listener.lease(peer);
    const { first, last } = this.#range!;
    throw new NoPassivePortError(
      `Cannot bind passive port: all ${last - first + 1} ports in ${first}-${last} are in use`,
    );
  }

  /** Closes every listener and waits until the last accept has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    const listeners = [...this.#listeners.values(), ...this.#closing];
    for (const listener of listeners) listener.close();
    await Promise.all(listeners.map((listener) => listener.ended));
  }

  #open(hostname: string): SharedListener | undefined {
    if (!this.#range) return this.#listen(hostname, 0);
    const { first, last } = this.#range;
    const count = last - first + 1;
    const randomPort = (): number => first + Math.floor(Math.random() * count);
    for (let tries = 0; tries < RANDOM_TRIES; tries++) {
      const listener = this.#listen(hostname, randomPort());
      if (listener) return listener;
    }
    const start = randomPort();
    for (let step = 0; step < count; step++) {
      const listener = this.#listen(hostname, first + (start - first + step) % count);
      if (listener) return listener;
    }
    return undefined;
  }

  /** Tries again when the ports that were just given back are free. */
  async #openReturned(hostname: string): Promise<SharedListener | undefined> {
    if (this.#closing.size === 0) return undefined;
    while (this.#closing.size > 0) await Promise.all(Array.from(this.#closing, ({ ended }) => ended));
    return this.#open(hostname);
  }

  #listen(hostname: string, port: number): SharedListener | undefined {
    if (this.#listeners.has(keyOf(hostname, port))) return undefined;
    let socket: Deno.TcpListener;
    try {
      socket = Deno.listen({ hostname, port });
    } catch (error) {
      if (error instanceof Deno.errors.AddrInUse) return undefined;
      throw error;
    }
    const key = keyOf(hostname, socket.addr.port);
    const listener = new SharedListener(socket, () => {
      this.#listeners.delete(key);
      this.#closing.add(listener);
      listener.ended.finally(() => this.#closing.delete(listener));
    });
    this.#listeners.set(key, listener);
    return listener;
  }

  #share(hostname: string, peer: string): SharedListener | undefined {
    const suitable = [...this.#listeners.values()].filter((listener) =>
      listener.hostname === hostname && listener.hasRoomFor(peer)
    );
    return suitable[Math.floor(Math.random() * suitable.length)];
  }
}

function keyOf(hostname: string, port: number): string {
  return `${hostname} ${port}`;
}

/** One listening port and the leases on it, at most one for each peer address. */
class SharedListener {
  readonly hostname: string;
  /** Resolves when the accept loop is over. */
  readonly ended: Promise<void>;
  readonly #socket: Deno.TcpListener;
  readonly #leases = new Map<string, PromiseWithResolvers<TcpConnection>>();
  readonly #onClose: () => void;
  #closed = false;

  constructor(socket: Deno.TcpListener, onClose: () => void) {
    this.#socket = socket;
    this.hostname = normalizeIp(socket.addr.hostname);
    this.#onClose = onClose;
    this.ended = this.#acceptLoop();
  }

  hasRoomFor(peer: string): boolean {
    return !this.#closed && peer !== ANY_PEER && !this.#leases.has(peer) && !this.#leases.has(ANY_PEER);
  }

  lease(peer: string): PassiveLease {
    const arrival = Promise.withResolvers<TcpConnection>();
    // Whoever closes the lease early need not be waiting for the connection.
    arrival.promise.catch(() => {});
    this.#leases.set(peer, arrival);
    let closed = false;
    return {
      port: this.#socket.addr.port,
      connection: arrival.promise,
      close: () => {
        if (closed) return;
        closed = true;
        if (this.#leases.get(peer) === arrival) this.#drop(peer);
        arrival.promise.then((connection) => connection.close(), () => {});
        arrival.reject(new Deno.errors.Interrupted("Passive port was given back"));
      },
    };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose();
    this.#socket.close();
  }

  #drop(peer: string): void {
    this.#leases.delete(peer);
    if (this.#leases.size === 0) this.close();
  }

  async #acceptLoop(): Promise<void> {
    try {
      while (!this.#closed) {
        const connection = new TcpConnection(await this.#socket.accept());
        const peer = this.#leases.has(ANY_PEER) ? ANY_PEER : connection.remote.hostname;
        const arrival = this.#leases.get(peer);
        if (!arrival) {
          connection.close();
          continue;
        }
        arrival.resolve(connection);
        this.#drop(peer);
      }
    } catch (error) {
      this.close();
      for (const arrival of this.#leases.values()) arrival.reject(error);
    }
  }
}

/**
 * Passive ports: a listener for each PASV or EPSV, strictly inside the range, shared between clients when the
 * range is full. RFC 2577 §8.
 */

import { type Acceptor, listen } from "./acceptor.ts";
import type { Connection } from "./connection.ts";

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
  readonly connection: Promise<Connection>;
  /** The same when it has come already. */
  readonly arrived: Connection | undefined;
  /** Gives the port back; a connection that came and was not taken is closed. May be called again. */
  close(): void;
}

/** Where a port is to be. */
interface Place {
  /** The address that the control connection came in on. */
  readonly hostname: string;
}

/** What {@linkcode PassivePorts.lease} is asked for. */
export interface LeaseOptions extends Place {
  /** Where the data connection must come from; undefined for anywhere. */
  readonly peer: string | undefined;
}

/**
 * Where any port will do, these come first (RFC 6335 §6): the system, asked for a free one, takes a
 * millisecond on a busy server.
 */
const DYNAMIC_PORTS: PortRange = { first: 49152, last: 65535 };
const RANDOM_TRIES = 16;
const ANY_PEER = "any";

/**
 * Hands out passive ports.
 *
 * A port has one listener and, as a rule, one lease. Only when no port is left is a listener shared: its
 * leases then belong to different peer addresses, and who connects decides whose the connection is. So a
 * range of ten ports serves ten transfers of *each* client. A connection from an address without a lease is
 * dropped without a word and the wait goes on (RFC 2577 §4).
 */
export class PassivePorts implements AsyncDisposable {
  /** Told when one port more waits for its client, or one less; by default nobody is. */
  onChange: ((change: 1 | -1) => void) | undefined;
  readonly #range: PortRange | undefined;
  readonly #listeners = new Map<string, SharedListener>();
  /** For each closed port that an accept still holds, when it is free. */
  readonly #held = new Set<Promise<void>>();

  /** @param range The ports to use; undefined lets the system pick any free one. */
  constructor(range?: PortRange) {
    this.#range = range;
  }

  /** Whether it hands out just these ports. */
  hasRange(range: PortRange | undefined): boolean {
    return range?.first === this.#range?.first && range?.last === this.#range?.last;
  }

  /**
   * Leases a port on the address that the control connection came in on, for a data connection from `peer`;
   * undefined takes it from any address.
   *
   * @throws {NoPassivePortError} when every port is in use.
   */
  async lease({ peer = ANY_PEER, hostname }: LeaseOptions): Promise<PassiveLease> {
    const place = { hostname };
    // As a rule the first port that is drawn is free.
    const listener = this.#listen(place, this.#randomPort()) ?? this.#open(place) ??
      await this.#openReturned(place) ??
      this.#share(place, peer);
    if (listener) return listener.lease(peer);
    throw this.#exhausted();
  }

  #exhausted(): NoPassivePortError {
    if (!this.#range) return new NoPassivePortError("Cannot bind passive port: the system has no free port");
    const { first, last } = this.#range;
    return new NoPassivePortError(
      `Cannot bind passive port: all ${last - first + 1} ports in ${first}-${last} are in use`,
    );
  }

  #randomPort(): number {
    const { first, last } = this.#range ?? DYNAMIC_PORTS;
    return first + randomBelow(last - first + 1);
  }

  /** Closes every listener and waits until the last accept has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const listener of [...this.#listeners.values()]) listener.close();
    await Promise.all(this.#held);
  }

  #open(place: Place): SharedListener | undefined {
    const { first, last } = this.#range ?? DYNAMIC_PORTS;
    const count = last - first + 1;
    for (let tries = 0; tries < RANDOM_TRIES; tries++) {
      const listener = this.#listen(place, this.#randomPort());
      if (listener) return listener;
    }
    if (!this.#range) return this.#listen(place, 0);
    const start = this.#randomPort();
    for (let step = 0; step < count; step++) {
      const listener = this.#listen(place, first + (start - first + step) % count);
      if (listener) return listener;
    }
    return undefined;
  }

  /** Tries again when the ports that were just given back are free. */
  async #openReturned(place: Place): Promise<SharedListener | undefined> {
    if (this.#held.size === 0) return undefined;
    while (this.#held.size > 0) await Promise.all(this.#held);
    return this.#open(place);
  }

  /** Undefined when the port is taken. */
  #listen(place: Place, port: number): SharedListener | undefined {
    if (this.#listeners.has(keyOf(place.hostname, port))) return undefined;
    try {
      return this.#listener(listen({ ...place, port }), place);
    } catch (error) {
      return noneIfTaken(error);
    }
  }

  #listener(acceptor: Acceptor, place: Place): SharedListener {
    const key = keyOf(place.hostname, acceptor.address.port);
    const listener = new SharedListener(acceptor, place, {
      onClose: () => {
        if (this.#listeners.delete(key)) this.onChange?.(-1);
      },
      onHeld: (free) => {
        this.#held.add(free);
        void free.then(() => this.#held.delete(free));
      },
    });
    this.#listeners.set(key, listener);
    this.onChange?.(1);
    return listener;
  }

  #share(place: Place, peer: string): SharedListener | undefined {
    const suitable = [...this.#listeners.values()].filter((listener) =>
      listener.place.hostname === place.hostname && listener.hasRoomFor(peer)
    );
    return suitable.length === 0 ? undefined : suitable[randomBelow(suitable.length)];
  }
}

function noneIfTaken(error: unknown): undefined {
  if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
}

/** Drawn many at a time: to draw costs more than to use. */
const drawn = new Uint32Array(64);
let used = drawn.length;

/**
 * A number from 0 to one below the count, which nobody can tell from those before (RFC 2577 §8). Of so many
 * bits, none of 65,536 ports comes up noticeably more often than another.
 */
function randomBelow(count: number): number {
  if (used === drawn.length) {
    crypto.getRandomValues(drawn);
    used = 0;
  }
  return drawn[used++]! % count;
}

function keyOf(hostname: string, port: number): string {
  return `${hostname} ${port}`;
}

/** What {@linkcode SharedListener} tells. */
interface ListenerEvents {
  /** It takes nobody any more. */
  readonly onClose: () => void;
  /**
   * It is closed, and its port is free when this resolves: an accept that waits holds it for a moment longer.
   */
  readonly onHeld: (free: Promise<void>) => void;
}

/** What a lease waits for. */
interface Arrival extends PromiseWithResolvers<Connection> {
  connection: Connection | undefined;
}

/** One listening port and the leases on it, at most one for each peer address. */
class SharedListener {
  readonly place: Place;
  readonly #acceptor: Acceptor;
  readonly #leases = new Map<string, Arrival>();
  readonly #events: ListenerEvents;
  /** The accept that waits. */
  #accepting: Promise<void> | undefined;
  #closed = false;

  constructor(acceptor: Acceptor, place: Place, events: ListenerEvents) {
    this.#acceptor = acceptor;
    this.place = place;
    this.#events = events;
    this.#accept();
  }

  hasRoomFor(peer: string): boolean {
    return !this.#closed && peer !== ANY_PEER && !this.#leases.has(peer) && !this.#leases.has(ANY_PEER);
  }

  lease(peer: string): PassiveLease {
    const arrival: Arrival = { ...Promise.withResolvers<Connection>(), connection: undefined };
    // Whoever closes the lease early need not be waiting for the connection.
    arrival.promise.catch(() => {});
    this.#leases.set(peer, arrival);
    return {
      port: this.#acceptor.address.port,
      connection: arrival.promise,
      get arrived() {
        return arrival.connection;
      },
      close: () => {
        if (this.#leases.get(peer) !== arrival) {
          return void arrival.promise.then((connection) => connection.close(), () => {});
        }
        this.#drop(peer);
        arrival.reject(new Deno.errors.Interrupted("Passive port was given back"));
      },
    };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#events.onClose();
    this.#acceptor.close();
    if (this.#accepting) this.#events.onHeld(this.#accepting);
  }

  #drop(peer: string): void {
    this.#leases.delete(peer);
    if (this.#leases.size === 0) this.close();
  }

  #accept(): void {
    this.#accepting = this.#acceptor.accept().then(
      (connection) => this.#arrive(connection),
      (error) => this.#fail(error),
    );
  }

  #arrive(connection: Connection): void {
    this.#accepting = undefined;
    const peer = this.#leases.has(ANY_PEER) ? ANY_PEER : connection.remote.hostname;
    const arrival = this.#leases.get(peer);
    if (arrival) {
      arrival.connection = connection;
      arrival.resolve(connection);
      this.#drop(peer);
    } else connection.close();
    if (!this.#closed) this.#accept();
  }

  #fail(error: unknown): void {
    this.#accepting = undefined;
    this.close();
    for (const arrival of this.#leases.values()) arrival.reject(error);
  }
}

/** Listening sockets. */

import { normalizeIp, type SocketAddress } from "./address.ts";
import { type Connection, TcpConnection } from "./connection.ts";

/** A listening socket. */
export interface Acceptor {
  readonly address: SocketAddress;
  /**
   * The next connection; rejects when the socket is closed. Who has left before it was accepted is passed
   * over: one reset must not end a wait that is for somebody else.
   */
  accept(): Promise<Connection>;
  /** Stops listening; a pending {@linkcode accept} rejects. May be called again. */
  close(): void;
}

/** Where to listen. */
export interface ListenOptions {
  readonly hostname: string;
  /** 0 for any free port. */
  readonly port: number;
}

/**
 * Listens; at once where that is not for TLS.
 *
 * @throws {Error} with the code `EADDRINUSE` when the port is taken.
 */
export function listen({ hostname, port }: ListenOptions): Acceptor {
  return new DenoAcceptor(Deno.listen({ hostname, port }));
}

/** Whether an accept failed since the client had left while it waited. */
export function hasLeft(error: unknown): boolean {
  return error instanceof Deno.errors.NotConnected || error instanceof Deno.errors.ConnectionAborted;
}

class DenoAcceptor implements Acceptor {
  readonly address: SocketAddress;
  readonly #listener: Deno.TcpListener;
  #closed = false;

  constructor(listener: Deno.TcpListener) {
    this.#listener = listener;
    this.address = { hostname: normalizeIp(listener.addr.hostname), port: listener.addr.port };
  }

  accept(): Promise<Connection> {
    return this.#listener.accept().then((conn) => new TcpConnection(conn), (error) => {
      // Thrown here, since a promise that is rejected before anybody looks at it costs the runtime two calls.
      if (!hasLeft(error)) throw error;
      return this.#acceptNext();
    });
  }

  async #acceptNext(): Promise<Connection> {
    while (true) {
      try {
        return new TcpConnection(await this.#listener.accept());
      } catch (error) {
        if (!hasLeft(error)) throw error;
      }
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener.close();
  }
}

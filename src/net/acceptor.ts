/** Listening sockets: the plain ones, and those whose connections carry TLS fastest. */

import type { Server, Socket } from "node:net";
import { normalizeIp, type SocketAddress } from "./address.ts";
import { type Connection, TcpConnection } from "./connection.ts";
import { NodeConnection } from "./node_connection.ts";

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

/** Where to listen and what for. */
export interface ListenOptions {
  readonly hostname: string;
  /** 0 for any free port. */
  readonly port: number;
  /**
   * Whether TLS will be laid over its connections: then they are the runtime's Node sockets, over which bulk
   * TLS is a third faster.
   */
  readonly forTls: boolean;
}

/**
 * Listens; at once where that is not for TLS.
 *
 * @throws {Error} with the code `EADDRINUSE` when the port is taken.
 */
export function listen({ hostname, port, forTls }: ListenOptions): Acceptor | Promise<Acceptor> {
  return forTls ? NodeAcceptor.listen({ hostname, port }) : new DenoAcceptor(Deno.listen({ hostname, port }));
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

class NodeAcceptor implements Acceptor {
  readonly address: SocketAddress;
  readonly #server: Server;
  readonly #arrived: NodeConnection[] = [];
  #waiting: PromiseWithResolvers<Connection> | undefined;
  #closed = false;

  private constructor(server: Server, address: SocketAddress) {
    this.#server = server;
    this.address = address;
    server.on("connection", (socket) => this.#arrive(socket));
    server.on("error", (error) => this.#waiting?.reject(error));
  }

  static async listen(options: { hostname: string; port: number }): Promise<NodeAcceptor> {
    // Loaded for the first client under TLS: it takes some MiB of each thread.
    const { createServer } = await import("node:net");
    // Paused, so that the first byte of the handshake waits for TLS; half-open, so that an upload's end does
    // not close our direction.
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
    const listening = Promise.withResolvers<void>();
    server.once("error", listening.reject);
    server.listen({ host: options.hostname, port: options.port, exclusive: true }, listening.resolve);
    await listening.promise;
    server.removeAllListeners("error");
    const { port } = server.address() as { port: number };
    return new NodeAcceptor(server, { hostname: normalizeIp(options.hostname), port });
  }

  accept(): Promise<Connection> {
    if (this.#closed) return Promise.reject(new Deno.errors.BadResource("Listener is closed"));
    const connection = this.#arrived.shift();
    if (connection) return Promise.resolve(connection);
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#server.close();
    for (const connection of this.#arrived) connection.close();
    this.#waiting?.reject(new Deno.errors.BadResource("Listener is closed"));
  }

  #arrive(socket: Socket): void {
    const connection = new NodeConnection(socket);
    // Who was reset has no address any more.
    if (this.#closed || socket.remoteAddress === undefined) return connection.close();
    if (!this.#waiting) return void this.#arrived.push(connection);
    this.#waiting.resolve(connection);
    this.#waiting = undefined;
  }
}

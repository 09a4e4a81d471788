/** The sockets of the bare loop: the runtime's own where there is no TLS, its Node side where there is. */

import { createServer, type Socket } from "node:net";
import { type SecureContext, TLSSocket } from "node:tls";

/** A connection. */
export interface Wire {
  /** How many bytes came; null at the end. */
  read(into: Uint8Array): Promise<number | null>;
  /** How many bytes went. */
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
}

/** A port that is listened at. */
export interface Port {
  readonly port: number;
  accept(): Promise<Wire>;
  close(): void;
}

/** Where ports for data are taken from, one after the other: any free one costs fifty times as much. */
const FIRST_PORT = 10_000, PORTS = 15_000;
let next = Math.floor(Math.random() * PORTS);

/** Listens at a loopback port without TLS; without a port at the next one for data. */
export function listenPlain(wanted?: number): Port {
  for (;;) {
    const port = wanted ?? FIRST_PORT + (next = (next + 1) % PORTS);
    try {
      const listener = Deno.listen({ hostname: "127.0.0.1", port, tcpBacklog: 1024 });
      return {
        port: listener.addr.port,
        async accept() {
          const conn = await listener.accept();
          conn.setNoDelay();
          return conn;
        },
        close: () => listener.close(),
      };
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}

/** The same for connections that TLS can be laid over, or, with a context, is. */
export async function listenForTls(
  { port = 0, context }: { readonly port?: number; readonly context?: SecureContext },
): Promise<Port> {
  const arrived: Wire[] = [], waiting: ((wire: Wire) => void)[] = [];
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (socket) => {
    const wire = new NodeWire(context ? protectedBy(context, socket) : socket);
    const taker = waiting.shift();
    if (taker) taker(wire);
    else arrived.push(wire);
  });
  await new Promise<void>((resolve) => server.listen({ host: "127.0.0.1", port, backlog: 1024 }, resolve));
  return {
    port: (server.address() as { port: number }).port,
    accept: () => {
      const wire = arrived.shift();
      return wire ? Promise.resolve(wire) : new Promise((resolve) => waiting.push(resolve));
    },
    close: () => void server.close(),
  };
}

/** Lays TLS over what {@linkcode listenForTls} accepted without. */
export function secured(wire: Wire, context: SecureContext): Wire {
  if (!(wire instanceof NodeWire)) throw new TypeError("Cannot lay TLS: the connection is not a Node socket");
  return new NodeWire(protectedBy(context, wire.release()));
}

function protectedBy(secureContext: SecureContext, socket: Socket): Socket {
  return new TLSSocket(socket, { isServer: true, secureContext });
}

/** A Node socket that is read and written like the runtime's. */
class NodeWire implements Wire {
  readonly #socket: Socket;
  /** What came and was not read yet. The socket is never told to pause: its reader is faster. */
  readonly #pieces: Uint8Array[] = [];
  #isOver = false;
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", this.#take).on("end", this.#end).on("close", this.#end).on("error", this.#end);
    socket.resume();
  }

  async read(into: Uint8Array): Promise<number | null> {
    while (this.#pieces.length === 0) {
      if (this.#isOver) return null;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    const first = this.#pieces[0]!, taken = first.subarray(0, into.length);
    into.set(taken);
    if (taken.length < first.length) this.#pieces[0] = first.subarray(taken.length);
    else this.#pieces.shift();
    return taken.length;
  }

  write(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) =>
      this.#socket.write(bytes, (error) => error ? reject(error) : resolve(bytes.length))
    );
  }

  close(): void {
    this.#socket.end(() => this.#socket.destroy());
  }

  /** The socket, which is not read any more. */
  release(): Socket {
    for (const event of ["data", "end", "close", "error"]) this.#socket.removeAllListeners(event);
    return this.#socket.pause();
  }

  readonly #take = (piece: Uint8Array): void => {
    this.#pieces.push(piece);
    this.#stir();
  };

  readonly #end = (): void => {
    this.#isOver = true;
    this.#stir();
  };

  #stir(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

/**
 * Raw TCP sockets for tests: bytes as they are, any source address, resets on purpose, and a limit on every
 * wait.
 */

import { connect, createServer, type Server, type Socket } from "node:net";

/** No test waits longer than this for anything, milliseconds. A quiet machine needs a hundredth. */
const LONGEST_WAIT_MS = 20_000;

/** The real ones: a test may let time pass (passing_time.ts), and what it waits for takes its own. */
const { setTimeout, clearTimeout } = globalThis;

/** The promise, or a rejection that says what never came. */
export async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited too long for ${what}`)), LONGEST_WAIT_MS);
  });
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Waits for what no event tells. @throws {Error} when it never holds. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  let isLate = false;
  const turns = async (): Promise<void> => {
    while (!await holds() && !isLate) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  await within(turns(), what).finally(() => isLate = true);
}

/** Where a socket connects to. */
export interface RawAddress {
  /** A literal IP address. Default: `127.0.0.1`. */
  readonly hostname?: string;
  readonly port: number;
  /** The source address, one of this machine's own, such as `127.0.0.2`. Default: the system's choice. */
  readonly from?: string;
}

/** One connected socket. What the peer sends stays in the system's buffers until somebody reads. */
export class RawSocket implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #closed = Promise.withResolvers<void>();
  #stirred = Promise.withResolvers<void>();
  #isOver = false;
  #error: Error | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    const stir = (): void => {
      this.#stirred.resolve();
      this.#stirred = Promise.withResolvers();
    };
    socket.on("readable", stir);
    socket.on("end", () => {
      this.#isOver = true;
      stir();
    });
    socket.on("error", (error) => {
      this.#error = error;
      stir();
    });
    socket.on("close", () => {
      this.#isOver = true;
      this.#closed.resolve();
      stir();
    });
  }

  /** Connects, or rejects with the system's error. */
  static async connect({ hostname = "127.0.0.1", port, from }: RawAddress): Promise<RawSocket> {
    const socket = connect({ host: hostname, port, localAddress: from, allowHalfOpen: true });
    const opened = Promise.withResolvers<void>();
    socket.once("connect", () => opened.resolve());
    socket.once("error", (error) => opened.reject(error));
    try {
      await within(opened.promise, `a connection to ${hostname} port ${port}`);
    } catch (error) {
      socket.destroy();
      throw error;
    }
    return new RawSocket(socket);
  }

  /** The socket itself, for TLS to be laid over it. */
  get socket(): Socket {
    return this.#socket;
  }

  /** This end's address. */
  get local(): { readonly hostname: string; readonly port: number } {
    return { hostname: this.#socket.localAddress!, port: this.#socket.localPort! };
  }

  /** The other end's address. */
  get remote(): { readonly hostname: string; readonly port: number } {
    return { hostname: this.#socket.remoteAddress!, port: this.#socket.remotePort! };
  }

  /**
   * The next bytes; null when the peer has ended its direction in order. Rejects when the connection broke.
   */
  async read(): Promise<Uint8Array | null> {
    while (true) {
      const stirred = this.#stirred.promise;
      const chunk = this.#socket.read() as Uint8Array | null;
      if (chunk) return chunk;
      if (this.#error) throw this.#error;
      if (this.#isOver) return null;
      await within(stirred, "bytes from the server");
    }
  }

  /** All bytes up to the peer's orderly end. */
  async bytes(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for (let chunk; (chunk = await this.read()) !== null;) chunks.push(chunk);
    return new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
  }

  /** {@linkcode bytes} as UTF-8 text. */
  async text(): Promise<string> {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await this.bytes());
  }

  /** Reads and throws away until the connection ends, in whatever way. */
  async drain(): Promise<void> {
    try {
      while (await this.read() !== null);
    } catch (error) {
      // A reset is an end too.
      if (error !== this.#error) throw error;
    }
  }

  /** Sends bytes, or text as UTF-8; resolves when the system has taken them. */
  async write(data: Uint8Array | string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#socket.write(data, (error) => error ? reject(error) : resolve());
    await within(promise, "the server to take bytes");
  }

  /** Ends this direction in order; the other one stays open. */
  async finish(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.end(() => resolve());
    await within(promise, "the end of the connection");
  }

  /** Breaks the connection with a TCP reset. */
  async reset(): Promise<void> {
    this.#socket.resetAndDestroy();
    await this.#closed.promise;
  }

  /** Closes both directions. */
  async close(): Promise<void> {
    this.#socket.destroy();
    await this.#closed.promise;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** A port that the server is to connect to. */
export class RawListener implements AsyncDisposable {
  readonly #server: Server;
  readonly #arrived: RawSocket[] = [];
  #stirred = Promise.withResolvers<void>();

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket) => {
      this.#arrived.push(new RawSocket(socket));
      this.#stirred.resolve();
      this.#stirred = Promise.withResolvers();
    });
  }

  /** Listens on a free port. */
  static async listen(hostname: string): Promise<RawListener> {
    const server = createServer({ allowHalfOpen: true });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once("error", reject);
    server.listen(0, hostname, () => resolve());
    await within(promise, `a port on ${hostname}`);
    return new RawListener(server);
  }

  /** The port. */
  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** Connections that came and were not accepted yet. */
  get waiting(): number {
    return this.#arrived.length;
  }

  /** The next connection. */
  async accept(): Promise<RawSocket> {
    while (this.#arrived.length === 0) await within(this.#stirred.promise, "the server to connect");
    return this.#arrived.shift()!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#arrived) await socket.close();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

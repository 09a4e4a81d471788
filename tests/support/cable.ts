/** A network cable for tests: a port that leads to a server's, and can be pulled, held and plugged in again. */

export class Cable implements Disposable {
  readonly port: number;
  /** Where it leads; another server may take the place of the first. */
  target: number;
  readonly #connections = new Set<Deno.Conn>();
  #listener: Deno.Listener | undefined;
  #accepting: Promise<void>;
  #passedBytes = 0;
  #pulled = Promise.withResolvers<void>();
  #hold: { afterBytes: number; reached: PromiseWithResolvers<void> } | undefined;

  constructor(target: number) {
    this.target = target;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.port = (this.#listener.addr as Deno.NetAddr).port;
    this.#accepting = this.#accept(this.#listener);
  }

  /** Bytes that clients have sent through it. */
  get passedBytes(): number {
    return this.#passedBytes;
  }

  /** Lets so many more bytes of clients pass, and resolves when it holds the next ones back. */
  holdAfter(bytes: number): Promise<void> {
    const reached = Promise.withResolvers<void>();
    this.#hold = { afterBytes: this.#passedBytes + bytes, reached };
    return reached.promise;
  }

  /** Cuts all connections, and refuses new ones. */
  pull(): void {
    this.#listener?.close();
    this.#listener = undefined;
    this.#hold = undefined;
    this.#pulled.resolve();
    for (const conn of this.#connections) close(conn);
    this.#connections.clear();
  }

  /** Leads on, by the same port. */
  async plug(): Promise<void> {
    // The port is free when the last accept has ended.
    await this.#accepting;
    this.#pulled = Promise.withResolvers();
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: this.port });
    this.#accepting = this.#accept(this.#listener);
  }

  [Symbol.dispose](): void {
    this.pull();
  }

  async #accept(listener: Deno.Listener): Promise<void> {
    for await (const client of listener) void this.#lead(client);
  }

  async #lead(client: Deno.Conn): Promise<void> {
    this.#connections.add(client);
    let server: Deno.Conn;
    try {
      server = await Deno.connect({ hostname: "127.0.0.1", port: this.target });
    } catch {
      return close(client);
    }
    this.#connections.add(server);
    await Promise.allSettled([this.#upstream(client, server), downstream(server, client)]);
    for (const conn of [client, server]) {
      close(conn);
      this.#connections.delete(conn);
    }
  }

  async #upstream(client: Deno.Conn, server: Deno.Conn): Promise<void> {
    const buffer = new Uint8Array(256 * 1024);
    for (let count = await client.read(buffer); count !== null; count = await client.read(buffer)) {
      for (let at = 0; at < count;) at += await server.write(buffer.subarray(at, count));
      this.#passedBytes += count;
      const hold = this.#hold;
      if (hold === undefined || this.#passedBytes < hold.afterBytes) continue;
      hold.reached.resolve();
      await this.#pulled.promise;
      return;
    }
    server.closeWrite();
  }
}

async function downstream(server: Deno.Conn, client: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  for (let count = await server.read(buffer); count !== null; count = await server.read(buffer)) {
    for (let at = 0; at < count;) at += await client.write(buffer.subarray(at, count));
  }
  client.closeWrite();
}

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // It is closed.
  }
}

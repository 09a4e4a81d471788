/** TLS for the raw client: laid over its sockets, at once or after AUTH. */

import type { Socket } from "node:net";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import type { TlsSource } from "../../src/net/certificate_store.ts";
import { TlsContext } from "../../src/net/tls.ts";
import { sharedIdentity } from "./certificates.ts";
import type { Layer, RawClient } from "./raw_client.ts";
import { RawSocket, within } from "./raw_socket.ts";

/** How the client does its side of TLS. */
export interface TlsClientOptions {
  /** Default: whatever both can do. */
  readonly version?: "TLSv1.2" | "TLSv1.3";
}

/** The certificate that all tests of a file use, as servers want it. */
export async function tlsSource(): Promise<TlsSource> {
  const context = new TlsContext((await sharedIdentity()).identity);
  return { current: context, latest: () => Promise.resolve(context) };
}

/**
 * What lays TLS over a socket, checking the server's certificate. The handshake begins at once and is awaited
 * by whoever reads or writes.
 */
export async function tlsLayer({ version }: TlsClientOptions = {}): Promise<Layer> {
  const { certificate } = (await sharedIdentity()).authority;
  return ({ socket: under }) => {
    under.removeAllListeners("readable").removeAllListeners("end");
    const socket = connect({
      socket: under,
      servername: "localhost",
      ca: certificate,
      // Never full: a TLS socket that is paused when the end comes in forgets it.
      highWaterMark: Number.MAX_SAFE_INTEGER,
      ...version && { minVersion: version, maxVersion: version },
    } as ConnectionOptions);
    return new TlsRawSocket(socket, under);
  };
}

/** Sends AUTH and lays TLS over the control connection. */
export async function secureControl(client: RawClient, options: TlsClientOptions = {}): Promise<void> {
  await client.expect("AUTH TLS", "234 Begin the TLS handshake");
  client.control = (await tlsLayer(options))(client.control);
}

/** Secures the control connection and agrees on protected data connections. */
export async function secureAll(client: RawClient, options: TlsClientOptions = {}): Promise<void> {
  await secureControl(client, options);
  await client.expect("PBSZ 0", "200 PBSZ=0");
  await client.expect("PROT P", "200 Data connections are protected");
  client.dataLayer = await tlsLayer(options);
}

/**
 * A socket under TLS, with the same promises as a raw one: what nobody reads stays in the system's buffers.
 */
class TlsRawSocket extends RawSocket {
  readonly #socket: TLSSocket;
  readonly #under: Socket;
  /**
   * What the runtime keeps below a socket: reading is stopped there, since a TLS socket that is not read goes
   * on taking.
   */
  readonly #handle: { readStart(): void; readStop(): void };
  #isReady = false;
  readonly #ready = Promise.withResolvers<void>();
  #readers = 0;
  #hasRead = false;

  constructor(socket: TLSSocket, under: Socket) {
    super(socket);
    this.#socket = socket;
    this.#under = under;
    this.#handle = (under as unknown as { _handle: { readStart(): void; readStop(): void } })._handle;
    this.#ready.promise.catch(() => {});
    socket.once(
      "close",
      () => this.#ready.reject(new Error("The connection was closed during the handshake")),
    );
    socket.once("secureConnect", () => {
      this.#isReady = true;
      this.#ready.resolve();
      this.#rest();
    });
  }

  override get local(): { readonly hostname: string; readonly port: number } {
    return { hostname: this.#under.localAddress!, port: this.#under.localPort! };
  }

  override get remote(): { readonly hostname: string; readonly port: number } {
    return { hostname: this.#under.remoteAddress!, port: this.#under.remotePort! };
  }

  override async read(): Promise<Uint8Array | null> {
    this.#readers++;
    this.#handle.readStart();
    try {
      const chunk = await super.read();
      this.#hasRead ||= chunk !== null;
      return chunk;
    } finally {
      this.#readers--;
      this.#rest();
    }
  }

  /** Resolves when the server has done its part of the handshake, also when there is nothing to send. */
  override async write(data: Uint8Array | string): Promise<void> {
    await within(this.#ready.promise, "the end of the handshake");
    // The runtime never calls back for nothing.
    if (data.length > 0) await super.write(data);
  }

  #rest(): void {
    if (this.#isReady && this.#readers === 0) this.#handle.readStop();
  }

  override async reset(): Promise<void> {
    const closed = this.#whenClosed();
    this.#under.resetAndDestroy();
    await closed;
  }

  /** Closes in order, with the closing alert: what came before it is all there is. */
  override async close(): Promise<void> {
    if (this.#isReady && this.#socket.writable) {
      // Who only sent waits until the server has it all; to close with something unread, such as the server's
      // tickets, would reset the connection.
      const ended = this.#hasRead ? this.#sendEnd().then(turn) : this.#whenOver();
      if (!this.#hasRead) void this.#sendEnd();
      this.#handle.readStart();
      await within(ended, "the end of TLS");
    }
    await super.close();
    this.#under.destroy();
  }

  #sendEnd(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.once("close", () => resolve());
      this.#socket.end(() => resolve());
    });
  }

  #whenOver(): Promise<void> {
    return new Promise((resolve) => {
      for (const event of ["end", "close"]) this.#socket.once(event, () => resolve());
      this.#socket.resume();
    });
  }

  #whenClosed(): Promise<void> {
    return new Promise((resolve) => this.#socket.once("close", () => resolve()));
  }
}

/** Lets the event loop move what is ready to be moved. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A `node:net` or `node:tls` socket as a connection. */

import type { Socket } from "node:net";
import { normalizeIp, type SocketAddress } from "./address.ts";
import type { Connection } from "./connection.ts";

/** Larger writes are cut, so that a slow peer still shows progress. */
const MAX_WRITE_BYTES = 256 * 1024;

/** A connection carried by the runtime's Node side, which is where TLS is. */
export class NodeConnection implements Connection {
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  readonly #socket: Socket;
  #leftOver: Uint8Array | undefined;
  #isReading = false;
  #hasEnded = false;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  /**
   * Takes the socket over. Nothing is read from it before the first {@linkcode read}, so that TLS can still be laid over it.
   *
   * @param ends The addresses, for a socket that does not know them itself.
   */
  constructor(socket: Socket, ends?: { readonly local: SocketAddress; readonly remote: SocketAddress }) {
    this.#socket = socket;
    this.local = ends?.local ?? addressOf(socket.localAddress, socket.localPort);
    this.remote = ends?.remote ?? addressOf(socket.remoteAddress, socket.remotePort);
    socket.on("error", (error) => this.#end(error));
    socket.on("close", () => this.#end(new Deno.errors.Interrupted("Connection is closed")));
  }

  /** The socket itself, for the layer that adds TLS. */
  get socket(): Socket {
    return this.#socket;
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    this.#startReading();
    while (true) {
      const chunk = this.#leftOver ?? this.#socket.read() as Uint8Array | null;
      if (chunk) return this.#deliver(chunk, buffer);
      if (this.#hasEnded) return null;
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  write(bytes: Uint8Array): Promise<number> {
    const piece = bytes.subarray(0, MAX_WRITE_BYTES);
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      this.#socket.write(piece, (error) => error ? reject(error) : resolve(piece.length));
    });
  }

  finish(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      this.#socket.once("close", resolve);
      this.#socket.end(() => resolve());
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Pulls instead of letting data flow: a flowing TLS socket that is paused loses the peer's closing alert. */
  #startReading(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    this.#socket.on("readable", () => this.#wake?.());
    this.#socket.on("end", () => {
      this.#hasEnded = true;
      this.#wake?.();
    });
  }

  #deliver(chunk: Uint8Array, buffer: Uint8Array): number {
    const length = Math.min(chunk.length, buffer.length);
    buffer.set(chunk.subarray(0, length));
    this.#leftOver = length < chunk.length ? chunk.subarray(length) : undefined;
    return length;
  }

  #end(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }
}

function addressOf(hostname = "", port = 0): SocketAddress {
  return { hostname: normalizeIp(hostname), port };
}

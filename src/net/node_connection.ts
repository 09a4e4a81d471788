/** A `node:net` socket as a connection: what active mode has. */

import type { Socket } from "node:net";
import { normalizeIp, type SocketAddress } from "./address.ts";
import type { Connection } from "./connection.ts";

/** Received and not yet read: above this nothing more is taken from the network, below half of it again. */
const MAX_QUEUED_BYTES = 1024 * 1024;
/** Larger writes are cut, so that a slow peer still shows progress. */
const MAX_WRITE_BYTES = 256 * 1024;

/** A connection carried by the runtime's Node side. */
export class NodeConnection implements Connection {
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  readonly #socket: Socket;
  readonly #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #isGated = false;
  #isReading = false;
  #hasEnded = false;
  #isClosed = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  /** Takes the socket over. Nothing is read from it before the first {@linkcode read}. */
  constructor(socket: Socket) {
    this.#socket = socket;
    this.local = addressOf(socket.localAddress, socket.localPort);
    this.remote = addressOf(socket.remoteAddress, socket.remotePort);
    socket.on("error", (error) => {
      this.#error ??= error;
      this.#wake?.();
    });
    // Of a peer that sends nothing the end comes as soon as it may, before anybody reads.
    socket.on("end", () => {
      this.#hasEnded = true;
      this.#wake?.();
    });
    socket.on("close", () => {
      this.#isClosed = true;
      this.#wake?.();
    });
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    this.#startReading();
    while (this.#queue.length === 0) {
      if (this.#hasEnded) return null;
      const failure = this.#failure;
      if (failure) throw failure;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    return this.#takeQueued(buffer);
  }

  write(bytes: Uint8Array): Promise<number> {
    const piece = bytes.subarray(0, MAX_WRITE_BYTES);
    return new Promise((resolve, reject) => {
      const failure = this.#failure;
      if (failure) return reject(failure);
      this.#socket.write(piece, (error) => error ? reject(error) : resolve(piece.length));
    });
  }

  finish(): Promise<void> {
    return new Promise((resolve, reject) => {
      const failure = this.#failure;
      if (failure) return reject(failure);
      this.#socket.once("close", resolve);
      this.#socket.end(() => resolve());
    });
  }

  async end(): Promise<void> {
    try {
      await this.finish();
    } finally {
      this.close();
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  /** {@linkcode close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  #startReading(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    this.#socket.on("data", (chunk: Uint8Array) => {
      this.#queue.push(chunk);
      this.#queuedBytes += chunk.length;
      if (this.#queuedBytes > MAX_QUEUED_BYTES && !this.#isGated) {
        this.#isGated = true;
        this.#socket.pause();
      }
      this.#wake?.();
    });
  }

  /** Fills the buffer from as many chunks as it takes. */
  #takeQueued(buffer: Uint8Array): number {
    let length = 0;
    while (this.#queue.length > 0 && length < buffer.length) {
      const chunk = this.#queue[0]!;
      const part = chunk.subarray(0, buffer.length - length);
      buffer.set(part, length);
      length += part.length;
      if (part.length === chunk.length) this.#queue.shift();
      else this.#queue[0] = chunk.subarray(part.length);
    }
    this.#queuedBytes -= length;
    if (this.#isGated && this.#queuedBytes < MAX_QUEUED_BYTES / 2) {
      this.#isGated = false;
      this.#socket.resume();
    }
    return length;
  }

  /**
   * Why nothing more can be read or written; undefined while it can. Every connection closes, so that has no
   * error of its own before one is asked for.
   */
  get #failure(): Error | undefined {
    if (this.#isClosed) this.#error ??= new Deno.errors.Interrupted("Connection is closed");
    return this.#error;
  }
}

function addressOf(hostname = "", port = 0): SocketAddress {
  return { hostname: normalizeIp(hostname), port };
}

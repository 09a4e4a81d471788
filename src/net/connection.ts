/** A TCP connection as the rest of the server sees it. */

import { normalizeIp, type SocketAddress } from "./address.ts";
import { descriptorOf } from "./descriptor.ts";

/** Which open connection is meant, for another thread of this process. */
export interface SocketMark {
  /** The system's number of it. */
  readonly number: number;
  /** Our end. */
  readonly local: SocketAddress;
  /** The peer's end. */
  readonly remote: SocketAddress;
}

/** A connection on loan: until it is given back, closing it waits, so that its number means nothing else. */
export interface LentSocket extends Disposable {
  /** Which connection it is. */
  readonly mark: SocketMark;
}

/**
 * One established connection. Everything above `net/` uses this, so that what carries the bytes can change
 * here alone.
 */
export interface Connection extends Disposable {
  /** Our end. */
  readonly local: SocketAddress;
  /** The peer's end. */
  readonly remote: SocketAddress;
  /**
   * Reads into the buffer; null at the peer's end of stream. Rejects when the connection breaks or is closed
   * here.
   */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Writes what fits and tells how much that was. */
  write(bytes: Uint8Array): Promise<number>;
  /** Orderly end of our direction: what was written still arrives. */
  finish(): Promise<void>;
  /** Orderly end of both directions: what was written still arrives, what still comes is not read. */
  end(): Promise<void>;
  /** Abrupt end of both directions; every pending read and write rejects. May be called again. */
  close(): void;
  /** Lends it, where nothing but the bytes themselves pass over it and the runtime tells its number. */
  lend?(): LentSocket | undefined;
}

/** The peer's direction ended without the closing alert of TLS: what came may not be all. RFC 8446 §6.1. */
export class CutOffError extends Error {
  override readonly name = "CutOffError";
}

/** A plain TCP connection. */
export class TcpConnection implements Connection {
  readonly #conn: Deno.TcpConn;
  #local: SocketAddress | undefined;
  #remote: SocketAddress | undefined;
  #closed = false;
  #isLent = false;

  /** Takes the socket over. */
  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  get local(): SocketAddress {
    return this.#local ??= addressOf(this.#conn.localAddr);
  }

  get remote(): SocketAddress {
    return this.#remote ??= addressOf(this.#conn.remoteAddr);
  }

  /**
   * Small writes leave at once, and a peer that vanished is noticed (RFC 1123 §4.1.3.3 asks for control
   * connections that outlast transfers).
   */
  tuneForControl(): void {
    this.#conn.setNoDelay(true);
    this.#conn.setKeepAlive(true);
  }

  read(buffer: Uint8Array): Promise<number | null> {
    return this.#conn.read(buffer);
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#conn.write(bytes);
  }

  async finish(): Promise<void> {
    await this.#conn.closeWrite();
  }

  end(): Promise<void> {
    // The system ends our direction in order when it is closed. To do that apart would cost each transfer
    // another call.
    this.close();
    return Promise.resolve();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#isLent) this.#conn.close();
  }

  /** Which connection it is; undefined where the runtime does not tell. */
  get mark(): SocketMark | undefined {
    const number = descriptorOf(this.#conn);
    return number === undefined ? undefined : { number, local: this.local, remote: this.remote };
  }

  lend(): LentSocket | undefined {
    const { mark } = this;
    if (!mark || this.#closed) return undefined;
    this.#isLent = true;
    return {
      mark,
      [Symbol.dispose]: (): void => {
        if (!this.#isLent) return;
        this.#isLent = false;
        if (this.#closed) this.#conn.close();
      },
    };
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function addressOf({ hostname, port }: Deno.NetAddr): SocketAddress {
  return { hostname: normalizeIp(hostname), port };
}

/** Writes all of the bytes, telling after each step how many went out. */
export async function writeAll(
  connection: Connection,
  bytes: Uint8Array,
  progress: (bytes: number) => void = () => {},
): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const step = await connection.write(written === 0 ? bytes : bytes.subarray(written));
    written += step;
    progress(step);
  }
}

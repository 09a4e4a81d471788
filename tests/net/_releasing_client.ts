/** A TLS client that can go back to clear text, which none of the runtime's can. RFC 4217 §5. */

import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";
import { connect, type TLSSocket } from "node:tls";
import { type Connection, writeAll } from "../../src/net/connection.ts";
import { sharedIdentity } from "../support/certificates.ts";

/** What carries TLS: it ends without ending the connection. */
class Carrier extends Duplex {
  readonly #connection: Connection;
  #reading: Promise<Uint8Array | null> | undefined;
  #isDetached = false;

  constructor(connection: Connection) {
    super({ allowHalfOpen: true });
    this.#connection = connection;
  }

  /** Lets go of the connection; what a read that waits brings is in clear. */
  detach(): Promise<Uint8Array | null> | undefined {
    this.#isDetached = true;
    return this.#reading;
  }

  override _read(): void {
    const buffer = new Uint8Array(1024);
    this.#reading = this.#connection.read(buffer).then((length) =>
      length === null ? null : buffer.slice(0, length)
    );
    this.#reading.then((bytes) => {
      if (this.#isDetached) return;
      this.#reading = undefined;
      this.push(bytes && Buffer.from(bytes));
    }, () => this.destroy());
  }

  override _write(bytes: Uint8Array, _encoding: string, done: (error?: Error | null) => void): void {
    writeAll(this.#connection, bytes).then(() => done(), done);
  }

  override _final(done: () => void): void {
    done();
  }
}

/** The client's end: under TLS at first, in clear when that was released. */
export class ReleasingClient {
  readonly #connection: Connection;
  readonly #carrier: Carrier;
  readonly #socket: TLSSocket;
  readonly #ended: Promise<unknown>;
  #first: Promise<Uint8Array | null> | undefined;
  #isClear = false;

  private constructor(connection: Connection, carrier: Carrier, socket: TLSSocket) {
    this.#connection = connection;
    this.#carrier = carrier;
    this.#socket = socket;
    socket.on("error", () => {});
    this.#ended = new Promise((resolve) => socket.once("end", resolve));
  }

  /** Does the handshake. */
  static async secure(connection: Connection): Promise<ReleasingClient> {
    const { authority } = await sharedIdentity();
    const carrier = new Carrier(connection);
    const socket = connect({ socket: carrier, servername: "localhost", ca: authority.certificate });
    const client = new ReleasingClient(connection, carrier, socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("secureConnect", resolve);
      socket.once("error", reject);
    });
    return client;
  }

  /** Waits for all that comes until the other end's closing alert, and throws it away. */
  async awaitAlert(): Promise<void> {
    this.#socket.resume();
    await this.#ended;
  }

  /** The next text under TLS. */
  async receive(): Promise<string> {
    const bytes = await new Promise<Uint8Array>((resolve) => this.#socket.once("data", resolve));
    this.#socket.pause();
    return new TextDecoder().decode(bytes);
  }

  /** Sends the closing alert, awaits the other one, and goes on in clear. */
  async release(): Promise<void> {
    this.#socket.end();
    await this.awaitAlert();
    this.#first = this.#carrier.detach();
    this.#isClear = true;
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    if (!this.#isClear) throw new Error("Still under TLS");
    const bytes = await this.#first;
    this.#first = undefined;
    if (!bytes) return await this.#connection.read(buffer);
    buffer.set(bytes);
    return bytes.length;
  }

  /** Sends in clear. */
  async write(bytes: Uint8Array): Promise<void> {
    await writeAll(this.#connection, bytes);
  }

  /** Ends its direction. */
  finish(): Promise<void> {
    return this.#connection.finish();
  }

  /** Ends it at once. */
  close(): void {
    this.#socket.destroy();
    this.#connection.close();
  }
}

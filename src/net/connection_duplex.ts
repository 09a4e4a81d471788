/** A connection as a `node:stream` Duplex, for TLS to be laid over it and taken off again. */

import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";
import { type Connection, writeAll } from "./connection.ts";
import type { ReadGate } from "./node_connection.ts";
import { RecordTrail } from "./tls_records.ts";

/** An idle session waits with this much in its hands. */
const FIRST_BYTES = 1024;
/** As long as a record of TLS. */
const MOST_BYTES = 16 * 1024;

/** Looks on. */
export interface DuplexWatch {
  /** Bytes go to the peer. */
  onSent(bytes: Uint8Array): void;
  /** Bytes have come from the peer. */
  onReceived(bytes: Uint8Array): void;
}

/** Reads from and writes to a connection, which ends with it unless it is told to keep it open. */
export class ConnectionDuplex extends Duplex implements ReadGate {
  readonly #connection: Connection;
  readonly #watch: DuplexWatch | undefined;
  #keepsOpen = false;
  #isDetached = false;
  readonly #records = new RecordTrail();
  /** Came behind the last record of TLS. */
  #clearText: Uint8Array = new Uint8Array();
  #isStopped = false;
  #isWanted = false;
  #readBytes = FIRST_BYTES;
  #reading: Promise<Uint8Array | null> | undefined;

  /** @param watch Told of all that passes. */
  constructor(connection: Connection, watch?: DuplexWatch) {
    super({ allowHalfOpen: true });
    this.#connection = connection;
    this.#watch = watch;
  }

  /** How the peer's records have looked so far. */
  get records(): RecordTrail {
    return this.#records;
  }

  /** From now on the end of the stream is not the end of the connection. */
  keepOpen(): void {
    this.#keepsOpen = true;
  }

  /**
   * Lets go of the connection.
   *
   * @returns What came in clear behind the end of TLS, or what a read that had begun brings, for whoever
   *   reads next; null at the end of the connection.
   */
  async detach(): Promise<Uint8Array | null> {
    this.#isDetached = true;
    return await this.#reading ?? this.#clearText;
  }

  /** Holds the peer back. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Takes bytes from the peer again. */
  start(): void {
    this.#isStopped = false;
    if (this.#isWanted) this._read();
  }

  override _read(): void {
    this.#isWanted = this.#isStopped;
    if (this.#isStopped || this.#clearText.length > 0) return;
    this.#reading = this.#readOnce();
    this.#reading.then((bytes) => this.#deliver(bytes), (error) => this.#isDetached || this.destroy(error));
  }

  override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error | null) => void): void {
    this.#watch?.onSent(chunk);
    writeAll(this.#connection, chunk).then(() => done(), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.#keepsOpen) return done();
    this.#connection.finish().then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#keepsOpen) this.#connection.close();
    done(error);
  }

  async #readOnce(): Promise<Uint8Array | null> {
    const buffer = new Uint8Array(this.#readBytes);
    const length = await this.#connection.read(buffer);
    this.#readBytes = length === buffer.length ? MOST_BYTES : FIRST_BYTES;
    return length === null ? null : buffer.subarray(0, length);
  }

  #deliver(bytes: Uint8Array | null): void {
    if (this.#isDetached) return;
    this.#reading = undefined;
    if (!bytes) return void this.push(null);
    this.#watch?.onReceived(bytes);
    const length = this.#records.push(bytes);
    // Whatever it is, TLS has to make something of it, unless it is on its way out.
    const part = this.#keepsOpen ? bytes.subarray(0, length) : bytes;
    this.#clearText = bytes.subarray(part.length);
    if (part.length > 0) this.push(Buffer.from(part.buffer, part.byteOffset, part.length));
  }
}

/** A connection under TLS, from its handshake to its end. RFC 4217, RFC 8446. */

import type { SocketAddress } from "./address.ts";
import { type Connection, CutOffError, writeAll } from "./connection.ts";
import { MOST_SEALED_BYTES, type TlsEngine } from "./tls_engine.ts";
import { RecordTrail } from "./tls_records.ts";
import type { TicketWatch } from "./tls_tickets.ts";

/** An idle session waits with this much in its hands, and the message of a handshake mostly fits. */
const FIRST_BYTES = 1024;
/** Records are read in pieces of this size where many come. */
const MOST_BYTES = 64 * 1024;

/** What a secure connection is made of. */
export interface SecureConnectionOptions {
  /** The connection below TLS. */
  readonly under: Connection;
  readonly engine: TlsEngine;
  /** Sees all records that pass. */
  readonly watch?: TicketWatch;
  /** Whether the client's end counts only with its closing alert. */
  readonly requireClosingAlert?: boolean;
}

/** A connection under TLS. Nothing is read from the one below it but by {@linkcode read}. */
export class SecureConnection implements Connection {
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  readonly #under: Connection;
  readonly #engine: TlsEngine;
  readonly #watch: TicketWatch | undefined;
  readonly #requireClosingAlert: boolean;
  readonly #trail = new RecordTrail();
  #records = new Uint8Array(FIRST_BYTES);
  #readBytes = FIRST_BYTES;
  /** Came behind the last record of TLS while that was taken off. */
  #clearText: Uint8Array = new Uint8Array();
  #isReleasing = false;
  #reading: Promise<number | null> | undefined;
  /** Records go out one after the other, in the order in which they were made. */
  #sent: Promise<void> = Promise.resolve();
  /** Whether the engine may have tickets to send. */
  #hasTickets = false;
  #hasWritten = false;
  #isResumed = false;
  #protocol = "unknown";
  #isClosed = false;

  /** Takes the connection over; {@linkcode shakeHands} comes next. */
  constructor({ under, engine, watch, requireClosingAlert = false }: SecureConnectionOptions) {
    this.local = under.local;
    this.remote = under.remote;
    this.#under = under;
    this.#engine = engine;
    this.#watch = watch;
    this.#requireClosingAlert = requireClosingAlert;
  }

  /** Whether the client resumed a session: any, or of a context that is apart, one of its own. */
  get isResumed(): boolean {
    return this.#isResumed;
  }

  /** `TLSv1.2` or `TLSv1.3`. */
  get protocol(): string {
    return this.#protocol;
  }

  /**
   * Does the server's side of the handshake. The tickets behind that of TLS 1.3 wait for what is done next,
   * since they can go out with the first text.
   *
   * @throws {Error} when it fails.
   */
  async shakeHands(): Promise<void> {
    const engine = this.#engine;
    while (!engine.isSecure) {
      const length = await this.#pull();
      if (length === null) throw new Error("The client left during the TLS handshake");
      this.#hasTickets = engine.isSecure && engine.protocol === "TLSv1.3";
      if (!this.#hasTickets) await this.#send(engine.takeRecords());
    }
    const isReused = engine.isResumed;
    this.#isResumed = this.#watch ? this.#watch.finish({ isReused }) : isReused;
    this.#protocol = engine.protocol ?? "unknown";
  }

  /**
   * Reads into the buffer; null at the end of the client's direction.
   *
   * @throws {CutOffError} when the client's direction ends without the closing alert that was required.
   */
  async read(buffer: Uint8Array): Promise<number | null> {
    while (true) {
      this.#checkOpen();
      const kept = this.#engine.takeKept(buffer);
      if (kept > 0) return kept;
      if (this.#engine.hasEnded) return null;
      // The client's first text waits in its kernel until its part of the handshake is acknowledged.
      if (this.#hasTickets) await this.#send(this.#engine.takeRecords()).catch(() => {});
      const length = await this.#pull(buffer);
      if (length === null) return this.#cutOff();
      if (length > 0) return length;
    }
  }

  /** Writes what makes a few records, and tells how much that was. */
  async write(bytes: Uint8Array): Promise<number> {
    this.#checkOpen();
    if (!this.#hasWritten) this.#lookAhead();
    const piece = bytes.subarray(0, MOST_SEALED_BYTES);
    await this.#send(this.#engine.seal(piece));
    return piece.length;
  }

  /** Orderly end of our direction, with the closing alert. */
  async finish(): Promise<void> {
    this.#checkOpen();
    await this.#send(this.#engine.end());
    await this.#under.finish();
  }

  async end(): Promise<void> {
    try {
      this.#checkOpen();
      await this.#send(this.#engine.end());
      await this.#under.end();
    } finally {
      this.close();
    }
  }

  /** Ends TLS and the connection below it at once. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#engine.close();
    this.#under.close();
  }

  /** {@linkcode close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * Ends TLS and keeps the connection: our closing alert is sent, the client's awaited, and what follows is
   * in clear. A client that closes instead has left the connection that is returned. RFC 4217 §5, §13.
   *
   * @throws {Error} when the connection breaks.
   */
  async release(): Promise<Connection> {
    this.#checkOpen();
    this.#isReleasing = true;
    await this.#send(this.#engine.end());
    while (!this.#engine.hasEnded && await this.#pull() !== null);
    this.#isClosed = true;
    this.#engine.close();
    return new ClearedConnection(this.#under, this.#clearText);
  }

  /**
   * Reads once beside the first write, for a client may end its direction before a download: to close with
   * its alert unread would be a reset, and what is still on its way to the client would be lost.
   */
  #lookAhead(): void {
    this.#hasWritten = true;
    // Whatever is wrong, the writes or the next read will tell.
    if (!this.#engine.hasEnded) this.#pull().catch(() => {});
  }

  /**
   * Reads records once, or waits for a read that waits already.
   *
   * @param text Where their text goes; without it, or where it went elsewhere, that is kept.
   * @returns How much of it was filled; null at the end of the connection below.
   * @throws {Error} when they are no good; the client was told by an alert then.
   */
  async #pull(text?: Uint8Array): Promise<number | null> {
    if (this.#reading) return await this.#reading === null ? null : 0;
    this.#reading = this.#readRecords(text);
    try {
      return await this.#reading;
    } finally {
      this.#reading = undefined;
    }
  }

  async #readRecords(text: Uint8Array | undefined): Promise<number | null> {
    if (this.#records.length < this.#readBytes) this.#records = new Uint8Array(this.#readBytes);
    const length = await this.#under.read(this.#records).catch((error) => this.#broken(error));
    this.#checkOpen();
    if (length === null) return null;
    if (length === this.#records.length) this.#readBytes = MOST_BYTES;
    const records = this.#withoutClearText(this.#records.subarray(0, length));
    this.#watch?.onReceived(records);
    const filled = text ? this.#engine.open(records, text) : this.#engine.openAhead(records);
    if (!this.#engine.error) return filled;
    await this.#send(this.#engine.takeRecords());
    throw this.#engine.error;
  }

  /** Whatever it is, TLS has to make something of it, unless it is on its way out. */
  #withoutClearText(bytes: Uint8Array): Uint8Array {
    const length = this.#trail.push(bytes);
    if (!this.#isReleasing || length === bytes.length) return bytes;
    this.#clearText = bytes.slice(length);
    return bytes.subarray(0, length);
  }

  #send(records: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#hasTickets = false;
    if (records.length === 0) return this.#sent;
    this.#watch?.onSent(records);
    this.#sent = this.#sent.then(() => this.#writeOut(records));
    // Whoever sends next is told, too.
    this.#sent.catch(() => {});
    return this.#sent;
  }

  /**
   * Gives the memory of the records back at once. Left to the collector it would be other memory for each
   * piece, which no cache holds: downloads took half as much time again.
   */
  async #writeOut(records: Uint8Array<ArrayBuffer>): Promise<void> {
    await writeAll(this.#under, records);
    records.buffer.transfer(0);
  }

  /** The connection below ended without an alert. */
  #cutOff(): null {
    if (!this.#requireClosingAlert) return null;
    throw new CutOffError("the client cut the data connection off without ending TLS");
  }

  #broken(error: unknown): null {
    if (this.#isClosed || !this.#requireClosingAlert) throw error;
    return null;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new Deno.errors.Interrupted("Connection is closed");
  }
}

/** What is left of a connection when TLS is taken off it. */
class ClearedConnection implements Connection {
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  readonly #under: Connection;
  /** Came already. */
  #unread: Uint8Array;

  constructor(under: Connection, unread: Uint8Array) {
    this.local = under.local;
    this.remote = under.remote;
    this.#under = under;
    this.#unread = unread;
  }

  read(buffer: Uint8Array): Promise<number | null> {
    if (this.#unread.length === 0) return this.#under.read(buffer);
    const part = this.#unread.subarray(0, buffer.length);
    buffer.set(part);
    this.#unread = this.#unread.subarray(part.length);
    return Promise.resolve(part.length);
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#under.write(bytes);
  }

  finish(): Promise<void> {
    return this.#under.finish();
  }

  end(): Promise<void> {
    return this.#under.end();
  }

  close(): void {
    this.#under.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** The control connection: lines in, replies out. RFC 959 §2.3, RFC 1123 §4.1.3. */

import type { Soon } from "../bytes/ends.ts";
import { beginTurn } from "../limits/turn.ts";
import { type Connection, writeAll } from "../net/connection.ts";
import type { HandshakeOptions, SecureConnection, TlsContext } from "../net/tls.ts";
import { LineDecoder, type RawLine, verbOf } from "../protocol/command_line.ts";
import { formatReply, type Reply } from "../protocol/reply.ts";

/** Longest command line: a path of 4096 bytes with every byte doubled still fits. */
const MAX_LINE_BYTES = 8192;
/** Lines that wait while a transfer runs; beyond that the client's own socket buffer has to hold them. */
const MAX_PENDING_LINES = 64;
/** An idle session waits with this much in its hands; longer lines and bursts take some more reads. */
const READ_BYTES = 512;
/** How long a client has to take the replies that end its session. */
const LAST_REPLIES_MS = 1000;
/**
 * An urgent mark cuts a read short, and the runtime takes a short read for the end of what has come: what
 * lies behind the mark would wait for more to arrive. A read of one byte is never short. It can go when the
 * tests of ABOR with urgent data (RFC 1123) pass without it.
 */
const READ_BYTES_AT_SYNCH = 1;
/** Whoever sends more in a second gets no call for each byte: no Synch and no command before it is longer. */
const MOST_READS_AT_SYNCH = 1024;

/** What a look ahead found. */
export type ReadAhead = "more" | "end" | "full";

/** The control connection of one session. */
export class ControlConnection {
  /** The bytes of a reply's text. */
  encode: (text: string) => Uint8Array = (text) => new TextEncoder().encode(text);
  #connection: Connection;
  /** The same while TLS protects it. */
  #secured: SecureConnection | undefined;
  #decoder = new LineDecoder({ maxBytes: MAX_LINE_BYTES });
  readonly #buffer = new Uint8Array(READ_BYTES);
  readonly #pending: RawLine[] = [];
  /** What may bring a Synch before the next line. */
  #synch: "nothing" | "a transfer" | "the end of one" = "nothing";
  /** Reads of one byte in the present second. */
  #synchReads = { count: 0, sinceMs: 0 };
  #reading: Promise<ReadAhead> | undefined;
  #writing: Promise<void> = Promise.resolve();
  /** Writes that have not ended. */
  #writes = 0;
  #ended = false;
  #hasRead = false;
  #isReleasing = false;
  #closing: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Whether its first bytes were a TLS handshake: it ended there. */
  isTlsHello = false;

  /** The two ends, as IP addresses. */
  get ends(): { readonly local: string; readonly peer: string } {
    return { local: this.#connection.local.hostname, peer: this.#connection.remote.hostname };
  }

  /** The next line; undefined when the client has gone. */
  next(): Soon<RawLine | undefined> {
    return this.#pending.length > 0 || this.#ended ? this.#pending.shift() : this.#nextRead();
  }

  async #nextRead(): Promise<RawLine | undefined> {
    while (this.#pending.length === 0 && !this.#ended) await this.#read();
    return this.#pending.shift();
  }

  /** Waits for more lines to be read behind those that wait already, for ABOR may be among them. */
  async readAhead(): Promise<ReadAhead> {
    if (this.#pending.length >= MAX_PENDING_LINES) return "full";
    return this.#ended ? "end" : await this.#read();
  }

  /** Whether a line with this verb waits to be run. */
  hasPending(verb: string): boolean {
    return this.#pending.some((line) => line !== "too-long" && verbOf(line) === verb);
  }

  /** Sends a reply. Never rejects: when the client is gone, the next read will tell. */
  send(reply: Reply): Promise<void> {
    return this.#write(this.encode(formatReply(reply)));
  }

  /** Sends the mark and the reply of one command together. */
  sendBoth(mark: Reply, reply: Reply): Promise<void> {
    return this.#write(this.encode(formatReply(mark) + formatReply(reply)));
  }

  /** Whether TLS protects it. */
  get isSecure(): boolean {
    return this.#secured !== undefined;
  }

  /** Whether the client has sent more than the lines taken so far, or is being read from at this moment. */
  get hasUnread(): boolean {
    return this.#pending.length > 0 || this.#reading !== undefined || this.#decoder.hasPart;
  }

  /**
   * Does the TLS handshake; everything after it is protected. RFC 4217 §4.
   *
   * @throws {Error} when it fails; the connection is closed then.
   */
  async secure(context: TlsContext, options: HandshakeOptions): Promise<void> {
    this.#secured = await context.secure(this.#connection, options);
    this.#connection = this.#secured;
  }

  /** Takes TLS off again, after REIN or CCC. RFC 4217 §5, §13. */
  async release(): Promise<void> {
    if (!this.#secured) return;
    this.#isReleasing = true;
    this.#connection = await this.#secured.release();
    this.#secured = undefined;
    this.#isReleasing = false;
    this.#decoder = new LineDecoder({ maxBytes: MAX_LINE_BYTES });
  }

  /** Ends the connection in order: what was sent arrives, what the client still sends is not read. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#connection.end().catch(() => {});
    this.close();
  }

  /**
   * Ends the connection when the client has had time for the last replies: one that does not read them must
   * not hold up the end.
   */
  closeSoon(): void {
    this.#closing ??= setTimeout(() => this.close(), LAST_REPLIES_MS);
  }

  /** Ends the connection at once. */
  close(): void {
    clearTimeout(this.#closing);
    this.#ended = true;
    this.#connection.close();
  }

  /**
   * A Telnet Synch may come before the next line, as clients send it before ABOR: while a transfer runs, and
   * behind one whose end they have not seen. RFC 959 §4.1.3.
   */
  expectSynch(): void {
    this.#synch = "a transfer";
  }

  /** The transfer is over: from the next line on no Synch comes any more. */
  expectLastSynch(): void {
    this.#synch = "the end of one";
  }

  /** Every idle session waits here, so what waits is kept small. */
  #read(): Promise<ReadAhead> {
    if (this.#reading) return this.#reading;
    const isSynch = (this.#synch !== "nothing" || this.#decoder.isInCommand) && this.#mayReadByByte();
    const connection = this.#connection;
    const buffer = isSynch ? this.#buffer.subarray(0, READ_BYTES_AT_SYNCH) : this.#buffer;
    this.#reading = connection.read(buffer).then(
      (length) => this.#take(connection, length),
      // A connection that breaks has ended, for us.
      () => this.#take(connection, null),
    );
    return this.#reading;
  }

  /** Whether some of a line has come, not Telnet commands alone. */
  get #hasLine(): boolean {
    return this.#pending.length > 0 || this.#decoder.hasText;
  }

  #mayReadByByte(): boolean {
    const nowMs = performance.now();
    if (nowMs - this.#synchReads.sinceMs > 1000) this.#synchReads = { count: 0, sinceMs: nowMs };
    return this.#synchReads.count++ < MOST_READS_AT_SYNCH;
  }

  #take(connection: Connection, length: number | null): ReadAhead | Promise<ReadAhead> {
    this.#reading = undefined;
    beginTurn();
    // A read that was waiting when TLS ended has seen the end of TLS alone.
    if (length === null && (this.#isReleasing || connection !== this.#connection)) return "more";
    if (length === null) {
      this.#ended = true;
      return "end";
    }
    if (!this.#hasRead && isTlsHello(this.#buffer.subarray(0, length))) {
      this.isTlsHello = this.#ended = true;
      return "end";
    }
    this.#hasRead = true;
    for (const line of this.#decoder.push(this.#buffer.subarray(0, length))) this.#pending.push(line);
    if (this.#synch === "the end of one" && this.#hasLine) this.#synch = "nothing";
    const answers = this.#decoder.takeTelnetAnswers();
    return answers.length === 0 ? "more" : this.#write(answers).then(() => "more");
  }

  /**
   * One after the other: the reply to a transfer that ends must not get into the middle of a long one that
   * the client is slow to read.
   */
  #write(bytes: Uint8Array): Promise<void> {
    const isAlone = this.#writes++ === 0;
    this.#writing = isAlone ? this.#writeNow(bytes) : this.#writing.then(() => this.#writeNow(bytes));
    return this.#writing;
  }

  async #writeNow(bytes: Uint8Array): Promise<void> {
    try {
      const written = await this.#connection.write(bytes);
      if (written < bytes.length) await writeAll(this.#connection, bytes.subarray(written));
    } catch {
      this.close();
    } finally {
      this.#writes--;
    }
  }
}

/** Whether bytes begin a TLS handshake, which no command does. RFC 8446 §5.1. */
function isTlsHello([type, major]: Uint8Array): boolean {
  return type === 0x16 && major === 0x03;
}

/** TLS on the server's side: the only place where it exists. RFC 4217, RFC 8446, RFC 8996. */

import { createSecureContext, type SecureContext, TLSSocket, type TLSSocketOptions } from "node:tls";
import { createPrivateKey, X509Certificate } from "node:crypto";
import type { SocketAddress } from "./address.ts";
import type { Connection } from "./connection.ts";
import { ConnectionDuplex } from "./connection_duplex.ts";
import { NodeConnection, type ReadGate } from "./node_connection.ts";

/** A certificate and its key. */
export interface TlsIdentity {
  /** PEM, the server's certificate first, then the chain. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

/** How a handshake is done. */
export interface HandshakeOptions {
  /** How long it may take, milliseconds. */
  readonly timeoutMs: number;
}

/**
 * One identity, with the sessions that can be resumed on it.
 *
 * A control connection and all data connections of its session use the same context, which is what lets the latter resume the former's TLS session,
 * also when the certificate is renewed meanwhile.
 *
 * Of the ways that the runtime offers, this takes the fastest for each kind of connection: straight over a `node:net` socket where there is one (bulk
 * data), over a Duplex otherwise (control connections). Neither tells whether the peer closed with an alert or was cut off: see `docs/compliance.md`, X12.
 */
export class TlsContext {
  readonly #context: SecureContext;
  /** The SHA-256 digest of the certificate, hexadecimal with colons, as clients show it. */
  readonly fingerprint: string;

  /** @throws {Error} saying what is wrong with the pair. */
  constructor({ certificate, key }: TlsIdentity) {
    const parsed = parsing("certificate", () => new X509Certificate(certificate));
    const privateKey = parsing("key", () => createPrivateKey(key));
    if (!parsed.checkPrivateKey(privateKey)) throw new Error("the key does not belong to the certificate");
    this.fingerprint = parsed.fingerprint256;
    this.#context = createSecureContext({ cert: certificate, key, minVersion: "TLSv1.2" });
  }

  /**
   * Does the server's side of a handshake and returns the connection in its place. The server is the TLS server also where it opened the connection
   * (RFC 4217 §7).
   *
   * @throws {Error} when the handshake fails or takes too long; the connection is closed then.
   */
  async secure(connection: Connection, { timeoutMs }: HandshakeOptions): Promise<SecureConnection> {
    const duplex = connection instanceof NodeConnection ? undefined : new ConnectionDuplex(connection);
    const under = connection instanceof NodeConnection ? connection.socket : duplex!;
    // A client that offers other protocols and not `ftp` meant another server: it is turned away (ALPACA).
    const socket = new TLSSocket(under, {
      isServer: true,
      secureContext: this.#context,
      ALPNProtocols: ["ftp"],
      // Never full, so that the runtime never stops it: see gateOf.
      highWaterMark: Number.MAX_SAFE_INTEGER,
    } as TLSSocketOptions);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error("TLS handshake took too long")), timeoutMs);
    socket.once("secure", resolve);
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("The client left during the TLS handshake")));
    try {
      await promise;
    } catch (error) {
      socket.destroy();
      connection.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
    return new SecureConnection(socket, connection, duplex);
  }
}

/** A connection under TLS. */
export class SecureConnection extends NodeConnection {
  readonly #socket: TLSSocket;
  readonly #under: Connection;
  readonly #duplex: ConnectionDuplex | undefined;

  constructor(socket: TLSSocket, under: Connection, duplex: ConnectionDuplex | undefined) {
    super(socket, { ends: under, gate: duplex ?? gateOf(under) });
    this.#socket = socket;
    this.#under = under;
    this.#duplex = duplex;
  }

  /** Whether the client resumed a session, such as that of its control connection. */
  get isResumed(): boolean {
    return this.#socket.isSessionReused();
  }

  /** `TLSv1.2` or `TLSv1.3`. */
  get protocol(): string {
    return this.#socket.getProtocol() ?? "unknown";
  }

  override close(): void {
    super.close();
    this.#under.close();
  }

  /**
   * Ends TLS and keeps the connection: our closing alert is sent, the client's awaited, and what follows is in clear. RFC 4217 §5, §13.
   *
   * @throws {Error} when the client closes instead.
   */
  async release(): Promise<Connection> {
    if (!this.#duplex) throw new Error("Cannot take TLS off a data connection");
    const duplex = this.#duplex;
    duplex.keepOpen();
    const ended = new Promise<void>((resolve, reject) => {
      this.#socket.once("end", resolve);
      this.#socket.once("close", () => reject(new Error("The client closed instead of ending TLS")));
    });
    await this.finish();
    await ended;
    return new ClearedConnection(this.#under, duplex.detach());
  }
}

/**
 * The gate of the TCP connection below a TLS socket.
 *
 * Works around a fault of the runtime: a TLS socket that is paused while the closing alert comes in forgets the alert, and strict clients then wait for ours
 * for ever. So the TLS socket is never paused, and what holds the peer back is its TCP handle. It can go when the test "an upload larger than what
 * is held back ends with the alert" passes with `socket.pause()`.
 */
function gateOf(under: Connection): ReadGate | undefined {
  if (!(under instanceof NodeConnection)) return undefined;
  const { _handle: handle } = under.socket as unknown as {
    _handle?: { readStop?(): void; readStart?(): void };
  };
  return { stop: () => handle?.readStop?.(), start: () => handle?.readStart?.() };
}

/** What is left of a connection when TLS is taken off it: a read that TLS had begun is answered first. */
class ClearedConnection implements Connection {
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  readonly #under: Connection;
  #begun: Promise<Uint8Array | null> | undefined;

  constructor(under: Connection, begun: Promise<Uint8Array | null>) {
    this.local = under.local;
    this.remote = under.remote;
    this.#under = under;
    this.#begun = begun;
    begun.catch(() => {});
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    if (!this.#begun) return await this.#under.read(buffer);
    const bytes = await this.#begun;
    this.#begun = undefined;
    if (bytes === null) return null;
    if (bytes.length === 0) return await this.#under.read(buffer);
    buffer.set(bytes.subarray(0, buffer.length));
    if (bytes.length > buffer.length) this.#begun = Promise.resolve(bytes.subarray(buffer.length));
    return Math.min(bytes.length, buffer.length);
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#under.write(bytes);
  }

  finish(): Promise<void> {
    return this.#under.finish();
  }

  close(): void {
    this.#under.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function parsing<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the ${what} is not valid PEM: ${reason}`, { cause });
  }
}

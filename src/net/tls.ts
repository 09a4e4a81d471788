/** TLS on the server's side: whose certificate is shown, in which versions. RFC 4217, RFC 8446, RFC 8996. */

import { createSecureContext, type SecureContext } from "node:tls";
import type { Connection } from "./connection.ts";
import { SecureConnection } from "./secure_connection.ts";
import { TlsEngine } from "./tls_engine.ts";
import { type CheckedIdentity, checkIdentity, type TlsIdentity } from "./tls_identity.ts";
import { OwnTickets } from "./tls_tickets.ts";

export type { SecureConnection } from "./secure_connection.ts";
export type { TlsIdentity } from "./tls_identity.ts";

/** How a handshake is done. */
export interface HandshakeOptions {
  /** How long it may take, milliseconds; 0 for ever. */
  readonly timeoutMs: number;
  /**
   * Whether the client's end counts only with its closing alert, so that a connection that is cut off does
   * not pass for one that ended.
   */
  readonly requireClosingAlert?: boolean;
}

/**
 * One identity, with the sessions that can be resumed on it.
 *
 * A control connection and all data connections of its session use the same context, which is what lets the
 * latter resume the former's TLS session, also when the certificate is renewed meanwhile.
 */
export class TlsContext {
  readonly #identity: CheckedIdentity;
  readonly #context: SecureContext;
  readonly #ownTickets: OwnTickets | undefined;
  /** The SHA-256 digest of the certificate, hexadecimal with colons, as clients show it. */
  readonly fingerprint: string;

  /**
   * Takes a pair; one that was looked at is taken as it is.
   *
   * @param options `isApart`: see {@linkcode apart}.
   * @throws {Error} saying what is wrong with it.
   */
  constructor(identity: TlsIdentity | CheckedIdentity, { isApart = false }: { isApart?: boolean } = {}) {
    this.#identity = "fingerprint" in identity ? identity : checkIdentity(identity);
    const { certificate: cert, key, fingerprint } = this.#identity;
    this.fingerprint = fingerprint;
    this.#ownTickets = isApart ? new OwnTickets() : undefined;
    const maxVersion = isApart ? "TLSv1.2" : "TLSv1.3";
    this.#context = createSecureContext({ cert, key, minVersion: "TLSv1.2", maxVersion });
  }

  /** What is shown. */
  get identity(): CheckedIdentity {
    return this.#identity;
  }

  /**
   * The same identity for the connections of one session, where only TLS sessions that began on one of them
   * count as resumed.
   *
   * The runtime has one key for the tickets of all contexts and tells that a session was resumed, not which.
   * So this compares the tickets themselves as they pass. In TLS 1.3 they are given out encrypted, hence
   * there is TLS 1.2 alone. It can go when the runtime takes ticket keys for a context (its issue 33963) and
   * the tests of X9 with another client's session pass with them.
   */
  apart(): TlsContext {
    return new TlsContext(this.#identity, { isApart: true });
  }

  /**
   * Does the server's side of a handshake and returns the connection in its place. The server is the TLS
   * server also where it opened the connection (RFC 4217 §7).
   *
   * @throws {Error} when the handshake fails or takes too long; the connection is closed then.
   */
  async secure(
    connection: Connection,
    { timeoutMs, requireClosingAlert = false }: HandshakeOptions,
  ): Promise<SecureConnection> {
    const secured = this.#over(connection, { requireClosingAlert });
    let isLate = false;
    const giveUp = (): void => {
      isLate = true;
      secured.close();
    };
    const timer = timeoutMs === 0 ? undefined : setTimeout(giveUp, timeoutMs);
    try {
      await secured.shakeHands();
      return secured;
    } catch (cause) {
      secured.close();
      throw isLate ? new Error("TLS handshake took too long", { cause }) : cause;
    } finally {
      clearTimeout(timer);
    }
  }

  #over(under: Connection, options: { requireClosingAlert: boolean }): SecureConnection {
    try {
      // A client that offers other protocols and not `ftp` meant another server: it is turned away (ALPACA).
      const engine = new TlsEngine(this.#context, { protocols: ["ftp"] });
      return new SecureConnection({ under, engine, watch: this.#ownTickets?.watch(), ...options });
    } catch (error) {
      under.close();
      throw error;
    }
  }
}

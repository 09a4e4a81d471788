/**
 * The data connection: prepared by PASV, EPSV, PORT or EPRT, opened when the transfer command comes. RFC 959
 * §3.2, §3.3.
 */

import type { Deadline, Deadlines } from "../limits/deadlines.ts";
import type { Connection } from "../net/connection.ts";
import { connect, type ConnectOptions } from "../net/connector.ts";
import type { HandshakeOptions, TlsContext } from "../net/tls.ts";
import type { PassiveLease } from "../net/passive_ports.ts";
import { reply, ReplyError } from "../protocol/reply.ts";
import type { SecurityParameters } from "./parameters.ts";
import type { SessionOptions } from "./session_options.ts";

/** One transfer's connection, from its preparation to its end. */
export interface DataConnection {
  /** How the control connection's client asked for it, for STAT. */
  readonly description: string;
  /** The connection, when it is there already and nothing is left to be done before it can be used. */
  readonly arrived?: Connection;
  /**
   * Waits for the client or connects to it.
   *
   * @throws {ReplyError} 425 when it cannot be had in time, or was closed.
   */
  open(): Promise<Connection>;
  /** Ends it in whatever state it is; a pending {@linkcode open} rejects. May be called again. */
  close(): void;
}

/** The client connects to a port of ours, before or after the transfer command. */
export class PassiveDataConnection implements DataConnection {
  readonly description: string;
  readonly #lease: PassiveLease;
  readonly #timeoutMs: number;
  readonly #deadline: Deadline;

  constructor(
    lease: PassiveLease,
    { timeoutMs, deadlines }: { timeoutMs: number; deadlines: Deadlines },
  ) {
    this.description = `passive on port ${lease.port}`;
    this.#lease = lease;
    this.#timeoutMs = timeoutMs;
    // A port that nobody uses goes back to the range by itself.
    this.#deadline = deadlines.make(() => this.close());
    this.#deadline.start(timeoutMs);
  }

  get arrived(): Connection | undefined {
    return this.#lease.arrived;
  }

  async open(): Promise<Connection> {
    this.#deadline.start(this.#timeoutMs);
    try {
      return await this.#lease.connection;
    } catch (cause) {
      throw new ReplyError(reply(425, "Cannot open data connection: the client did not connect"), { cause });
    } finally {
      this.#deadline[Symbol.dispose]();
    }
  }

  close(): void {
    this.#deadline[Symbol.dispose]();
    this.#lease.close();
  }
}

/** We connect to a port of the client's. */
export class ActiveDataConnection implements DataConnection {
  readonly description: string;
  readonly #address: Omit<ConnectOptions, "signal">;
  readonly #timeoutMs: number;
  readonly #closing = new AbortController();
  #connection: Connection | undefined;

  constructor(address: Omit<ConnectOptions, "signal">, { timeoutMs }: { timeoutMs: number }) {
    this.description = `active to ${address.hostname} port ${address.port}`;
    this.#address = address;
    this.#timeoutMs = timeoutMs;
  }

  async open(): Promise<Connection> {
    const giveUp = (): void => this.#closing.abort();
    const timer = this.#timeoutMs === 0 ? undefined : setTimeout(giveUp, this.#timeoutMs);
    try {
      this.#connection = await connect({ ...this.#address, signal: this.#closing.signal });
      return this.#connection;
    } catch (cause) {
      throw new ReplyError(
        reply(425, "Cannot open data connection: the client's port does not answer, try passive mode"),
        { cause },
      );
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#closing.abort();
    this.#connection?.close();
  }
}

/**
 * A data connection under TLS. Its handshake comes after the mark, whichever side connected (RFC 4217 §10.2).
 */
export class PrivateDataConnection implements DataConnection {
  readonly description: string;
  readonly #clear: DataConnection;
  readonly #options: PrivateDataOptions;
  #secured: Connection | undefined;

  constructor(clear: DataConnection, options: PrivateDataOptions) {
    this.description = `${clear.description}, protected`;
    this.#clear = clear;
    this.#options = options;
  }

  async open(): Promise<Connection> {
    const { context, requireResumption, ...handshake } = this.#options;
    const clear = await this.#clear.open();
    const secured = await context.secure(clear, handshake).catch((cause) => {
      throw new ReplyError(reply(522, "Cannot open data connection: the TLS handshake failed"), { cause });
    });
    this.#secured = secured;
    if (secured.isResumed || !requireResumption) return secured;
    secured.close();
    throw new ReplyError(
      reply(522, "Cannot open data connection: resume the TLS session of the control connection"),
    );
  }

  close(): void {
    this.#secured?.close();
    this.#clear.close();
  }
}

/** How {@linkcode PrivateDataConnection} works. */
export interface PrivateDataOptions extends HandshakeOptions {
  /** The certificate of the control connection. */
  readonly context: TlsContext;
  /** Whether it has to resume the TLS session of the control connection. */
  readonly requireResumption: boolean;
}

/**
 * The data connection as the session has agreed on it: in clear, or under the TLS of its control connection.
 * RFC 4217 §9.
 */
export function protectedData(
  data: DataConnection,
  { context, protection }: SecurityParameters,
  options: SessionOptions,
): DataConnection {
  if (protection === "clear" || !context) return data;
  return new PrivateDataConnection(data, {
    context,
    timeoutMs: options.dataTimeoutMs,
    requireResumption: options.requireTlsResumption,
    requireClosingAlert: options.requireTlsClosingAlert,
  });
}

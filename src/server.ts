/** The server: listens, runs a session for each connection, and ends in order. Also the library's public face. */

import { LocalFrontOffice } from "./front_office.ts";
import { HashLimits } from "./limits/hash_limits.ts";
import type { Seat } from "./limits/ledger.ts";
import { BufferPool } from "./limits/buffer_pool.ts";
import { RateLimits } from "./limits/rate_limits.ts";
import type { SocketAddress } from "./net/address.ts";
import { addressOf, listenForControl } from "./net/control_listener.ts";
import { TcpConnection } from "./net/connection.ts";
import { Masquerade } from "./net/masquerade.ts";
import { PassivePorts } from "./net/passive_ports.ts";
import { ReplyError } from "./protocol/reply.ts";
import {
  type FtpServerOptions,
  hashLimitsOf,
  ledgerLimitsOf,
  rateLimitsOf,
  sessionOptionsOf,
  tlsSourceOf,
} from "./server_options.ts";
import { secureControl } from "./session/commands/security.ts";
import { COMMANDS } from "./session/commands/table.ts";
import { ControlConnection } from "./session/control_connection.ts";
import { serve } from "./session/dispatch.ts";
import { Session } from "./session/session.ts";
import type { SessionServices } from "./session/session_services.ts";
import { LocalStorage } from "./storage/local_storage.ts";
import type { Storage } from "./storage/storage.ts";
import type { User } from "./users/user.ts";

export type { FtpServerOptions } from "./server_options.ts";
export type { TlsPolicy } from "./session/session_options.ts";
export type { SocketAddress } from "./net/address.ts";
export { ListenError } from "./net/control_listener.ts";
export type { PortRange } from "./net/passive_ports.ts";
export type { EventSink, FileRecord, ServerEvent, SessionLabel, TransferRecord } from "./telemetry/events.ts";
export type {
  Entry,
  ReadOptions,
  Storage,
  StorageCapabilities,
  StorageErrorKind,
  WriteMode,
} from "./storage/storage.ts";
export { CertificateStore, type TlsSource } from "./net/certificate_store.ts";
export type { Connection } from "./net/connection.ts";
export type { NodeConnection, NodeConnectionOptions, ReadGate } from "./net/node_connection.ts";
export type { HandshakeOptions, SecureConnection, TlsContext, TlsIdentity } from "./net/tls.ts";
export { StorageError } from "./storage/storage.ts";
export { MemoryStorage } from "./storage/memory_storage.ts";
export { PERMISSION_LETTERS, type PermissionLetter, Permissions } from "./users/permissions.ts";
export type { User } from "./users/user.ts";
export { MemoryUserStore, type UserStore } from "./users/user_store.ts";
export type { resolved, VirtualPath } from "./protocol/pathname.ts";

/** An FTP server. */
export class FtpServer implements AsyncDisposable {
  #options: FtpServerOptions;
  #services: SessionServices;
  readonly #listeners: Deno.TcpListener[] = [];
  #accepting: Promise<void>[] = [];
  readonly #office: LocalFrontOffice;
  readonly #rateLimits: RateLimits;
  readonly #buffers: BufferPool;
  readonly #hashLimits: HashLimits;
  readonly #unsubscribe: () => void;
  readonly #sessions = new Map<Session, Promise<void>>();
  readonly #passivePorts = new Set<PassivePorts>();
  readonly #undecodableNames = new Set<string>();
  #lastId = 0;

  /** A server that does not listen yet. */
  constructor(options: FtpServerOptions) {
    this.#options = options;
    this.#office = new LocalFrontOffice({
      users: options.users,
      limits: ledgerLimitsOf(options),
      record: (event) => this.#options.record?.(event),
    });
    this.#rateLimits = new RateLimits(rateLimitsOf(options));
    this.#buffers = new BufferPool({ budgetBytes: options.transferMemory ?? 64 * 1024 * 1024 });
    this.#hashLimits = new HashLimits(hashLimitsOf(options));
    this.#services = this.#servicesOf(options);
    this.#unsubscribe = options.users.subscribe((names) => this.#dismissUsers(names));
  }

  /**
   * Where it listens.
   *
   * @throws {Error} before {@linkcode listen}.
   */
  get address(): SocketAddress {
    return this.#addressOf(0);
  }

  /**
   * Where it listens for clients that begin with TLS.
   *
   * @throws {Error} when it does not.
   */
  get implicitTlsAddress(): SocketAddress {
    return this.#addressOf(1);
  }

  /** Sessions at this moment. */
  get sessionCount(): number {
    return this.#sessions.size;
  }

  /**
   * Binds the port and starts to accept.
   *
   * @throws {ListenError} when a port cannot be had; then none is held.
   */
  listen(): void {
    const { hostname = "::", port = 2121, implicitTlsPort } = this.#options;
    try {
      this.#listen({ hostname, port, isImplicit: false });
      if (implicitTlsPort !== undefined) this.#listen({ hostname, port: implicitTlsPort, isImplicit: true });
    } catch (error) {
      for (const listener of this.#listeners.splice(0)) listener.close();
      throw error;
    }
  }

  /** Takes new options. Limits hold at once, the rest for new sessions; address, port, accounts and storage stay. */
  reconfigure(options: FtpServerOptions): void {
    const { users, hostname, port, implicitTlsPort, tls, openStorage, record } = this.#options;
    const passivePorts = this.#services.passivePorts;
    this.#options = { ...options, users, hostname, port, implicitTlsPort, tls, openStorage, record };
    this.#office.limits = ledgerLimitsOf(options);
    this.#rateLimits.options = rateLimitsOf(options);
    this.#hashLimits.options = hashLimitsOf(options);
    this.#services = this.#servicesOf(this.#options, passivePorts);
  }

  /**
   * Ends in order: no new connections, running transfers may finish within the grace, then everybody gets 421.
   *
   * @param options `graceMs`: how long transfers may go on, milliseconds.
   */
  async shutdown({ graceMs }: { graceMs: number }): Promise<void> {
    this.#unsubscribe();
    for (const listener of this.#listeners.splice(0)) listener.close();
    const timer = setTimeout(() => this.#dismissAll({ afterTransfer: false }), graceMs);
    this.#dismissAll({ afterTransfer: graceMs > 0 });
    await Promise.all(this.#accepting);
    await Promise.all(this.#sessions.values());
    clearTimeout(timer);
    await Promise.all(Array.from(this.#passivePorts, (ports) => ports[Symbol.asyncDispose]()));
  }

  /** {@linkcode shutdown} without grace. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown({ graceMs: 0 });
  }

  #addressOf(listener: number): SocketAddress {
    const bound = this.#listeners[listener];
    if (!bound) throw new Error("Cannot tell the address: the server does not listen");
    return addressOf(bound);
  }

  #listen({ isImplicit, ...address }: { hostname: string; port: number; isImplicit: boolean }): void {
    const listener = listenForControl(address);
    this.#listeners.push(listener);
    this.#accepting.push(this.#accept(listener, { isImplicit }));
  }

  async #accept(listener: Deno.TcpListener, options: { isImplicit: boolean }): Promise<void> {
    while (true) {
      let conn: Deno.TcpConn;
      try {
        conn = await listener.accept();
      } catch (error) {
        if (!this.#listeners.includes(listener)) return;
        // A client that left while it waited. To pause for it would let a few of them lock everybody out.
        if (error instanceof Deno.errors.NotConnected || error instanceof Deno.errors.ConnectionAborted) {
          continue;
        }
        // No descriptors for a moment: the next one may fare better.
        this.#office.report({ kind: "error", message: "Cannot accept a connection", error });
        await new Promise((resolve) => setTimeout(resolve, 100));
        continue;
      }
      this.#open(conn, options);
    }
  }

  #open(conn: Deno.TcpConn, options: { isImplicit: boolean }): void {
    let connection: TcpConnection;
    try {
      connection = new TcpConnection(conn);
      connection.tuneForControl();
    } catch {
      // The client was gone before it could be greeted.
      conn.close();
      return;
    }
    const session = new Session(++this.#lastId, new ControlConnection(connection), this.#services);
    this.#sessions.set(session, this.#run(session, options).finally(() => this.#sessions.delete(session)));
  }

  async #run(session: Session, { isImplicit }: { isImplicit: boolean }): Promise<void> {
    const startedMs = performance.now();
    const { peer } = session.control.ends;
    let seat: Seat | undefined;
    try {
      seat = await this.#office.admit(peer);
      this.#office.report({ kind: "session-opened", session: session.label });
      if (isImplicit) await this.#beginWithTls(session);
      const reason = session.closing ?? await serve(session, COMMANDS);
      const seconds = (performance.now() - startedMs) / 1000;
      this.#office.report({ kind: "session-closed", session: session.label, reason, seconds });
      await session.control.finish();
    } catch (error) {
      await this.#sendAway(session, error);
    } finally {
      await session.close();
      void session.leftBehind.settled.then(() => seat?.[Symbol.dispose]());
    }
  }

  /** RFC 4217 has no implicit TLS; by practice data connections begin protected. */
  async #beginWithTls(session: Session): Promise<void> {
    const context = await session.services.tls?.latest();
    if (context) await secureControl(session, { context, protection: "private", isImplicit: true });
    else session.closing = "there is no certificate";
  }

  async #sendAway(session: Session, error: unknown): Promise<void> {
    if (!(error instanceof ReplyError)) {
      this.#office.report({ kind: "error", session: session.label, message: "Cannot run a session", error });
      return;
    }
    const [reason] = error.reply.lines;
    this.#office.report({ kind: "session-refused", peer: session.control.ends.peer, reason });
    await session.control.send(error.reply);
    await session.control.finish();
  }

  #dismissAll(options: { afterTransfer: boolean }): void {
    for (const session of this.#sessions.keys()) void session.dismiss("The server is shutting down", options);
  }

  #dismissUsers(names: ReadonlySet<string>): void {
    for (const session of this.#sessions.keys()) {
      if (!session.user || !names.has(session.user.name)) continue;
      void session.dismiss("Your account has changed, log in again", { afterTransfer: false });
    }
  }

  #servicesOf(options: FtpServerOptions, former?: PassivePorts): SessionServices {
    const { passivePorts: range, masqueradeAddress: address, atomicUploads = true } = options;
    const passivePorts = former?.hasRange(range) ? former : new PassivePorts(range);
    this.#passivePorts.add(passivePorts);
    return {
      options: sessionOptionsOf(options),
      office: this.#office,
      passivePorts,
      masquerade: new Masquerade({
        address,
        warn: (message) => this.#office.report({ kind: "warning", message }),
      }),
      rateLimits: this.#rateLimits,
      buffers: this.#buffers,
      tls: tlsSourceOf(options),
      hashLimits: this.#hashLimits,
      openStorage: options.openStorage ?? ((user) => this.#openHome(user, { atomicUploads })),
    };
  }

  #openHome(user: User, { atomicUploads }: { atomicUploads: boolean }): Storage {
    return new LocalStorage({
      home: user.home,
      atomicUploads,
      onUndecodableName: (name, directory) => this.#reportUndecodable(name, directory),
    });
  }

  /** Says it once for each directory: it will be listed often. */
  #reportUndecodable(name: string, directory: string): void {
    if (this.#undecodableNames.has(directory)) return;
    this.#undecodableNames.add(directory);
    const message =
      `Left out of listings: ${directory} holds a name that is not valid UTF-8, shown as ${name}; rename it on this machine`;
    this.#office.report({ kind: "warning", message });
  }
}

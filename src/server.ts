/** The server: listens, runs a session for each connection, and ends in order. Also the library's public face. */

import { LocalFrontOffice } from "./front_office.ts";
import { HashLimits } from "./limits/hash_limits.ts";
import { RateLimits } from "./limits/rate_limits.ts";
import { normalizeIp, type SocketAddress } from "./net/address.ts";
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
} from "./server_options.ts";
import { COMMANDS } from "./session/commands/table.ts";
import { ControlConnection } from "./session/control_connection.ts";
import { serve } from "./session/dispatch.ts";
import { Session, type SessionServices } from "./session/session.ts";
import { LocalStorage } from "./storage/local_storage.ts";
import type { Storage } from "./storage/storage.ts";
import type { User } from "./users/user.ts";

export type { FtpServerOptions } from "./server_options.ts";
export type { SocketAddress } from "./net/address.ts";
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
export { StorageError } from "./storage/storage.ts";
export { MemoryStorage } from "./storage/memory_storage.ts";
export { type PermissionLetter, Permissions } from "./users/permissions.ts";
export type { User } from "./users/user.ts";
export { MemoryUserStore, type UserStore } from "./users/user_store.ts";
export type { VirtualPath } from "./protocol/pathname.ts";

/** Many clients may knock at once; the system's usual 128 would turn some away. */
const BACKLOG = 1024;

/** An FTP server. */
export class FtpServer implements AsyncDisposable {
  #options: FtpServerOptions;
  #services: SessionServices;
  #listener: Deno.TcpListener | undefined;
  #accepting: Promise<void> = Promise.resolve();
  readonly #office: LocalFrontOffice;
  readonly #rateLimits: RateLimits;
  readonly #hashLimits: HashLimits;
  readonly #unsubscribe: () => void;
  readonly #sessions = new Map<Session, Promise<void>>();
  readonly #passivePorts = new Set<PassivePorts>();
  readonly #undecodableNames = new Set<string>();
  #lastId = 0;

  constructor(options: FtpServerOptions) {
    this.#options = options;
    this.#office = new LocalFrontOffice({
      users: options.users,
      limits: ledgerLimitsOf(options),
      record: (event) => this.#options.record?.(event),
    });
    this.#rateLimits = new RateLimits(rateLimitsOf(options));
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
    if (!this.#listener) throw new Error("Cannot tell the address: the server does not listen");
    const { hostname, port } = this.#listener.addr;
    return { hostname: normalizeIp(hostname), port };
  }

  /** Sessions at this moment. */
  get sessionCount(): number {
    return this.#sessions.size;
  }

  /**
   * Binds the port and starts to accept.
   *
   * @throws {Deno.errors.AddrInUse} when the port is taken.
   * @throws {Deno.errors.PermissionDenied} when the port is for the system's administrator.
   */
  listen(): void {
    const { hostname = "::", port = 2121 } = this.#options;
    this.#listener = listenDualStack({ hostname, port });
    this.#accepting = this.#accept(this.#listener);
  }

  /** Takes new options. Limits hold at once, the rest for new sessions; address, port, accounts and storage stay. */
  reconfigure(options: FtpServerOptions): void {
    const { users, hostname, port, openStorage, record } = this.#options;
    const passivePorts = this.#services.passivePorts;
    this.#options = { ...options, users, hostname, port, openStorage, record };
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
    this.#listener?.close();
    this.#listener = undefined;
    const timer = setTimeout(() => this.#dismissAll({ afterTransfer: false }), graceMs);
    this.#dismissAll({ afterTransfer: graceMs > 0 });
    await this.#accepting;
    await Promise.all(this.#sessions.values());
    clearTimeout(timer);
    await Promise.all(Array.from(this.#passivePorts, (ports) => ports[Symbol.asyncDispose]()));
  }

  /** {@linkcode shutdown} without grace. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown({ graceMs: 0 });
  }

  async #accept(listener: Deno.TcpListener): Promise<void> {
    while (true) {
      let conn: Deno.TcpConn;
      try {
        conn = await listener.accept();
      } catch (error) {
        if (this.#listener !== listener) return;
        // A client that left while it waited, or no descriptors for a moment: the next one may fare better.
        this.#office.report({ kind: "error", message: "Cannot accept a connection", error });
        await new Promise((resolve) => setTimeout(resolve, 100));
        continue;
      }
      this.#open(conn);
    }
  }

  #open(conn: Deno.TcpConn): void {
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
    this.#sessions.set(session, this.#run(session).finally(() => this.#sessions.delete(session)));
  }

  async #run(session: Session): Promise<void> {
    const startedMs = performance.now();
    const { peer } = session.control.ends;
    try {
      using _seat = await this.#office.admit(peer);
      this.#office.report({ kind: "session-opened", session: session.label });
      const reason = await serve(session, COMMANDS);
      const seconds = (performance.now() - startedMs) / 1000;
      this.#office.report({ kind: "session-closed", session: session.label, reason, seconds });
      await session.control.finish();
    } catch (error) {
      await this.#sendAway(session, error);
    } finally {
      await session.close();
    }
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

/** Where the system has no IPv6, `::` means every IPv4 address. */
function listenDualStack({ hostname, port }: { hostname: string; port: number }): Deno.TcpListener {
  try {
    return Deno.listen({ hostname, port, tcpBacklog: BACKLOG });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (hostname !== "::" || (code !== "EAFNOSUPPORT" && code !== "EADDRNOTAVAIL")) throw error;
    return Deno.listen({ hostname: "0.0.0.0", port, tcpBacklog: BACKLOG });
  }
}

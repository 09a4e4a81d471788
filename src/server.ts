/** The server: listens, runs a session for each connection, and ends in order. Also the library's public face. */

import { LocalFrontOffice } from "./front_office.ts";
import type { LedgerLimits } from "./limits/ledger.ts";
import { RateLimits } from "./limits/rate_limits.ts";
import { normalizeIp, type SocketAddress } from "./net/address.ts";
import { TcpConnection } from "./net/connection.ts";
import { Masquerade } from "./net/masquerade.ts";
import { PassivePorts, type PortRange } from "./net/passive_ports.ts";
import { ReplyError } from "./protocol/reply.ts";
import { zoneOffset } from "./protocol/unix_listing.ts";
import { COMMANDS } from "./session/commands/table.ts";
import { ControlConnection } from "./session/control_connection.ts";
import { serve } from "./session/dispatch.ts";
import { Session, type SessionServices } from "./session/session.ts";
import { LocalStorage } from "./storage/local_storage.ts";
import type { Storage } from "./storage/storage.ts";
import type { EventSink } from "./telemetry/events.ts";
import type { User } from "./users/user.ts";
import type { UserStore } from "./users/user_store.ts";

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

/** How {@linkcode FtpServer} works. Everything but the accounts has a default. */
export interface FtpServerOptions {
  /** Where accounts come from. */
  users: UserStore;
  /** The address to listen on; default `::`, which is IPv6 and IPv4. */
  hostname?: string;
  /** The port to listen on, 0 for any free one; default 2121. */
  port?: number;
  /** The text of the greeting, one or more lines. */
  banner?: string;
  /** The ports for passive data connections; default any free one. */
  passivePorts?: PortRange;
  /** The IP address or host name that clients on the internet reach the server at. */
  masqueradeAddress?: string;
  /** Upload limit of each transfer, bytes per second; default 0, none. */
  maxUpload?: number;
  /** Download limit of each transfer, bytes per second; default 0, none. */
  maxDownload?: number;
  /** Upload limit of the whole server, bytes per second; default 0, none. */
  maxServerUpload?: number;
  /** Download limit of the whole server, bytes per second; default 0, none. */
  maxServerDownload?: number;
  /** Most control connections at once, 0 for no limit; default 256. */
  maxConnections?: number;
  /** Most control connections from one IP address at once, 0 for no limit; default 10. */
  maxConnectionsPerIp?: number;
  /** How long a session may be silent, milliseconds, 0 for ever; default 5 minutes. */
  idleTimeoutMs?: number;
  /** How long logging in may take, milliseconds, 0 for ever; default 1 minute. */
  loginTimeoutMs?: number;
  /** How long a data connection may take to come up or stand still, milliseconds; default 1 minute. */
  dataTimeoutMs?: number;
  /** Wrong passwords until the session is closed; default 3. */
  loginAttempts?: number;
  /** The least time before a wrong password is answered, milliseconds; default 3 seconds. */
  loginFailureDelayMs?: number;
  /** Whether data connections may lead to other hosts than the client's; default false. */
  allowForeignAddresses?: boolean;
  /** Whether PORT and EPRT may name ports below 1024; default false. */
  allowPrivilegedPorts?: boolean;
  /** The IANA time zone of LIST; default `UTC`. Every other time is UTC always. */
  listTimeZone?: string;
  /** Whether uploads appear under their names only when they are complete; default true. */
  atomicUploads?: boolean;
  /** Opens the storage behind an account; by default its home on the local disk. */
  openStorage?: (user: User) => Storage;
  /** Takes every event. */
  record?: EventSink;
}

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
    const {
      banner = "baseftp ready",
      passivePorts: range,
      masqueradeAddress: address,
      idleTimeoutMs = 5 * 60_000,
      loginTimeoutMs = 60_000,
      dataTimeoutMs = 60_000,
      loginAttempts = 3,
      loginFailureDelayMs = 3_000,
      allowForeignAddresses = false,
      allowPrivilegedPorts = false,
      listTimeZone = "UTC",
      atomicUploads = true,
      openStorage = (user) => this.#openHome(user, { atomicUploads }),
    } = options;
    const passivePorts = former?.hasRange(range) ? former : new PassivePorts(range);
    this.#passivePorts.add(passivePorts);
    return {
      options: {
        ...{ banner, idleTimeoutMs, loginTimeoutMs, dataTimeoutMs, loginAttempts, loginFailureDelayMs },
        ...{ allowForeignAddresses, allowPrivilegedPorts, listOffsetMs: zoneOffset(listTimeZone) },
      },
      office: this.#office,
      passivePorts,
      masquerade: new Masquerade({
        address,
        warn: (message) => this.#office.report({ kind: "warning", message }),
      }),
      rateLimits: this.#rateLimits,
      openStorage,
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

function ledgerLimitsOf({ maxConnections = 256, maxConnectionsPerIp = 10 }: FtpServerOptions): LedgerLimits {
  return { maxConnections, maxConnectionsPerIp };
}

function rateLimitsOf(options: FtpServerOptions): ConstructorParameters<typeof RateLimits>[0] {
  return {
    transfer: { upload: options.maxUpload, download: options.maxDownload },
    server: { upload: options.maxServerUpload, download: options.maxServerDownload },
  };
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

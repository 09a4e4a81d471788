/** The server: accounts, limits and sessions in one thread. Also the library's public face. */

import { LocalFrontOffice } from "./front_office/local_front_office.ts";
import { HashLimits } from "./limits/hash_limits.ts";
import { RateLimits } from "./limits/rate_limits.ts";
import type { SocketAddress } from "./net/address.ts";
import {
  frontOfficeLimitsOf,
  type FtpServerOptions,
  hashLimitsOf,
  isRecorded,
  rateLimitsOf,
} from "./server_options.ts";
import { SessionServer } from "./session_server.ts";

export type { FtpServerOptions } from "./server_options.ts";
export type { TlsPolicy } from "./session/session_options.ts";
export type { SocketAddress } from "./net/address.ts";
export { ListenError } from "./net/control_listener.ts";
export type { PortRange } from "./net/passive_ports.ts";
export type { LogLevel } from "./telemetry/event_level.ts";
export type { EventSink, FileRecord, ServerEvent, SessionLabel, TransferRecord } from "./telemetry/events.ts";
export type {
  Entry,
  LongWork,
  OpenFile,
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
export { QuickDisks } from "./storage/quick_disks.ts";
export type { ByteSink, ByteSource, Soon } from "./bytes/ends.ts";
export type { BufferPool, LeasedBuffer } from "./limits/buffer_pool.ts";
export type { DiskFile, LockKind } from "./storage/disk.ts";
export { type DiskThread, DiskThreads } from "./storage/disk_threads.ts";
export { type Mount, readMounts } from "./storage/mounts.ts";
export { DiskStarter, type DiskStarterOptions } from "./workers/disk_starter.ts";
export { StorageError } from "./storage/storage.ts";
export { MemoryStorage } from "./storage/memory_storage.ts";
export { PERMISSION_LETTERS, type PermissionLetter, Permissions } from "./users/permissions.ts";
export type { User } from "./users/user.ts";
export { MemoryUserStore, type UserStore } from "./users/user_store.ts";
export type { resolved, VirtualPath } from "./protocol/pathname.ts";

/** An FTP server. */
export class FtpServer implements AsyncDisposable {
  #options: FtpServerOptions;
  readonly #office: LocalFrontOffice;
  readonly #rateLimits: RateLimits;
  readonly #hashLimits: HashLimits;
  readonly #sessions: SessionServer;
  readonly #unsubscribe: () => void;
  #lastId = 0;

  /** A server that does not listen yet. */
  constructor(options: FtpServerOptions) {
    this.#options = options;
    this.#office = new LocalFrontOffice({
      users: options.users,
      limits: frontOfficeLimitsOf(options),
      record: (event) => {
        if (isRecorded(event, this.#options)) this.#options.record?.(event);
      },
    });
    this.#rateLimits = new RateLimits(rateLimitsOf(options));
    this.#hashLimits = new HashLimits(hashLimitsOf(options));
    this.#sessions = new SessionServer(options, {
      office: this.#office,
      rateLimits: this.#rateLimits,
      hashLimits: this.#hashLimits,
      nextId: () => ++this.#lastId,
    });
    this.#unsubscribe = options.users.subscribe((names) => this.#sessions.dismissUsers(names));
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
    return this.#sessions.sessionCount;
  }

  /**
   * Binds the port and starts to accept.
   *
   * @throws {ListenError} when a port cannot be had; then none is held.
   */
  listen(): void {
    this.#sessions.listen();
  }

  /**
   * Takes new options. Limits hold at once, the rest for new sessions; address, port, accounts and storage
   * stay.
   */
  reconfigure(options: FtpServerOptions): void {
    const { users, hostname, port, implicitTlsPort, tls, quickDisks, diskThreads, openStorage } =
      this.#options;
    const { record, recordFrom, recordTransfers } = this.#options;
    const fixed = {
      users,
      hostname,
      port,
      implicitTlsPort,
      tls,
      quickDisks,
      diskThreads,
      openStorage,
      record,
      recordFrom,
      recordTransfers,
    };
    this.#options = { ...options, ...fixed };
    this.#office.limits = frontOfficeLimitsOf(options);
    this.#rateLimits.options = rateLimitsOf(options);
    this.#hashLimits.options = hashLimitsOf(options);
    this.#sessions.reconfigure(this.#options);
  }

  /**
   * Ends in order: no new connections, running transfers may finish within the grace, then everybody gets
   * 421.
   *
   * @param options `graceMs`: how long transfers may go on, milliseconds.
   */
  async shutdown(options: { graceMs: number }): Promise<void> {
    this.#unsubscribe();
    await this.#sessions.shutdown(options);
  }

  /** {@linkcode shutdown} without grace. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown({ graceMs: 0 });
  }

  #addressOf(listener: number): SocketAddress {
    const address = this.#sessions.addresses[listener];
    if (!address) throw new Error("Cannot tell the address: the server does not listen");
    return address;
  }
}

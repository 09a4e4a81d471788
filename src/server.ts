/** The server: accounts, limits and sessions in one thread. Also the library's public face. */

import { endedBy } from "./guard/ban.ts";
import { BanList } from "./guard/ban_list.ts";
import type { LinkDeskFactory } from "./front_office/link_desk.ts";
import { LocalFrontOffice } from "./front_office/local_front_office.ts";
import { type HomeCounts, LazyQuotas, type QuotaControl } from "./quotas.ts";
import type { EventSink } from "./telemetry/events.ts";
import { HashLimits } from "./limits/hash_limits.ts";
import { RateLimits } from "./limits/rate_limits.ts";
import type { SocketAddress } from "./net/address.ts";
import { changedOptions, type PlainOptions, plainOptions } from "./options/plain_options.ts";
import { type FtpServerOptions, isRecorded, type WebPart } from "./server_options.ts";
import { LocalControl, type SessionControl } from "./session_control.ts";
import { SessionServer } from "./session_server.ts";
import type { TlsSource } from "./net/certificate_store.ts";
import type { WebServer } from "./web/web_server.ts";
import type { OpenWebPart } from "./web/web_part.ts";

export type { SessionControl, SessionPiece, SpeedLimit } from "./session_control.ts";
export type { LimitTarget, Rates, TransferDirection } from "./limits/rate_limits.ts";
export type { Activity, Look, SessionView, TransferView } from "./telemetry/session_view.ts";
export type { FtpServerOptions, LinkPart, Measuring, SessionParts, WebPart } from "./server_options.ts";
export type { PlainOptions } from "./options/plain_options.ts";
export type { ServerSettings } from "./options/server_settings.ts";
export type { Setting, SettingGroup, ValuesOf } from "./options/setting.ts";
export type { Kind } from "./options/kind.ts";
export type { TlsWord, WantedTls } from "./options/kinds.ts";
export type { TlsPolicy } from "./session/session_options.ts";
export type { SocketAddress } from "./net/address.ts";
export type { Ban, BannedBy, BanTerms, ShownBan } from "./guard/ban.ts";
export { type BanChange, BanError, BanList, type BanListOptions, type Forgiver } from "./guard/ban_list.ts";
export type { SharedBans } from "./guard/ban_table.ts";
export { ListenError } from "./net/control_listener.ts";
export type { PortRange } from "./net/passive_ports.ts";
export type { LogLevel } from "./telemetry/event_level.ts";
export { EVENT_NAMES, type EventName } from "./telemetry/event_name.ts";
export type { LoginQuestion, Questions, UploadQuestion, Verdict } from "./front_office/questions.ts";
export type {
  EventSink,
  ExpiredRecord,
  FileRecord,
  LinkRecord,
  ServerEvent,
  SessionLabel,
  TransferRecord,
} from "./telemetry/events.ts";
export type {
  Alias,
  DirectoryEnd,
  Entries,
  Entry,
  LongWork,
  MoveWork,
  OpenFile,
  PartOptions,
  ReadOptions,
  Storage,
  StorageCapabilities,
  StorageErrorKind,
  StoragePlace,
  Taken,
  UploadSink,
  Way,
  WriteKind,
  WriteMode,
} from "./storage/storage.ts";
export { CertificateStore, type TlsSource } from "./net/certificate_store.ts";
export type { Connection } from "./net/connection.ts";
export type { CheckedIdentity } from "./net/tls_identity.ts";
export type { HandshakeOptions, SecureConnection, TlsContext, TlsIdentity } from "./net/tls.ts";
export { QuickDisks } from "./storage/quick_disks.ts";
export type {
  Carrier,
  Carrying,
  DirectoryMark,
  FileEnd,
  FileMark,
  Listed,
  ListingLoad,
  ListingWish,
  Load,
  SocketEnd,
} from "./bytes/carrier.ts";
export type { FactName } from "./protocol/facts.ts";
export type { LentSocket, SocketMark } from "./net/connection.ts";
export type { ByteSink, ByteSource, Soon } from "./bytes/ends.ts";
export type { BufferPool, Claim, LeasedBuffer } from "./limits/buffer_pool.ts";
export type { DiskFile, LockKind, OpenedAt } from "./storage/disk.ts";
export { type DiskThread, DiskThreads } from "./storage/disk_threads.ts";
export { type Mount, readMounts } from "./storage/mounts.ts";
export { DiskStarter, type DiskStarterOptions } from "./workers/disk_starter.ts";
export { StorageError } from "./storage/storage.ts";
export { MemoryStorage } from "./storage/memory_storage.ts";
export { PERMISSION_LETTERS, type PermissionLetter, Permissions } from "./users/permissions.ts";
export type { HomeMount } from "./users/home_mount.ts";
export type { Administration, ControlQuestion } from "./front_office/administration.ts";
export type { Quotas } from "./front_office/quotas.ts";
export type { HomeCounts, QuotaControl, UsageRow } from "./quotas.ts";
export type { TrafficSums } from "./limits/traffic.ts";
export type { Amount, HomeCells } from "./limits/usage_cells.ts";
export type { AccountQuota } from "./users/quota.ts";
export type { AccountRules, Retention, User } from "./users/user.ts";
export type { LinkRight, Room } from "./users/account_kinds.ts";
export { MemoryUserStore, type UserStore } from "./users/user_store.ts";
export type { resolved, VirtualPath } from "./protocol/pathname.ts";

/** An FTP server. */
export class FtpServer implements AsyncDisposable {
  /** What is counted for the accounts' quotas. */
  readonly quotas: QuotaControl & HomeCounts;
  readonly #quotas: LazyQuotas;
  /** What an operator may do to the sessions. */
  readonly control: SessionControl;
  #options: PlainOptions;
  readonly #office: LocalFrontOffice;
  readonly #rateLimits: RateLimits;
  readonly #hashLimits: HashLimits;
  readonly #sessions: SessionServer;
  readonly #web: WebServer | undefined;
  #tls: TlsSource | undefined;
  readonly #unsubscribe: readonly (() => void)[];

  /** A server that does not listen yet. */
  constructor(options: FtpServerOptions) {
    const { users, record, questions, bans = new BanList(), quotaFile, administer, links, web, ...parts } =
      options;
    this.#options = plainOptions(options);
    const tell: EventSink = (event) => {
      if (isRecorded(event, this.#options)) record?.(event);
    };
    this.quotas = this.#quotas = new LazyQuotas({
      file: quotaFile,
      accounts: () => users.everyone ?? [],
      realPathOf: (home) => Deno.realPath(home).catch(() => home),
      record: tell,
    });
    this.#office = new LocalFrontOffice({
      users,
      limits: this.#options,
      questions,
      bans,
      record: tell,
      quotas: this.#quotas,
      administer,
      links: links as LinkDeskFactory | undefined,
    });
    this.#rateLimits = new RateLimits(this.#options);
    this.#hashLimits = new HashLimits(this.#options);
    this.#sessions = new SessionServer(this.#options, {
      ...parts,
      office: options.measuring?.around(this.#office) ?? this.#office,
      rateLimits: this.#rateLimits,
      hashLimits: this.#hashLimits,
    });
    this.#tls = parts.tls;
    this.#web = web && this.#options.webPort !== "none" ? this.#makeWeb(web) : undefined;
    const hosts = this.#web ? [this.#sessions, this.#web] : [this.#sessions];
    this.control = new LocalControl(hosts, {
      office: this.#office,
      rateLimits: this.#rateLimits,
      transfers: this.#sessions.services.transfers,
    });
    this.#unsubscribe = [
      this.#office.links?.subscribe((links) => this.#web?.dismissLinks(links)) ?? (() => {}),
      users.subscribe((names) => hosts.forEach((host) => host.dismissUsers(names))),
      bans.subscribe((change) => {
        if (change.kind === "banned") hosts.forEach((host) => host.dismissNetwork(endedBy(change.ban)));
      }),
    ];
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

  /**
   * Where it serves the web page.
   *
   * @throws {Error} when it does not.
   */
  get webAddress(): SocketAddress {
    if (!this.#web) throw new Error("Cannot tell the address: there is no web page");
    return this.#web.address;
  }

  /** Sessions at this moment, those of the web page among them. */
  get sessionCount(): number {
    return this.#sessions.sessionCount + (this.#web?.sessionCount ?? 0);
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
   * Serves the web page too, where there is one.
   *
   * @throws {ListenError} when its port cannot be had.
   */
  async listenForWeb(): Promise<void> {
    this.#web?.probe();
    await this.#web?.listen();
  }

  /**
   * Takes new options; those that are not given go back to their defaults. Limits hold at once, the rest for
   * new sessions. Address, ports of control connections and memory stay as they were at the start.
   *
   * @param options `tls` among them: without it new sessions have no TLS.
   */
  reconfigure(options: Partial<PlainOptions> & Pick<FtpServerOptions, "tls">): void {
    this.#options = changedOptions(this.#options, options);
    this.#office.limits = this.#options;
    this.#office.questionsChanged();
    this.#rateLimits.options = this.#options;
    this.#hashLimits.options = this.#options;
    this.#tls = options.tls;
    this.#sessions.reconfigure(this.#options, options);
    this.#web?.reconfigure(this.#options);
  }

  /**
   * Ends in order: no new connections, running transfers may finish within the grace, then everybody gets
   * 421.
   *
   * @param options `graceMs`: how long transfers may go on, milliseconds.
   */
  async shutdown(options: { graceMs: number }): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    await Promise.all([this.#web?.shutdown(options), this.#sessions.shutdown(options)]);
    await this.#quotas.close();
    this.#office[Symbol.dispose]();
  }

  /** {@linkcode shutdown} without grace. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown({ graceMs: 0 });
  }

  #makeWeb(part: WebPart): WebServer {
    return (part as OpenWebPart).make(this.#options, {
      services: () => this.#sessions.services,
      identities: {
        latest: async () => {
          const shown = this.#options.tlsPolicy === "off" ? undefined : this.#tls;
          return (await shown?.latest())?.identity;
        },
      },
    });
  }

  #addressOf(listener: number): SocketAddress {
    const address = this.#sessions.addresses[listener];
    if (!address) throw new Error("Cannot tell the address: the server does not listen");
    return address;
  }
}

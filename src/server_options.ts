/** The options of the server, their defaults, and what each part of the server takes from them. */

import type { FrontOfficeLimits } from "./front_office/local_front_office.ts";
import type { HashLimitOptions } from "./limits/hash_limits.ts";
import type { RateLimitOptions } from "./limits/rate_limits.ts";
import type { PortRange } from "./net/passive_ports.ts";
import { parseHostName } from "./protocol/host_name.ts";
import { legacyEncoding } from "./protocol/legacy_encoding.ts";
import { zoneOffset } from "./protocol/unix_listing.ts";
import type { TlsSource } from "./net/certificate_store.ts";
import type { SessionOptions, TlsPolicy } from "./session/session_options.ts";
import type { DiskThreads } from "./storage/disk_threads.ts";
import type { QuickDisks } from "./storage/quick_disks.ts";
import type { Storage } from "./storage/storage.ts";
import { isHeard, levelOf, type LogLevel } from "./telemetry/event_level.ts";
import type { EventSink, ServerEvent } from "./telemetry/events.ts";
import type { User } from "./users/user.ts";
import type { UserStore } from "./users/user_store.ts";

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
  /**
   * Most control connections from one IPv4 address, or one IPv6 network of 64 bits, at once, 0 for no limit;
   * default 10.
   */
  maxConnectionsPerIp?: number;
  /** How long a session may be silent, milliseconds, 0 for ever; default 5 minutes. */
  idleTimeoutMs?: number;
  /** How long logging in may take, milliseconds, 0 for ever; default 1 minute. */
  loginTimeoutMs?: number;
  /** How long a data connection may take to come up or stand still, milliseconds; default 1 minute. */
  dataTimeoutMs?: number;
  /**
   * How long a storage may go on with what it was told to stop, milliseconds, until transfer and session end
   * without it; default 10 seconds. What the storage holds then (a file, a buffer, a seat) comes back when it
   * answers.
   */
  giveUpMs?: number;
  /** Wrong passwords until the session is closed; default 3. */
  loginAttempts?: number;
  /**
   * The least time before a wrong password is answered, milliseconds, from the fourth of an address on twice
   * as long each time; default 3 seconds, 0 for none.
   */
  loginFailureDelayMs?: number;
  /**
   * Wrong passwords from one address in a quarter of an hour until it is refused for the rest of it, 0 for
   * any number; default 10.
   */
  maxLoginFailures?: number;
  /** Whether data connections may lead to other hosts than the client's; default false. */
  allowForeignAddresses?: boolean;
  /** Whether PORT and EPRT may name ports below 1024; default false. */
  allowPrivilegedPorts?: boolean;
  /** The names that HOST takes besides the masquerade address; default any. */
  hostNames?: readonly string[];
  /**
   * What clients from before UTF-8 write names in, such as `gbk` or `windows-1251`; default nothing but
   * UTF-8. An account may say otherwise.
   */
  encoding?: string;
  /** Whether data connections may be compressed with MODE Z; default true. */
  modeZ?: boolean;
  /** Hashes (HASH, XCRC and the like) that are computed at once, 0 for no limit; default 2. */
  maxHashes?: number;
  /** How fast all hashes together read files, bytes per second, 0 for no limit; default 100 MiB. */
  maxHashRate?: number;
  /** The IANA time zone of LIST; default `UTC`. Every other time is UTC always. */
  listTimeZone?: string;
  /** Whether uploads appear under their names only when they are complete; default true. */
  atomicUploads?: boolean;
  /** The certificate for FTP over TLS; default none, which leaves TLS out. */
  tls?: TlsSource;
  /**
   * Who may do without TLS, where there is a certificate; default `offered`: everybody. `off` leaves the
   * certificate unused.
   */
  tlsPolicy?: TlsPolicy;
  /**
   * A second port where TLS comes before the first reply (implicit FTPS, usually 990), 0 for any free one;
   * default none.
   */
  implicitTlsPort?: number;
  /**
   * Whether data connections have to resume the TLS session of their control connection; default false. Then
   * TLS 1.2 is spoken alone: see {@linkcode TlsContext.apart}.
   */
  requireTlsResumption?: boolean;
  /** Whether uploads under TLS that end without its closing alert are taken for cut off; default true. */
  requireTlsClosingAlert?: boolean;
  /** Whether CCC may take TLS off the control connection; default false. */
  allowClearCommandChannel?: boolean;
  /** Memory for the buffers of all transfers together, bytes; default 64 MiB. */
  transferMemory?: number;
  /** Which disks may be called without leaving the thread; default none. */
  quickDisks?: QuickDisks;
  /** The threads for files on mounts that may hang, which {@linkcode DiskStarter} starts; default none. */
  diskThreads?: DiskThreads;
  /** Opens the storage behind an account; by default its home on the local disk. */
  openStorage?: (user: User) => Storage;
  /**
   * The least level of the events that `record` gets; default `debug`, which is all, each command and each
   * reply among them.
   */
  recordFrom?: LogLevel;
  /** Whether `record` gets the transfers of files whatever their level; default false. */
  recordTransfers?: boolean;
  /** Takes every event. */
  record?: EventSink;
}

/** What the sessions themselves need: accounts and the log are the front office's. */
export type SessionServerOptions = Omit<FtpServerOptions, "users" | "record">;

/** Whether `record` is to get an event. */
export function isRecorded(
  event: ServerEvent,
  { recordFrom = "debug", recordTransfers = false }: SessionServerOptions,
): boolean {
  return isHeard(levelOf(event), recordFrom) ||
    recordTransfers && event.kind === "transfer" && event.direction !== "listing";
}

/** The certificate to show; undefined where TLS is left out. */
export function tlsSourceOf({ tls, tlsPolicy }: SessionServerOptions): TlsSource | undefined {
  return tlsPolicy === "off" ? undefined : tls;
}

/** What sessions take from the options. */
export function sessionOptionsOf(options: SessionServerOptions): SessionOptions {
  return {
    banner: options.banner ?? "baseftp ready",
    idleTimeoutMs: options.idleTimeoutMs ?? 5 * 60_000,
    loginTimeoutMs: options.loginTimeoutMs ?? 60_000,
    dataTimeoutMs: options.dataTimeoutMs ?? 60_000,
    giveUpMs: options.giveUpMs ?? 10_000,
    loginAttempts: options.loginAttempts ?? 3,
    allowForeignAddresses: options.allowForeignAddresses ?? false,
    allowPrivilegedPorts: options.allowPrivilegedPorts ?? false,
    tls: tlsSourceOf(options) ? options.tlsPolicy ?? "offered" : "off",
    requireTlsResumption: options.requireTlsResumption ?? false,
    requireTlsClosingAlert: options.requireTlsClosingAlert ?? true,
    allowClearCommandChannel: options.allowClearCommandChannel ?? false,
    hostNames: hostNamesOf(options),
    encoding: options.encoding === undefined ? undefined : legacyEncoding(options.encoding),
    recordDialogue: (options.recordFrom ?? "debug") === "debug",
    modeZ: options.modeZ ?? true,
    listOffsetMs: zoneOffset(options.listTimeZone ?? "UTC"),
  };
}

/** IPv6 addresses need no brackets here, as they do in HOST. */
function hostNamesOf({ hostNames = [], masqueradeAddress = "" }: SessionServerOptions): string[] {
  if (hostNames.length === 0) return [];
  return [...hostNames, masqueradeAddress]
    .map((name) => parseHostName(name) ?? parseHostName(`[${name}]`))
    .filter((name) => name !== undefined);
}

/** What the front office takes from the options. */
export function frontOfficeLimitsOf(options: SessionServerOptions): FrontOfficeLimits {
  return {
    maxConnections: options.maxConnections ?? 256,
    maxConnectionsPerIp: options.maxConnectionsPerIp ?? 10,
    maxLoginFailures: options.maxLoginFailures ?? 10,
    loginFailureDelayMs: options.loginFailureDelayMs ?? 3_000,
  };
}

/** What the hash limits take from the options. */
export function hashLimitsOf(
  { maxHashes = 2, maxHashRate = 100 * 1024 * 1024 }: SessionServerOptions,
): HashLimitOptions {
  return { maxHashes, bytesPerSecond: maxHashRate };
}

/** What the rate limits take from the options. */
export function rateLimitsOf(options: SessionServerOptions): RateLimitOptions {
  return {
    transfer: { upload: options.maxUpload, download: options.maxDownload },
    server: { upload: options.maxServerUpload, download: options.maxServerDownload },
  };
}

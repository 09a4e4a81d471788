/**
 * What the server itself understands: one row for each of its settings. The options of the library, of
 * session workers and of sessions are the values of this table.
 */

import type { PortRange } from "../net/passive_ports.ts";
import type { Room } from "../users/account_kinds.ts";
import { oneOf } from "./kind.ts";
import * as kinds from "./kinds.ts";
import type { Setting } from "./setting.ts";

/**
 * The table. A class, because then each row has its type beside it, which the documentation of the library
 * shows. The doc comments are for those who use the library, the sentences for those who run the program.
 */
export class ServerSettings {
  /** The address to listen on; default `::`, which is IPv6 and IPv4. */
  readonly hostname: Setting<string, string, "host"> = {
    name: "host",
    kind: kinds.listenAddress,
    default: "::",
    group: "Address",
    sentence: 'address to listen on; "::" is every IPv6 and IPv4 address',
    fixed: true,
  };
  /** The port to listen on, 0 for any free one; default 2121. */
  readonly port: Setting<number> = {
    kind: kinds.port,
    default: 2121,
    group: "Address",
    sentence: "port to listen on; 0 picks a free one",
    fixed: true,
  };
  /** The text of the greeting, one or more lines. */
  readonly banner: Setting<string> = {
    kind: kinds.text,
    default: "Welcome to baseftp.",
    group: "Address",
    sentence: "greeting for each new connection",
  };
  /** The ports for passive data connections, both ends included; default `any`, whatever is free. */
  readonly passivePorts: Setting<"any" | PortRange, readonly [number, number] | string> = {
    kind: kinds.passivePorts,
    default: "any",
    group: "Address",
    sentence: "ports for passive data connections, both ends included; any: whatever is free",
  };
  /** The IP address or host name that clients on the internet reach the server at; default none. */
  readonly masqueradeAddress: Setting<string> = {
    kind: kinds.publicAddress,
    default: "",
    group: "Address",
    sentence: "address that clients outside are told, for a server behind a router",
  };
  /** Whether data connections may lead to other hosts than the client's; default false. */
  readonly allowForeignAddresses: Setting<boolean> = {
    kind: kinds.yesNo,
    default: false,
    group: "Address",
    sentence: "let data connections go to and come from addresses other than the client's",
  };
  /** Whether PORT and EPRT may name ports below 1024; default false. */
  readonly allowPrivilegedPorts: Setting<boolean> = {
    kind: kinds.yesNo,
    default: false,
    group: "Address",
    sentence: "let active data connections go to ports below 1024",
  };
  /** The names that HOST takes besides the masquerade address; default any. */
  readonly hostNames: Setting<readonly string[], readonly string[] | string> = {
    kind: kinds.hostNames,
    default: [],
    group: "Address",
    sentence: "names that clients may ask for with HOST, besides the masquerade address; none: any name",
  };

  /**
   * Who may do without TLS, where there is a certificate: everybody (`offered`), nobody who logs in
   * (`login`), nobody who moves data either (`data`); `off` leaves the certificate unused. Default `auto`,
   * which is `offered`.
   */
  readonly tlsPolicy: Setting<kinds.WantedTls, kinds.TlsWord, "tls"> = {
    name: "tls",
    kind: kinds.tls,
    default: "auto",
    group: "TLS",
    sentence: "who may do without TLS; auto: offered when there is a certificate; else one is made",
  };
  /**
   * A second port where TLS comes before the first reply (implicit FTPS, usually 990), 0 for any free one;
   * default `none`.
   */
  readonly implicitTlsPort: Setting<"none" | number, number> = {
    kind: kinds.secondPort,
    default: "none",
    group: "TLS",
    sentence: "second port, where TLS comes first, usually 990; 0: none",
    fixed: true,
  };
  /**
   * Whether data connections have to resume the TLS session of their control connection; default false. Then
   * TLS 1.2 is spoken alone: see {@linkcode TlsContext.apart}.
   */
  readonly requireTlsResumption: Setting<boolean> = {
    kind: kinds.yesNo,
    default: false,
    group: "TLS",
    sentence: "refuse data connections that do not resume the control connection's TLS session; TLS 1.2 only",
  };
  /** Whether uploads under TLS that end without its closing alert are taken for cut off; default true. */
  readonly requireTlsClosingAlert: Setting<boolean> = {
    kind: kinds.yesNo,
    default: true,
    group: "TLS",
    sentence: "take an upload that ends without the closing alert of TLS for cut off",
  };
  /** Whether CCC may take TLS off the control connection; default false. */
  readonly allowClearCommandChannel: Setting<boolean> = {
    kind: kinds.yesNo,
    default: false,
    group: "TLS",
    sentence: "let CCC take TLS off the control connection",
  };

  /** The port of the web page, 0 for any free one; default `none`. */
  readonly webPort: Setting<"none" | number, number> = {
    kind: kinds.secondPort,
    default: "none",
    group: "Web",
    sentence: "port of the web page, such as 8080 or 443; 0: none",
    fixed: true,
  };
  /** The address that the web page listens on; default the one of `hostname`. */
  readonly webHost: Setting<string> = {
    kind: kinds.secondAddress,
    default: "",
    group: "Web",
    sentence: "address that the web page listens on; by default that of host",
    fixed: true,
  };
  /**
   * To whom the web page is served over plain HTTP where there is no certificate: `private` addresses, which
   * the internet does not reach, anybody (`anywhere`), or nobody (`never`). Default `private`.
   */
  readonly webPlainHttp: Setting<"private" | "anywhere" | "never"> = {
    kind: oneOf(["private", "anywhere", "never"]),
    default: "private",
    group: "Web",
    sentence:
      "who gets the web page over plain HTTP where there is no certificate: private addresses only, anybody or nobody",
  };
  /** How long a browser that asks for nothing stays signed in, milliseconds, 0 for ever; default 12 hours. */
  readonly webSessionTimeoutMs: Setting<number, number, "webSessionTimeout"> = {
    name: "webSessionTimeout",
    kind: kinds.timeout,
    default: 12 * 3_600_000,
    group: "Web",
    sentence: "time until a browser that asks for nothing is signed out; 0: never",
  };
  /** Whether the web page speaks HTTP/2 besides HTTP/1.1, over TLS; default false. */
  readonly webHttp2: Setting<boolean> = {
    kind: kinds.yesNo,
    default: false,
    group: "Web",
    sentence: "offer HTTP/2 over TLS too: many requests share a connection, and uploads are slower",
    fixed: true,
  };

  /** Most control connections at once, 0 for no limit; default 256. */
  readonly maxConnections: Setting<number> = {
    kind: kinds.count,
    default: 256,
    group: "Limits",
    sentence: "most clients at once; 0: no limit",
  };
  /**
   * Most control connections from one IPv4 address, or one IPv6 network of 64 bits, at once, 0 for no limit;
   * default 10.
   */
  readonly maxConnectionsPerIp: Setting<number> = {
    kind: kinds.count,
    default: 10,
    group: "Limits",
    sentence: "most clients at once from one address; 0: no limit",
  };
  /** Upload limit of each transfer, bytes per second; default 0, none. */
  readonly maxUpload: Setting<number, number | string> = {
    kind: kinds.byteRate,
    default: 0,
    group: "Limits",
    sentence: "speed limit for each upload; 0: no limit",
  };
  /** Download limit of each transfer, bytes per second; default 0, none. */
  readonly maxDownload: Setting<number, number | string> = {
    kind: kinds.byteRate,
    default: 0,
    group: "Limits",
    sentence: "speed limit for each download; 0: no limit",
  };
  /**
   * Upload limit of each client address, or IPv6 network of 64 bits, over all its transfers, bytes per
   * second; default 0, none.
   */
  readonly maxUploadPerIp: Setting<number, number | string> = {
    kind: kinds.byteRate,
    default: 0,
    group: "Limits",
    sentence: "speed limit for all uploads of one client address together; 0: no limit",
  };
  /**
   * Download limit of each client address, or IPv6 network of 64 bits, over all its transfers, bytes per
   * second; default 0, none.
   */
  readonly maxDownloadPerIp: Setting<number, number | string> = {
    kind: kinds.byteRate,
    default: 0,
    group: "Limits",
    sentence: "speed limit for all downloads of one client address together; 0: no limit",
  };
  /** Upload limit of the whole server, bytes per second; default 0, none. */
  readonly maxServerUpload: Setting<number, number | string> = {
    kind: kinds.byteRate,
    default: 0,
    group: "Limits",
    sentence: "speed limit for all uploads together; 0: no limit",
  };
  /** Download limit of the whole server, bytes per second; default 0, none. */
  readonly maxServerDownload: Setting<number, number | string> = {
    kind: kinds.byteRate,
    default: 0,
    group: "Limits",
    sentence: "speed limit for all downloads together; 0: no limit",
  };
  /**
   * What a disk has to keep free, bytes or a part of it; uploads that would leave less are refused and broken
   * off; default nothing. An account may say otherwise.
   */
  readonly minFree: Setting<Room, number | string> = {
    kind: kinds.freeSpace,
    default: { bytes: 0 },
    group: "Limits",
    sentence:
      "what uploads must leave free on a disk, such as 5% or 10G; 0: nothing; an account may say otherwise",
  };
  /** Hashes (HASH, XCRC and the like) that are computed at once, 0 for no limit; default 2. */
  readonly maxHashes: Setting<number> = {
    kind: kinds.count,
    default: 2,
    group: "Limits",
    sentence: "files whose hash is computed at once; 0: no limit",
  };
  /** How fast all hashes together read files, bytes per second, 0 for no limit; default 100 MiB. */
  readonly maxHashRate: Setting<number, number | string> = {
    kind: kinds.byteRate,
    default: 100 * 1024 * 1024,
    group: "Limits",
    sentence: "speed at which all hashes together read files; 0: no limit",
  };

  /**
   * Points until the guard bans an address (an IPv6 network of 64 bits), one for each wrong password, 0 for
   * never; default 20. They fade by half in 30 minutes.
   */
  readonly banAfter: Setting<number> = {
    kind: kinds.count,
    default: 20,
    group: "Limits",
    sentence: "wrong passwords, or as much of scans and floods, until an address is banned; 0: never",
  };
  /** For how long the guard bans, milliseconds; default 1 hour. */
  readonly banTimeMs: Setting<number, number, "banTime"> = {
    name: "banTime",
    kind: kinds.seconds,
    default: 3_600_000,
    group: "Limits",
    sentence: "for how long such an address is banned",
  };
  /**
   * Networks that the guard never bans; `private` stands for all that the internet does not reach. Default
   * `private`: a router or a container shows everybody behind it under one such address.
   */
  readonly neverBan: Setting<readonly string[], readonly string[] | string> = {
    kind: kinds.networks,
    default: ["private"],
    group: "Limits",
    sentence: "networks that are never banned for what they do; private: all but the internet's",
  };

  /** How long a session may be silent, milliseconds, 0 for ever; default 5 minutes. */
  readonly idleTimeoutMs: Setting<number, number, "idleTimeout"> = {
    name: "idleTimeout",
    kind: kinds.timeout,
    default: 300_000,
    group: "Timeouts",
    sentence: "time until a client that says nothing is sent away; 0: never",
  };
  /** How long logging in may take, milliseconds, 0 for ever; default 1 minute. */
  readonly loginTimeoutMs: Setting<number, number, "loginTimeout"> = {
    name: "loginTimeout",
    kind: kinds.timeout,
    default: 60_000,
    group: "Timeouts",
    sentence: "time until a client that has not logged in is sent away; 0: never",
  };
  /**
   * How long a data connection may take to come up, and how long it may stand still, milliseconds, 0 for
   * ever; default 1 minute.
   */
  readonly dataTimeoutMs: Setting<number, number, "dataTimeout"> = {
    name: "dataTimeout",
    kind: kinds.timeout,
    default: 60_000,
    group: "Timeouts",
    sentence: "time until a data connection that does not come or moves nothing is cut; 0: never",
  };

  /** Wrong passwords until the session is closed; default 3. */
  readonly loginAttempts: Setting<number> = {
    kind: kinds.times,
    default: 3,
    group: "Accounts",
    sentence: "wrong passwords until a client is sent away",
  };
  /**
   * The least time before a wrong password is answered, milliseconds, from the fourth of an address on twice
   * as long each time; default 3 seconds, 0 for none.
   */
  readonly loginFailureDelayMs: Setting<number, number, "loginFailureDelay"> = {
    name: "loginFailureDelay",
    kind: kinds.seconds,
    default: 3000,
    group: "Accounts",
    sentence: "wait before a wrong password is answered",
  };
  /**
   * Wrong passwords from one address in a quarter of an hour until it is refused for the rest of it, 0 for
   * any number; default 10.
   */
  readonly maxLoginFailures: Setting<number> = {
    kind: kinds.count,
    default: 10,
    group: "Accounts",
    sentence: "wrong passwords from one address in 15 minutes until it is refused; 0: no limit",
  };

  /** Whether uploads appear under their names only when they are complete; default true. */
  readonly atomicUploads: Setting<boolean> = {
    kind: kinds.yesNo,
    default: true,
    group: "Files",
    sentence: "show an uploaded file only when it is complete",
  };
  /**
   * Whether an upload is answered with 226 only when the file and its directory entry are on the disk, and
   * not as soon as the system has taken them; default false.
   */
  readonly durableUploads: Setting<boolean> = {
    kind: kinds.yesNo,
    default: false,
    group: "Files",
    sentence: "call an upload complete only when a power cut cannot take it away any more",
  };
  /**
   * Permission bits that new files and directories do not get, such as `0o027`; default `system`, those that
   * the program was started with. An account may say otherwise, and with the letter `M` SITE UMASK too.
   */
  readonly umask: Setting<"system" | number, number | string> = {
    kind: kinds.permissionBits,
    default: "system",
    group: "Files",
    sentence: "permission bits that new files and directories do not get, such as 027",
  };
  /**
   * Permission bits of new files, such as `0o640`, of which the umask is taken away where one is set; default
   * `system`, read and write for everybody but for the umask. An account may say otherwise.
   */
  readonly fileMode: Setting<"system" | number, number | string> = {
    kind: kinds.permissionBits,
    default: "system",
    group: "Files",
    sentence: "permission bits of new files, such as 0640, before the umask is taken away",
  };
  /** Whether a directory that is entered shows the file `.message` in it; default false. */
  readonly directoryMessages: Setting<boolean> = {
    kind: kinds.yesNo,
    default: false,
    group: "Files",
    sentence: "show the file .message of a directory to a client that enters it for the first time",
  };
  /**
   * What clients from before UTF-8 write names in, such as `gbk` or `windows-1251`; default nothing but
   * UTF-8. An account may say otherwise.
   */
  readonly encoding: Setting<string> = {
    kind: kinds.encoding,
    default: "",
    group: "Files",
    sentence: "what clients from before UTF-8 write names in, such as gbk; an account may say otherwise",
  };
  /**
   * What sessions begin with, and go back to with REIN: `ascii` as RFC 959 §5.1 says, or `image`, with which
   * bytes pass unchanged until a TYPE command comes. Default `image`: many clients forget TYPE I.
   */
  readonly defaultTransferType: Setting<"image" | "ascii"> = {
    kind: oneOf(["image", "ascii"]),
    default: "image",
    group: "Files",
    sentence: "how files are sent to a client that has not said TYPE; ascii: line ends are converted",
  };
  /** Whether data connections may be compressed with MODE Z; default true. */
  readonly modeZ: Setting<boolean> = {
    kind: kinds.yesNo,
    default: true,
    group: "Files",
    sentence: "let clients compress their transfers with MODE Z",
  };
  /** The IANA time zone of LIST; default `UTC`. Every other time is UTC always. */
  readonly listTimeZone: Setting<string> = {
    kind: kinds.timeZone,
    default: "UTC",
    group: "Files",
    sentence: "time zone of the times in LIST",
  };

  /** Memory for the buffers of all transfers together, bytes; default 64 MiB. */
  readonly transferMemory: Setting<number, number | string> = {
    kind: kinds.byteSize,
    default: 64 * 1024 * 1024,
    group: "Machine",
    sentence: "memory for the buffers of all transfers together",
    fixed: true,
  };
  /**
   * Whether session workers leave large transfers and listings to calls of the system's own that the runtime
   * has not, where the machine has them: Linux with Landlock; default true.
   */
  readonly native: Setting<boolean> = {
    kind: kinds.yesNo,
    default: true,
    group: "Machine",
    sentence: "move large files and list directories by the system's own calls, where it has them (Linux)",
  };
}

/** The rows. */
export const SERVER_SETTINGS: ServerSettings = new ServerSettings();

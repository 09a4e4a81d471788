/** The settings. Values in [server] of baseftp.ini win over these, and command-line flags over both. */

import type { Config } from "./src/config/schema.ts";

export default {
  // Where clients reach the server.
  host: "::", // address to listen on; "::" is every IPv6 and IPv4 address of this machine
  port: 2121, // 21 is the usual one; ports below 1024 need more rights
  banner: "Welcome to baseftp.", // greeting for each new connection
  passivePorts: [50000, 50099], // data connections, both ends included; open them in the router; or "any"
  masqueradeAddress: "", // public IP address or host name, when the server is behind a router
  hostNames: [], // names that clients may ask for with HOST; none: any name
  allowForeignAddresses: false, // true: data connections may go to other addresses than the client's
  allowPrivilegedPorts: false, // true: active data connections may go to ports below 1024

  // TLS. Files are relative to the folder of baseftp.ini.
  tls: "auto", // off, offered, required (to log in), required-for-data; auto: offered with a certificate
  tlsCertificate: "", // PEM file; without one, where tls is neither auto nor off, one is made
  tlsKey: "", // PEM file, when the key is not in the same file
  tlsAcme: [], // names to get a certificate for by itself, such as "home.example.org"; agrees to the terms
  acmePort: 80, // where the authority looks at this machine: what port 80 of the names leads to
  acmeDirectory: "letsencrypt", // or the address of another authority's ACME directory
  acmeRoots: "", // PEM file of certificates to trust when asking it, for an authority of one's own
  implicitTlsPort: 0, // 990 for old clients that begin with TLS; 0: none
  requireTlsResumption: false, // true: data connections must resume the control connection's TLS (1.2 only)
  requireTlsClosingAlert: true, // false: for clients without it; cut-off uploads pass for complete then
  allowClearCommandChannel: false, // true: clients may end TLS on the control connection (CCC)

  // The web page, with the same accounts. HTTPS with the certificate above, where there is one.
  webPort: 0, // 8080 or 443, for example; 0: no page
  webHost: "", // address to listen on; "": that of host
  webPlainHttp: "private", // who gets it without a certificate: "private" addresses, "anywhere", "never"
  webHttp2: false, // true: HTTP/2 over TLS too; one connection for all requests, and slower uploads
  webSessionTimeout: 43_200, // a browser that asks for nothing is signed out; 0: never
  shareLinks: true, // accounts may make links; false: those that there are open nothing either

  // How much. Bytes per second, as a number or like "300K" and "1M"; 0: no limit.
  maxUpload: 0, // each upload
  maxDownload: 0, // each download
  maxUploadPerIp: 0, // for all uploads of one client address together
  maxDownloadPerIp: 0, // for all downloads of one client address together
  maxServerUpload: 0, // all uploads together
  maxServerDownload: 0, // all downloads together
  minFree: 0, // what uploads must leave free on a disk, such as "5%" or "10G"; 0: nothing
  maxConnections: 256, // most clients at once; 0: no limit
  maxConnectionsPerIp: 10, // most clients at once from one address; 0: no limit
  banAfter: 20, // wrong passwords, or as much of scans and floods, until an address is banned; 0: never
  banTime: 3600, // for how long, seconds
  neverBan: ["private"], // networks that are not: "203.0.113.0/24"; private: what the internet does not reach
  maxHashes: 2, // files whose hash is computed at once; 0: no limit
  maxHashRate: "100M", // all hashes together, bytes per second that they read

  // How long. Seconds, fractions allowed.
  idleTimeout: 300, // a client that says nothing; 0: no limit
  loginTimeout: 60, // a client that does not log in; 0: no limit
  dataTimeout: 60, // a data connection that moves nothing; 0: no limit
  shutdownTimeout: 30, // running transfers when the server stops

  // Who. The accounts themselves are in baseftp.ini.
  anonymous: false, // true: anyone may look around and download
  anonymousHome: "", // the directory that they see
  hashPasswords: true, // false: passwords in baseftp.ini stay as they were typed
  loginAttempts: 3, // wrong passwords until a client is sent away
  loginFailureDelay: 3, // seconds until a wrong password is answered
  maxLoginFailures: 10, // wrong ones from one address in 15 minutes until it is refused; 0: no limit

  // Files.
  atomicUploads: true, // show an uploaded file only when it is complete
  durableUploads: false, // true: an upload is complete only when a power cut cannot take it away any more
  defaultTransferType: "image", // until a client says TYPE; "ascii": line ends are converted
  umask: "system", // permission bits that new files and directories do not get, such as "027"
  fileMode: "system", // permission bits of new files, such as "0640", before the umask is taken away
  directoryMessages: false, // true: who enters a directory is shown the file .message in it, once
  encoding: "", // what old clients write names in when it is not UTF-8: "gbk", "windows-1251", ...
  modeZ: true, // let clients compress their transfers
  listTimeZone: "UTC", // time zone of the times in listings, such as "Europe/Berlin"

  // Machine.
  workers: "auto", // threads for sessions, which may open the homes alone; 0: none; auto: cores - 1
  transferMemory: "64M", // buffers of all transfers together
  controlSocket: "auto", // where the running server listens to "baseftp who" and the like; "off": nowhere
  native: true, // large files and listings by the system's own calls, where it has them

  // Metrics: for Prometheus, and whether the server is well (/healthz, /readyz).
  metricsPort: 0, // 9121, for example; 0: none
  metricsHost: "127.0.0.1", // address to answer on; others than this machine's own need a token
  metricsToken: "", // file with that token, or the environment's BASEFTP_METRICS_TOKEN
  metricsAccounts: true, // tell the quotas of accounts by their names

  // Log.
  logging: false, // true: write the log to logFile too
  logFile: "baseftp.log",
  logLevel: "info", // debug, info, warning or error
  logFormat: "text", // text, or json for a JSON object a line
  logMaxSize: "64M", // when a log is longer, a new file is begun; 0: never
  logKeep: 4, // former files of each log that are kept
  transferLog: "", // a file for one line a transfer in xferlog format
} satisfies Config;

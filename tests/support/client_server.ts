/** A server in this process for real clients to talk to, and what it saw of them. */

import assert from "node:assert/strict";
import type { TlsSource } from "../../src/net/certificate_store.ts";
import { FtpServer } from "../../src/server.ts";
import type { ServerEvent, TransferRecord } from "../../src/telemetry/events.ts";
import { type PermissionLetter, Permissions } from "../../src/users/permissions.ts";
import { MemoryUserStore } from "../../src/users/user_store.ts";

/** The account that every test logs in to. */
export const ACCOUNT = { name: "alice", password: "s3cret-word" };

/** Options for {@link serve}. */
export interface ServeOptions {
  /** The folder that is served. */
  readonly home: string;
  /** Permission letters. Default: all. */
  readonly permissions?: string;
  /** Bytes per second for each transfer, so that one can be cut off in the middle. Default: no limit. */
  readonly bytesPerSecond?: number;
  /** What sessions begin with. Default: image. */
  readonly defaultTransferType?: "image" | "ascii";
  /** TLS, on a second port also before the first reply. Default: none. */
  readonly tls?: ServeTls;
}

/** How the server does TLS. */
export interface ServeTls {
  readonly source: TlsSource;
  /** What clients may not do in clear. */
  readonly policy: "login" | "data";
  /** Whether a data connection that does not resume its control connection's TLS session is refused. */
  readonly requireResumption: boolean;
}

/** A running server. */
export interface ClientServer extends AsyncDisposable {
  /** Where it listens, on IPv4 and on IPv6. */
  readonly port: number;
  /** Where TLS comes before the first reply. @throws {AssertionError} Where the server has no TLS. */
  readonly implicitPort: number;
  /** The command lines that arrived, in order. */
  commands(): string[];
  /** The finished transfers of files, in order. */
  transfers(): TransferRecord[];
  /** Resolves when a transfer of a file has finished. @throws {AssertionError} After half a minute. */
  transferFinished(): Promise<void>;
}

/** Starts a server on a free port. */
export function serve(
  { home, permissions = "elradfmwMT", bytesPerSecond, defaultTransferType, tls }: ServeOptions,
): ClientServer {
  const events: ServerEvent[] = [];
  const transfers = (): TransferRecord[] =>
    events.filter((event) => event.kind === "transfer").filter(({ direction }) => direction !== "listing");
  const finished = Promise.withResolvers<void>();
  const server = new FtpServer({
    users: new MemoryUserStore([{
      ...ACCOUNT,
      home,
      permissions: new Permissions(permissions as Iterable<PermissionLetter>),
    }]),
    port: 0,
    // Below the ports that the system gives to clients: those of some ten thousand connections that have just
    // closed are in use for a minute.
    passivePorts: { first: 30_000, last: 32_767 },
    maxConnectionsPerIp: 0,
    defaultTransferType,
    ...bytesPerSecond === undefined ? {} : { maxUpload: bytesPerSecond, maxDownload: bytesPerSecond },
    ...tls && {
      tls: tls.source,
      tlsPolicy: tls.policy,
      implicitTlsPort: 0,
      requireTlsResumption: tls.requireResumption,
    },
    record(event) {
      events.push(event);
      if (event.kind === "transfer" && event.direction !== "listing") finished.resolve();
    },
  });
  server.listen();
  return {
    port: server.address.port,
    get implicitPort() {
      assert.ok(server.implicitTlsAddress, "The server has no TLS");
      return server.implicitTlsAddress.port;
    },
    commands: () => events.filter((event) => event.kind === "command").map(({ line }) => line),
    transfers,
    async transferFinished() {
      const late = setTimeout(
        () => finished.reject(new assert.AssertionError({ message: "No transfer finished" })),
        30_000,
      );
      await finished.promise.finally(() => clearTimeout(late));
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

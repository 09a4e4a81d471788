/**
 * A server in this process for tests: a free port, accounts in memory, a home that vanishes, and every event
 * that it told.
 */

import { FtpServer, type FtpServerOptions, type PortRange, type TlsSource } from "../../src/server.ts";
import type { ServerEvent } from "../../src/telemetry/events.ts";
import { type PermissionLetter, Permissions } from "../../src/users/permissions.ts";
import type { User } from "../../src/users/user.ts";
import { MemoryUserStore, type UserStore } from "../../src/users/user_store.ts";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import { EventRecord } from "./event_record.ts";
import { RawClient } from "./raw_client.ts";
import { until, within } from "./raw_socket.ts";

/** Every permission letter. */
export const ALL_LETTERS = "elradfmwMT";

/** Options of the server, and of the accounts in it. */
export interface TestServerOptions extends Omit<FtpServerOptions, "users" | "port" | "record"> {
  /** The letters of `alice`. Default: all. */
  readonly permissions?: string;
  /** Letters for directories, by path. */
  readonly overrides?: Readonly<Record<string, string>>;
  /** What else there is to say of `alice`. */
  readonly account?: Partial<User>;
  /** More accounts; their home is the server's and their password `secret` unless they say otherwise. */
  readonly others?: readonly (Partial<User> & { readonly name: string })[];
  /** Where accounts come from, instead of the three above. */
  readonly users?: (home: string) => UserStore;
}

/**
 * The size of {@linkcode TestServer.putHuge}: a client that does not read it stops the server long before its
 * end.
 */
export const HUGE_BYTES = 48 * 1024 * 1024;

/**
 * The passive ports of this file's servers: below those that systems give to whoever asks for any, and seldom
 * those of the files that run beside. So a port that was given back stays closed while a test knocks at it.
 */
const PASSIVE_PORTS: PortRange = ((first) => ({ first, last: first + 63 }))(
  10_000 + 64 * Math.floor(Math.random() * 340),
);

/** Makes permissions of letters. */
export function permissionsOf(
  letters: string,
  overrides: Readonly<Record<string, string>> = {},
): Permissions {
  return new Permissions(
    letters as Iterable<PermissionLetter>,
    Object.entries(overrides).map(([directory, own]) =>
      [resolvePathname(ROOT, directory), own as Iterable<PermissionLetter>] as const
    ),
  );
}

/** The certificate of every server of this file, whose clients then begin with TLS: see over_tls_test.ts. */
export const implicitTls: { source?: TlsSource } = {};

/** What {@linkcode TestServer} needs of a server that listens. */
export type RunningServer = Pick<
  FtpServer,
  "address" | "implicitTlsAddress" | "sessionCount" | "reconfigure" | "shutdown"
>;

/** What starts every server of this file; by default all in one thread. See in_workers_test.ts. */
export const starter: { start(options: FtpServerOptions, homes: readonly string[]): Promise<RunningServer> } =
  {
    start(options) {
      const ftp = new FtpServer(options);
      ftp.listen();
      return Promise.resolve(ftp);
    },
  };

/** A running server with the account `alice`, password `secret`. */
export class TestServer implements AsyncDisposable {
  readonly ftp: RunningServer;
  /** The folder that is the home of `alice`. */
  readonly home: string;
  /** What the server told, in order. */
  readonly events: readonly ServerEvent[];
  readonly #record: EventRecord;
  readonly #port: number;

  private constructor(ftp: RunningServer, { home, record }: { home: string; record: EventRecord }) {
    this.home = home;
    this.events = record.events;
    this.#record = record;
    this.ftp = ftp;
    this.#port = (implicitTls.source ? this.ftp.implicitTlsAddress : this.ftp.address).port;
  }

  /**
   * Starts one. Wrong passwords are answered at once and one address may have any number of sessions, unless
   * the options say otherwise.
   */
  static async start(options: TestServerOptions = {}): Promise<TestServer> {
    const { permissions = ALL_LETTERS, overrides, account, others = [], users, ...rest } = options;
    const home = await Deno.makeTempDir({ prefix: "baseftp-home-" });
    const common = { home, password: "secret", permissions: permissionsOf(permissions, overrides) };
    const store = users?.(home) ??
      new MemoryUserStore([
        { name: "alice", ...common, ...account },
        ...others.map((user) => ({ ...common, ...user })),
      ]);
    const record = new EventRecord();
    const ftp = await starter.start({
      maxConnectionsPerIp: 0,
      loginFailureDelayMs: 0,
      passivePorts: PASSIVE_PORTS,
      ...implicitTls.source && { tls: implicitTls.source, implicitTlsPort: 0 },
      ...rest,
      port: 0,
      users: store,
      record: record.record,
    }, [
      home,
      ...[account, ...others].flatMap((user) =>
        [user, ...user?.mounts ?? []].flatMap((place) => place?.home ?? [])
      ),
    ]);
    return new TestServer(ftp, { home, record });
  }

  /** The port of control connections. */
  get port(): number {
    return this.#port;
  }

  /** A control connection; its greeting is not read. */
  async dial(options: { hostname?: string; from?: string } = {}): Promise<RawClient> {
    return await RawClient.connect({ port: this.port, ...options });
  }

  /** A control connection that was greeted. */
  async connect(options: { hostname?: string; from?: string } = {}): Promise<RawClient> {
    const client = await this.dial(options);
    await client.expectReply(220);
    return client;
  }

  /** A control connection that is logged in. */
  async login(
    { name, password, ...options }: { hostname?: string; from?: string; name?: string; password?: string } =
      {},
  ): Promise<RawClient> {
    const client = await this.connect(options);
    await client.login(name, password);
    return client;
  }

  /** The host path of a name in the home. */
  path(name: string): string {
    return `${this.home}/${name}`;
  }

  /** Puts a file into the home. */
  async put(name: string, content: Uint8Array | string = ""): Promise<void> {
    await Deno.writeFile(
      this.path(name),
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    );
  }

  /**
   * Puts a file into the home that is longer than all buffers between server and client together, without
   * taking room on the disk.
   */
  async putHuge(name: string): Promise<void> {
    await this.put(name);
    await Deno.truncate(this.path(name), HUGE_BYTES);
  }

  /** The text of a file in the home. */
  async content(name: string): Promise<string> {
    return await Deno.readTextFile(this.path(name));
  }

  /** Whether something of this name lies in the home, a dangling link included. */
  async has(name: string): Promise<boolean> {
    return await Deno.lstat(this.path(name)).then(() => true, () => false);
  }

  /** The first event that fits, now or as soon as it happens. */
  event: EventRecord["first"] = (kind, fits) => this.#record.first(kind, fits);

  /** Resolves when no session is left: their seats come back a moment after they have ended. */
  async empty(): Promise<void> {
    await until(() => this.ftp.sessionCount === 0, "the last session to be over");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await within(this.ftp.shutdown({ graceMs: 0 }), "the server to end");
    await Deno.remove(this.home, { recursive: true });
  }
}

/** Bytes that differ from place to place, so that a piece in the wrong place shows. */
export function patternedBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8) * 17) & 0xff);
}

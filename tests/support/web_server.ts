/**
 * The web page in this process for tests: FTP and HTTP on free ports, accounts in memory, a home that
 * vanishes, every event that was told, and a client that keeps its cookie.
 */

import { FtpServer, type FtpServerOptions } from "../../src/server.ts";
import type { EventSink, ServerEvent } from "../../src/telemetry/events.ts";
import type { User } from "../../src/users/user.ts";
import { MemoryUserStore, type UserStore } from "../../src/users/user_store.ts";
import type { Routes } from "../../src/web/routes.ts";
import type { WebPage } from "../../src/web/web_page.ts";
import { webPart } from "../../src/web/web_part.ts";
import type { SocketAddress } from "../../src/net/address.ts";
import type { PlainOptions } from "../../src/options/plain_options.ts";
import type { IdentitySource } from "../../src/workers/desk.ts";
import { WorkerPool, type WorkerPoolOptions } from "../../src/workers/worker_pool.ts";
import { EventRecord } from "./event_record.ts";
import { within } from "./raw_socket.ts";
import { ALL_LETTERS, permissionsOf } from "./server.ts";

/** Options of the server, and of the accounts in it. */
export interface TestWebOptions {
  /** Accounts; home, letters and the password `secret` come by themselves. By default `alice` alone. */
  readonly accounts?: readonly (Partial<User> & { readonly name: string; readonly letters?: string })[];
  /** Whether anybody may look around and download without an account. */
  readonly anonymous?: boolean;
  /** Where accounts come from, instead of the two above. */
  readonly users?: (home: string) => UserStore;
  /** Takes events besides. */
  readonly record?: EventSink;
  readonly options?: Partial<FtpServerOptions>;
  readonly page?: WebPage;
  readonly routes?: Routes;
}

/** A running server: all in one thread, or in workers. */
export interface TestWeb<Server = FtpServer> extends AsyncDisposable {
  readonly server: Server;
  /** The host folder that is the home of every account that has no other. */
  readonly home: string;
  /** Where the page is, without a slash at the end, such as `http://127.0.0.1:40123`. */
  readonly origin: string;
  readonly port: number;
  readonly ftpPort: number;
  /** What the server told, in order. */
  readonly events: readonly ServerEvent[];
  /** The first event that fits, now or as soon as it happens. */
  readonly event: EventRecord["first"];
  /** Takes an event as the server does. */
  readonly record: EventRecord["record"];
  /** The host path of a name in the home. */
  path(name: string): string;
  /** Asks as a program does, with Basic; by default as `alice`, and as nobody where `as` is null. */
  ask(target: string, init?: RequestInit & { readonly as?: string | null }): Promise<Response>;
  /** Signs in by the form and gives the cookie, as a request says it. */
  signIn(name?: string, password?: string): Promise<string>;
}

/**
 * Starts one in one thread. Wrong passwords are answered at once and one address may have any number of
 * sessions, unless the options say otherwise.
 */
export async function startWebServer(test: TestWebOptions = {}): Promise<TestWeb> {
  const { accounts = [{ name: "alice" }], anonymous = false, users, options, routes } = test;
  const home = await Deno.makeTempDir({ prefix: "baseftp-web-" });
  const record = new EventRecord();
  const server = new FtpServer({
    maxConnectionsPerIp: 0,
    loginFailureDelayMs: 0,
    hostname: "127.0.0.1",
    ...options,
    port: 0,
    webPort: 0,
    users: users?.(home) ?? new MemoryUserStore(usersOf(home, { accounts, anonymous })),
    record(event) {
      record.record(event);
      test.record?.(event);
    },
    web: webPart({ page: test.page, routes }),
  });
  server.listen();
  await server.listenForWeb();
  return testWebOf(server, { home, record, scheme: options?.tls ? "https" : "http" });
}

/** Options of a server in workers. */
export interface TestPoolOptions extends Omit<TestWebOptions, "users" | "options" | "routes"> {
  /** How many session workers there are besides the web worker; default one. */
  readonly count?: number;
  readonly options?: Partial<PlainOptions>;
  readonly identities?: IdentitySource;
  readonly readMounts?: WorkerPoolOptions["readMounts"];
  /** The module that the web worker runs. */
  readonly webEntry?: URL;
}

/** The same in workers: one for the page, and those of sessions. */
export async function startWebPool(test: TestPoolOptions = {}): Promise<TestWeb<WorkerPool>> {
  const {
    accounts = [{ name: "alice" }],
    anonymous = false,
    count = 1,
    options,
    page,
    identities,
    readMounts,
    webEntry,
  } = test;
  const home = await Deno.makeTempDir({ prefix: "baseftp-web-" });
  const record = new EventRecord();
  const users = usersOf(home, { accounts, anonymous });
  const server = new WorkerPool({
    ...{ count, page, identities, readMounts, webEntry },
    users: new MemoryUserStore(users),
    accounts: () => users,
    server: {
      maxConnectionsPerIp: 0,
      loginFailureDelayMs: 0,
      hostname: "127.0.0.1",
      ...options,
      port: 0,
      webPort: 0,
    },
    record: record.record,
  });
  await server.listen();
  return testWebOf(server, { home, record, scheme: identities ? "https" : "http" });
}

/** What both kinds of servers have. */
interface WebHost {
  readonly address: SocketAddress;
  readonly webAddress: SocketAddress;
  shutdown(options: { graceMs: number }): Promise<void>;
}

function testWebOf<Server extends WebHost>(
  server: Server,
  { home, record, scheme }: {
    readonly home: string;
    readonly record: EventRecord;
    readonly scheme: "http" | "https";
  },
): TestWeb<Server> {
  const origin = `${scheme}://127.0.0.1:${server.webAddress.port}`;
  return {
    server,
    home,
    origin,
    port: server.webAddress.port,
    ftpPort: server.address.port,
    events: record.events,
    event: (kind, fits) => record.first(kind, fits),
    record: record.record,
    path: (name) => `${home}/${name}`,
    ask: (target, { as = "alice", ...init } = {}) =>
      fetch(origin + target, { redirect: "manual", ...init, headers: headersOf(init, as) }),
    async signIn(user = "alice", password = "secret") {
      const body = new URLSearchParams({ user, password });
      const response = await fetch(`${origin}/~/sign-in`, { method: "POST", redirect: "manual", body });
      await response.body?.cancel();
      return response.headers.get("set-cookie")?.split(";")[0] ?? "";
    },
    async [Symbol.asyncDispose]() {
      await within(server.shutdown({ graceMs: 0 }), "the server to end");
      await Deno.remove(home, { recursive: true });
    },
  };
}

/** The header of Basic authentication. */
export function basic(name: string, password = "secret"): string {
  return `Basic ${new TextEncoder().encode(`${name}:${password}`).toBase64()}`;
}

function headersOf({ headers: given }: RequestInit, as: string | null): Headers {
  const headers = new Headers(given);
  if (as !== null && !headers.has("authorization")) headers.set("Authorization", basic(as));
  return headers;
}

function usersOf(
  home: string,
  { accounts, anonymous }: Required<Pick<TestWebOptions, "accounts" | "anonymous">>,
): User[] {
  const users: User[] = accounts.map(({ letters = ALL_LETTERS, ...account }) => ({
    home,
    password: "secret",
    permissions: permissionsOf(letters),
    ...account,
  }));
  if (!anonymous) return users;
  return [...users, { name: "anonymous", password: undefined, home, permissions: permissionsOf("elr") }];
}

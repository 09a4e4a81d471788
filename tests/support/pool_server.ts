/**
 * A worker pool for tests: a free port, accounts that can be changed, homes that vanish, and every event that
 * it told.
 */

import assert from "node:assert/strict";
import type { ServerEvent } from "../../src/telemetry/events.ts";
import type { User } from "../../src/users/user.ts";
import type { UserStore } from "../../src/users/user_store.ts";
import { WorkerPool, type WorkerPoolOptions } from "../../src/workers/worker_pool.ts";
import { EventRecord } from "./event_record.ts";
import { RawClient } from "./raw_client.ts";
import { within } from "./raw_socket.ts";
import { permissionsOf } from "./server.ts";

/** Accounts that a test changes while the server runs. */
export class ChangingUserStore implements UserStore {
  /** The accounts now. */
  users: readonly User[];
  /** What changes is told by {@linkcode change}. */
  readonly tellsDoubts = true;
  readonly #listeners = new Set<(ended: ReadonlySet<string>) => void>();

  constructor(users: readonly User[]) {
    this.users = users;
  }

  find(name: string): Promise<User | undefined> {
    return Promise.resolve(this.users.find((user) => user.name === name));
  }

  subscribe(listener: (ended: ReadonlySet<string>) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Replaces the accounts; those that are named lose their sessions. */
  change(users: readonly User[], ...ended: string[]): void {
    this.users = users;
    for (const listener of this.#listeners) listener(new Set(ended));
  }
}

/** Options of the pool, and what there is to say of `alice`. */
export interface PoolTestOptions extends
  Pick<
    WorkerPoolOptions,
    | "administer"
    | "bans"
    | "entry"
    | "identities"
    | "looks"
    | "metrics"
    | "page"
    | "readMounts"
    | "questions"
  > {
  readonly count?: number;
  readonly server?: WorkerPoolOptions["server"];
  readonly account?: Partial<User>;
  /** More accounts with the same home and password. */
  readonly others?: readonly string[];
}

/** A running pool of three workers with the account `alice`, password `secret`. */
export class PoolServer implements AsyncDisposable {
  readonly pool: WorkerPool;
  readonly users: ChangingUserStore;
  /** The folder that is the home of all accounts. */
  readonly home: string;
  /** What the server told, in order. */
  readonly events: readonly ServerEvent[];
  readonly #record = new EventRecord();
  readonly #folders: string[] = [];

  private constructor(home: string, { count = 3, server, account, others = [], ...rest }: PoolTestOptions) {
    this.home = home;
    this.events = this.#record.events;
    this.#folders.push(home);
    this.users = new ChangingUserStore([
      { ...this.account("alice", home), ...account },
      ...others.map((name) => this.account(name, home)),
    ]);
    this.pool = new WorkerPool({
      ...rest,
      count,
      users: this.users,
      accounts: () => this.users.users,
      server: { port: 0, hostname: "127.0.0.1", maxConnectionsPerIp: 0, loginFailureDelayMs: 0, ...server },
      record: this.#record.record,
    });
  }

  /** Starts one. */
  static async start(options: PoolTestOptions = {}): Promise<PoolServer> {
    const home = await Deno.makeTempDir({ prefix: "baseftp-home-" });
    const server = new PoolServer(home, options);
    // Without a limit: a test that is the first to start a worker waits for the check of its types.
    await server.pool.listen();
    return server;
  }

  /** The port of control connections. */
  get port(): number {
    return this.pool.address.port;
  }

  /** An account with every permission and the password `secret`. */
  account(name: string, home: string): User {
    return { name, home, password: "secret", permissions: permissionsOf("elradfmwMT") };
  }

  /** Another folder to be a home. */
  async makeHome(): Promise<string> {
    const home = await Deno.makeTempDir({ prefix: "baseftp-home-" });
    this.#folders.push(home);
    return home;
  }

  /** A control connection; its greeting is not read. */
  async dial(from?: string): Promise<RawClient> {
    return await RawClient.connect({ port: this.port, ...from !== undefined && { from } });
  }

  /** A control connection that was greeted. */
  async connect(from?: string): Promise<RawClient> {
    const client = await this.dial(from);
    await client.expectReply(220);
    return client;
  }

  /** A control connection that is logged in. */
  async login(name = "alice"): Promise<RawClient> {
    const client = await this.connect();
    await client.login(name);
    return client;
  }

  /** Connects until every worker has a session: the system decides where each goes. */
  async connectToAll(connect = () => this.login()): Promise<RawClient[]> {
    const clients: RawClient[] = [];
    while (this.pool.sessionsByWorker.includes(0)) {
      assert.ok(clients.length < 100, "the system does not share the connections out");
      clients.push(await connect());
    }
    return clients;
  }

  /** Connects until a client gets in: who has left gives the place back a moment later. */
  async connectAgain(from?: string): Promise<RawClient> {
    const tryOnce = async (): Promise<RawClient> => {
      const client = await this.dial(from);
      if ((await client.reply()).startsWith("220")) return client;
      await client[Symbol.asyncDispose]();
      return tryOnce();
    };
    return await within(tryOnce(), "a place to be free");
  }

  /** Takes an event as the server does. */
  record: EventRecord["record"] = (event) => this.#record.record(event);

  /** The first event that fits, now or as soon as it happens. */
  event: EventRecord["first"] = (kind, fits) => this.#record.first(kind, fits);

  async [Symbol.asyncDispose](): Promise<void> {
    await within(this.pool.shutdown({ graceMs: 0 }), "the pool to end");
    for (const folder of this.#folders) await Deno.remove(folder, { recursive: true });
  }
}

/** Closes them all. */
export async function leave(clients: readonly RawClient[]): Promise<void> {
  for (const client of clients) await client[Symbol.asyncDispose]();
}

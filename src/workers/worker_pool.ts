/**
 * The server as session workers: the main thread keeps accounts, counts, certificate and log, workers run the
 * sessions.
 */

import type { Questions } from "../front_office/questions.ts";
import { endedBy } from "../guard/ban.ts";
import { type BanChange, BanList } from "../guard/ban_list.ts";
import { Counter } from "../limits/counter.ts";
import { NetworkBuckets } from "../limits/network_buckets.ts";
import { sharedBucket } from "../limits/token_bucket.ts";
import { MemoryReturn } from "../memory_return.ts";
import { LazyQuotas } from "../quotas.ts";
import type { SocketAddress } from "../net/address.ts";
import { listenForControl } from "../net/control_listener.ts";
import { claimPort } from "../net/port_claim.ts";
import { changedOptions, type PlainOptions, plainOptions } from "../options/plain_options.ts";
import type { Mount } from "../storage/mounts.ts";
import type { EventSink } from "../telemetry/events.ts";
import { HomeLooks } from "../users/home_looks.ts";
import type { User } from "../users/user.ts";
import type { UserStore } from "../users/user_store.ts";
import { AccountBuckets, makeBuckets } from "./account_buckets.ts";
import type { DeskServices, IdentitySource } from "./desk.ts";
import {
  carriedPaths,
  homePaths,
  homesOffLimits,
  isCovered,
  offLimitsProblem,
  type OwnedHome,
} from "./homes.ts";
import { MainOffice } from "./main_office.ts";
import { PoolControl } from "./pool_control.ts";
import type { SharedMemory, WorkerOptions } from "./messages.ts";
import { countForPorts, passiveSlice, SYSTEM_BALANCES } from "./plan.ts";
import { Replacements } from "./replacements.ts";
import { type Ports, SessionThread, type SessionThreadOptions } from "./session_thread.ts";

/** How {@linkcode WorkerPool} works. */
export interface WorkerPoolOptions {
  /** How many workers; fewer where there are fewer passive ports. */
  readonly count: number;
  readonly server: Partial<PlainOptions>;
  readonly users: UserStore;
  /** The accounts at this moment: workers may open their homes. */
  readonly accounts: () => Iterable<User>;
  /** Looks at the homes; by default with looks of its own. */
  readonly looks?: HomeLooks;
  /** The certificate; undefined leaves TLS out. */
  readonly identities?: IdentitySource;
  /** Brings the system's table of mounts; by default it is empty, and no disk counts as quick. */
  readonly readMounts?: () => Promise<readonly Mount[]>;
  readonly record: EventSink;
  /** The file that says what homes hold; by default they are counted at each start. */
  readonly quotaFile?: string;
  readonly questions?: Questions;
  /** Who is banned; by default nobody at first. */
  readonly bans?: BanList;
  /** The module that workers run; by default the session worker. */
  readonly entry?: URL;
}

/** How long a worker may take to end beyond the grace that its sessions have, milliseconds. */
const LAST_WORDS_MS = 5000;

/** A server whose sessions run in workers. */
export class WorkerPool implements AsyncDisposable {
  /** What an operator may do to the sessions. */
  readonly control: PoolControl;
  readonly #options: WorkerPoolOptions;
  #server: PlainOptions;
  readonly #looks: HomeLooks;
  /** What is counted for the accounts' quotas. */
  readonly quotas: LazyQuotas;
  readonly #office: MainOffice;
  readonly #services: DeskServices;
  readonly #shared: SharedMemory;
  readonly #unsubscribe: readonly (() => void)[];
  readonly #replacements: Replacements;
  /** Those that accept, each at its place. */
  readonly #threads: (SessionThread | undefined)[] = [];
  /**
   * All that run, with their places: those that accept, those that start, and those that wait for their last
   * session to leave.
   */
  readonly #alive = new Map<SessionThread, number>();
  #ports: Ports;
  #addresses: readonly SocketAddress[] = [];
  readonly #memory = new MemoryReturn();
  readonly #warnings = new Set<string>();
  #isStopping = false;

  /** A pool that does not listen yet. */
  constructor(options: WorkerPoolOptions) {
    const { users, record, questions, identities, bans = new BanList() } = options;
    const { readMounts = () => Promise.resolve([]) } = options;
    this.#options = options;
    this.#server = plainOptions(options.server);
    this.#looks = options.looks ?? new HomeLooks({ readMounts });
    const { port, implicitTlsPort } = this.#server;
    this.#ports = { port, implicitTlsPort: implicitTlsPort === "none" ? undefined : implicitTlsPort };
    this.#office = new MainOffice({ users, limits: this.#server, record, questions, bans });
    this.#shared = makeSharedMemory(this.#office);
    this.#replacements = new Replacements({
      renew: () => this.#renew(),
      onError: (error) => record({ kind: "error", message: "Cannot start a session worker", error }),
    });
    this.quotas = new LazyQuotas({
      file: options.quotaFile,
      accounts: options.accounts,
      realPathOf: async (home) => {
        const state = this.#looks.known(home) ?? await this.#looks.look(home);
        return state.kind === "there" ? state.real : home;
      },
      record,
    });
    this.#services = {
      quotas: this.quotas,
      office: this.#office,
      buckets: new AccountBuckets(),
      identities,
      readMounts,
      memory: this.#memory,
      onUncovered: () => this.#replacements.begin(),
    };
    this.control = new PoolControl(() => this.#alive.keys());
    this.#unsubscribe = [
      users.subscribe((names) => this.#accountsChanged(names)),
      bans.subscribe((change) => this.#banChanged(change)),
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

  /** Sessions at this moment. */
  get sessionCount(): number {
    return this.#office.connections;
  }

  /** The sessions of each worker that accepts connections at this moment. */
  get sessionsByWorker(): number[] {
    return this.#threads.flatMap((thread) => thread?.sessionCount ?? []);
  }

  /**
   * Starts the workers and lets them listen.
   *
   * @throws {ListenError} when a port cannot be had; then none is held.
   */
  async listen(): Promise<void> {
    using _claim = await claimPort(this.#ports.port);
    try {
      this.#probe();
      await this.#replacements.first();
      this.#memory.note(this.#office.connections);
    } catch (error) {
      await this.shutdown({ graceMs: 0 });
      throw error;
    }
  }

  /**
   * Takes new options and another certificate. Limits hold at once, the rest for new sessions; address, ports
   * of control connections, memory and the number of workers stay as they were at the start.
   */
  reconfigure({ server, identities }: Pick<WorkerPoolOptions, "server" | "identities">): void {
    this.#server = changedOptions(this.#server, server);
    this.#services.identities = identities;
    this.#office.limits = this.#server;
    this.#office.questionsChanged();
    for (const [thread, place] of this.#alive) {
      if (place < this.#count) thread.post({ kind: "reconfigure", ...this.#workerOptions(place) });
    }
    this.#replacements.begin();
  }

  /**
   * Ends in order: no new connections, running transfers may finish within the grace, then everybody gets
   * 421.
   *
   * @param options `graceMs`: how long transfers may go on, milliseconds.
   */
  async shutdown({ graceMs }: { graceMs: number }): Promise<void> {
    this.#isStopping = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#replacements.stop();
    for (const thread of this.#alive.keys()) thread.shutdown({ graceMs });
    const timer = setTimeout(() => this.#terminateAll(), graceMs + LAST_WORDS_MS);
    await Promise.all(Array.from(this.#alive.keys(), ({ ended }) => ended));
    clearTimeout(timer);
    await this.quotas.close();
    this.#memory[Symbol.dispose]();
    this.#office[Symbol.dispose]();
    await this.#replacements.idle;
  }

  /** {@linkcode shutdown} without grace. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown({ graceMs: 0 });
  }

  #addressOf(listener: number): SocketAddress {
    const address = this.#addresses[listener];
    if (!address) throw new Error("Cannot tell the address: the server does not listen");
    return address;
  }

  /** Sharing ports, the workers of two servers would not notice each other; who binds alone does. */
  #probe(): void {
    for (const port of [this.#ports.port, this.#ports.implicitTlsPort]) {
      if (port) listenForControl({ hostname: this.#server.hostname, port }).close();
    }
  }

  #accountsChanged(ended: ReadonlySet<string>): void {
    for (const thread of this.#alive.keys()) thread.post({ kind: "dismiss", names: ended });
    this.#replacements.begin();
  }

  #banChanged(change: BanChange): void {
    if (change.kind !== "banned") return;
    const message = { kind: "banned", ...endedBy(change.ban) } as const;
    for (const thread of this.#alive.keys()) thread.post(message);
  }

  /** Brings the workers to what they should be: as many as wanted, each with all the homes. */
  async #renew(): Promise<void> {
    const accounts = [...this.#options.accounts()];
    const paths = await homePaths(accounts, this.#looks);
    const carried = await carriedPaths(paths, this.#looks);
    this.#warnOfHomes(await homesOffLimits(accounts, this.#looks));
    if (this.#isStopping) return;
    const count = this.#count;
    const isUpToDate = (thread: SessionThread | undefined): boolean =>
      thread !== undefined && paths.every((path) => isCovered(path, thread.paths));
    const places = Array.from({ length: count }, (_, index) => index)
      .filter((index) => !isUpToDate(this.#threads[index]));
    // They load side by side and listen one after the other, for the first may have to find the port.
    const threads = places.map((index) => [index, this.#start(index, { paths, carried })] as const);
    try {
      for (const [index, thread] of threads) await this.#place(index, thread);
    } catch (error) {
      for (const [index, thread] of threads) if (this.#threads[index] !== thread) thread.terminate();
      throw error;
    }
    for (const thread of this.#threads.splice(count)) void thread?.drain();
  }

  /** Tells once of each home that no worker can open; logins to it are refused. */
  #warnOfHomes(homes: readonly OwnedHome[]): void {
    for (const message of homes.map(offLimitsProblem)) {
      if (this.#warnings.has(message)) continue;
      this.#warnings.add(message);
      this.#options.record({ kind: "warning", message });
    }
  }

  /** Lets a worker take its place; the one before it serves the clients that it has. */
  async #place(index: number, thread: SessionThread): Promise<void> {
    const former = this.#threads[index];
    if (!SYSTEM_BALANCES) await former?.drain();
    const addresses = await thread.listen(this.#ports);
    if (this.#addresses.length === 0) {
      this.#addresses = addresses;
      this.#ports = { port: addresses[0]!.port, implicitTlsPort: addresses[1]?.port };
    }
    this.#threads[index] = thread;
    if (SYSTEM_BALANCES) void former?.drain();
  }

  #start(index: number, paths: Pick<SessionThreadOptions, "paths" | "carried">): SessionThread {
    const { entry = new URL("./session_worker.ts", import.meta.url), record } = this.#options;
    const thread = new SessionThread({
      ...paths,
      entry,
      record,
      services: this.#services,
      start: () => ({
        ...this.#workerOptions(index),
        shared: this.#shared,
        limitsByHand: this.control.limitsForStart,
        reusePort: SYSTEM_BALANCES,
      }),
      onDeath: (error, sessions) => this.#bury(thread, { error, sessions }),
    });
    for (const other of this.#alive.keys()) other.tellColumns();
    this.#alive.set(thread, index);
    void thread.ended.then(() => {
      this.#alive.delete(thread);
      this.#memory.note(this.#office.connections);
    });
    return thread;
  }

  #bury(thread: SessionThread, { error, sessions }: { error: unknown; sessions: number }): void {
    const message = `A session worker has died and ended ${sessions} session${sessions === 1 ? "" : "s"}`;
    this.#options.record({ kind: "error", message, error });
    const place = this.#threads.indexOf(thread);
    if (place === -1) return;
    this.#threads[place] = undefined;
    this.#replacements.beginAfterDeath({ livedMs: performance.now() - thread.startedMs });
  }

  #terminateAll(): void {
    for (const thread of this.#alive.keys()) thread.terminate();
  }

  get #count(): number {
    return countForPorts(this.#options.count, this.#server.passivePorts);
  }

  #workerOptions(index: number): WorkerOptions {
    const { passivePorts, transferMemory } = this.#server;
    const count = this.#count;
    const own = {
      passivePorts: passiveSlice(passivePorts, { index, count }),
      transferMemory: Math.floor(transferMemory / count),
    };
    return { options: { ...this.#server, ...own }, hasCertificate: this.#services.identities !== undefined };
  }
}

function makeSharedMemory({ shared: office }: MainOffice): SharedMemory {
  return {
    office,
    hashes: Counter.shared(),
    hashBucket: sharedBucket(performance.now()),
    serverBuckets: makeBuckets(),
    networkBuckets: { upload: NetworkBuckets.shared(), download: NetworkBuckets.shared() },
  };
}

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
import { claimPort } from "../net/port_claim.ts";
import { changedOptions, type PlainOptions, plainOptions } from "../options/plain_options.ts";
import type { MetricBoard } from "../metrics/metric_board.ts";
import type { Mount } from "../storage/mounts.ts";
import type { EventSink } from "../telemetry/events.ts";
import { HomeLooks } from "../users/home_looks.ts";
import type { User } from "../users/user.ts";
import type { UserStore } from "../users/user_store.ts";
import { AccountBuckets, makeBuckets } from "./account_buckets.ts";
import type { DeskServices, IdentitySource } from "./desk.ts";
import { MainOffice } from "./main_office.ts";
import { PoolControl } from "./pool_control.ts";
import type { SharedMemory, WorkerOptions } from "./messages.ts";
import { countForPorts, passiveSlice, SYSTEM_BALANCES } from "./plan.ts";
import { Replacements } from "./replacements.ts";
import { SessionThreads } from "./session_threads.ts";

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
  /** Where workers count for metrics; by default nothing is counted. */
  readonly metrics?: Pick<MetricBoard, "open"> | undefined;
}

/** How its workers are. */
export interface WorkerFigures {
  readonly wanted: number;
  readonly accepting: number;
  /** Since the start. */
  readonly deaths: number;
}

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
  readonly #threads: SessionThreads;
  readonly #memory = new MemoryReturn();

  /** A pool that does not listen yet. */
  constructor(options: WorkerPoolOptions) {
    const { users, record, questions, identities, bans = new BanList() } = options;
    const { readMounts = () => Promise.resolve([]) } = options;
    this.#options = options;
    this.#server = plainOptions(options.server);
    this.#looks = options.looks ?? new HomeLooks({ readMounts });
    this.#office = new MainOffice({ users, limits: this.#server, record, questions, bans });
    this.#shared = makeSharedMemory(this.#office);
    this.#replacements = new Replacements({
      renew: () => this.#threads.renew(),
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
    this.#threads = this.#makeThreads(options);
    this.control = new PoolControl(() => this.#threads.all);
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

  /** How many workers there should be, how many accept connections, and how many have died. */
  get workers(): WorkerFigures {
    const { accepting, deaths } = this.#threads;
    return { wanted: this.#count, accepting: accepting.length, deaths };
  }

  /** The sessions of each worker that accepts connections at this moment. */
  get sessionsByWorker(): number[] {
    return this.#threads.accepting.map(({ sessionCount }) => sessionCount);
  }

  /**
   * Starts the workers and lets them listen.
   *
   * @throws {ListenError} when a port cannot be had; then none is held.
   */
  async listen(): Promise<void> {
    using _claim = await claimPort(this.#server.port);
    try {
      this.#threads.probe();
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
    for (const [thread, place] of this.#threads.places) {
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
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#replacements.stop();
    await this.#threads.shutdown({ graceMs });
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
    const address = this.#threads.addresses[listener];
    if (!address) throw new Error("Cannot tell the address: the server does not listen");
    return address;
  }

  #accountsChanged(ended: ReadonlySet<string>): void {
    this.#threads.post({ kind: "dismiss", names: ended });
    this.#replacements.begin();
  }

  #banChanged(change: BanChange): void {
    if (change.kind !== "banned") return;
    this.#threads.post({ kind: "banned", ...endedBy(change.ban) });
  }

  #makeThreads(options: WorkerPoolOptions): SessionThreads {
    const { metrics, entry = entryFor(metrics), accounts, record } = options;
    const { hostname, port, implicitTlsPort } = this.#server;
    return new SessionThreads({
      ...{ hostname, accounts, record, looks: this.#looks },
      ports: { port, implicitTlsPort: implicitTlsPort === "none" ? undefined : implicitTlsPort },
      count: () => this.#count,
      of: (place) => ({
        entry,
        services: this.#services,
        metrics: metrics?.open(`sessions-${place}`),
        start: () => ({
          ...this.#workerOptions(place),
          shared: this.#shared,
          limitsByHand: this.control.limitsForStart,
          reusePort: SYSTEM_BALANCES,
        }),
      }),
      onDeath: ({ startedMs }) =>
        this.#replacements.beginAfterDeath({ livedMs: performance.now() - startedMs }),
      onEnd: () => this.#memory.note(this.#office.connections),
    });
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

/** Only workers that count for metrics load what does. */
function entryFor(metrics: object | undefined): URL {
  return metrics
    ? new URL("./measured_session_worker.ts", import.meta.url)
    : new URL("./session_worker.ts", import.meta.url);
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

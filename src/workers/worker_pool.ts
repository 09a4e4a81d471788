/**
 * The server as session workers: the main thread keeps accounts, counts, certificate and log, workers run the
 * sessions.
 */

import type { Administration } from "../front_office/administration.ts";
import type { LinkDeskFactory } from "../front_office/link_desk.ts";
import type { Questions } from "../front_office/questions.ts";
import { endedBy } from "../guard/ban.ts";
import { type BanChange, BanList } from "../guard/ban_list.ts";
import { Counter } from "../limits/counter.ts";
import { NetworkBuckets } from "../limits/network_buckets.ts";
import { sharedBucket } from "../limits/token_bucket.ts";
import { MemoryReturn } from "../limits/memory_return.ts";
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
import type { WebPage } from "../web/web_page.ts";
import { AccountBuckets, makeBuckets } from "./account_buckets.ts";
import type { DeskServices, IdentitySource } from "./desk.ts";
import { MainOffice } from "./main_office.ts";
import { PoolControl } from "./pool_control.ts";
import type { SharedMemory, WorkerOptions, WorkerStart } from "./messages.ts";
import { countForPorts, passiveSlice, SYSTEM_BALANCES } from "./plan.ts";
import { Replacements } from "./replacements.ts";
import type { SessionThread } from "./session_thread.ts";
import { allFigures, type WorkerFigures } from "./worker_figures.ts";
import { SessionThreads, type SessionThreadsOptions } from "./session_threads.ts";

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
  readonly identities?: IdentitySource | undefined;
  /** Brings the system's table of mounts; by default it is empty, and no disk counts as quick. */
  readonly readMounts?: () => Promise<readonly Mount[]>;
  readonly record: EventSink;
  /** The file that says what homes hold; by default they are counted at each start. */
  readonly quotaFile?: string;
  readonly questions?: Questions;
  /** Does what administrators ask from the page. */
  readonly administer?: Administration;
  /** Who is banned; by default nobody at first. */
  readonly bans?: BanList;
  /** Makes what answers about share links; by default there are none. */
  readonly links?: LinkDeskFactory;
  /** The module that workers run; by default the session worker. */
  readonly entry?: URL;
  /** The module that the web worker runs; by default the web worker. */
  readonly webEntry?: URL | undefined;
  /** Where workers count for metrics; by default nothing is counted. */
  readonly metrics?: Pick<MetricBoard, "open"> | undefined;
  /** The files of the web page, which is served where `webPort` says so. */
  readonly page?: WebPage | undefined;
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
  /** The one worker that serves the web page, where there is one. */
  readonly #web: SessionThreads | undefined;
  readonly #memory = new MemoryReturn();

  /** A pool that does not listen yet. */
  constructor(options: WorkerPoolOptions) {
    const { users, record, questions, links, identities, bans = new BanList() } = options;
    const { readMounts = () => Promise.resolve([]) } = options;
    this.#options = options;
    this.#server = plainOptions(options.server);
    this.#looks = options.looks ?? new HomeLooks({ readMounts });
    this.#office = new MainOffice({ users, limits: this.#server, record, questions, links, bans });
    this.#shared = makeSharedMemory(this.#office);
    this.#replacements = new Replacements({
      renew: async () => {
        await this.#threads.renew();
        await this.#web?.renew();
      },
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
      administer: options.administer,
      onUncovered: () => this.#replacements.begin(),
    };
    this.#threads = this.#makeThreads(options);
    this.#web = this.#makeWeb(options);
    this.control = new PoolControl(() => this.#all, this.#office);
    this.#unsubscribe = [
      users.subscribe((names) => this.#accountsChanged(names)),
      bans.subscribe((change) => this.#banChanged(change)),
      this.#office.links?.subscribe((links) => this.#web?.post({ kind: "dismiss-links", links })) ??
        (() => {}),
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
    const [address] = this.#web?.addresses ?? [];
    if (!address) throw new Error("Cannot tell the address: there is no web page");
    return address;
  }

  /** Sessions at this moment. */
  get sessionCount(): number {
    return this.#office.connections;
  }

  /** How its workers are, that of the web page among them. */
  get workers(): WorkerFigures {
    return allFigures([this.#threads.figures, ...this.#web ? [this.#web.figures] : []]);
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
    const { port, webPort } = this.#server;
    using _claim = await claimPort(port);
    using _webClaim = await claimPort(webPort === "none" ? 0 : webPort);
    try {
      this.#threads.probe();
      this.#web?.probe();
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
    this.#web?.post({ kind: "reconfigure", ...this.#webOptions() });
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
    await Promise.all([this.#threads.shutdown({ graceMs }), this.#web?.shutdown({ graceMs })]);
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
    for (const thread of this.#all) thread.accountsEnded(ended);
    this.#replacements.begin();
  }

  #banChanged(change: BanChange): void {
    if (change.kind !== "banned") return;
    const message = { kind: "banned", ...endedBy(change.ban) } as const;
    for (const thread of this.#all) thread.post(message);
  }

  #makeThreads(options: WorkerPoolOptions): SessionThreads {
    const { metrics, entry = entryOf("session_worker", { metrics }) } = options;
    const { hostname, port, implicitTlsPort } = this.#server;
    return new SessionThreads({
      ...this.#common(options),
      name: "session",
      hostname,
      ports: { port, implicitTlsPort: implicitTlsPort === "none" ? undefined : implicitTlsPort },
      count: () => this.#count,
      of: (place) => ({
        entry,
        metrics: metrics?.open(`sessions-${place}`),
        services: this.#services,
        start: () => ({ ...this.#workerOptions(place), ...this.#startOfAll(), reusePort: SYSTEM_BALANCES }),
      }),
    });
  }

  #makeWeb(options: WorkerPoolOptions): SessionThreads | undefined {
    const { hostname, webHost, webPort } = this.#server;
    const { page, metrics, webEntry = entryOf("web_worker", { metrics }) } = options;
    if (webPort === "none") return undefined;
    return new SessionThreads({
      ...this.#common(options),
      name: "web",
      hostname: webHost === "" ? hostname : webHost,
      ports: { port: webPort, implicitTlsPort: undefined },
      count: () => 1,
      of: () => ({
        entry: webEntry,
        metrics: metrics?.open("web"),
        hasAdmins: true,
        services: this.#services,
        start: () => ({ ...this.#webOptions(), ...this.#startOfAll(), page, reusePort: SYSTEM_BALANCES }),
      }),
    });
  }

  #common(
    { accounts, record }: WorkerPoolOptions,
  ): Pick<
    SessionThreadsOptions,
    "accounts" | "record" | "looks" | "onStart" | "onWorn" | "onDeath" | "onEnd"
  > {
    return {
      ...{ accounts, record, looks: this.#looks },
      onStart: (started) => {
        for (const thread of this.#all) if (thread !== started) thread.tellColumns();
      },
      onWorn: () => this.#replacements.begin(),
      onDeath: ({ startedMs }) =>
        this.#replacements.beginAfterDeath({ livedMs: performance.now() - startedMs }),
      onEnd: () => this.#memory.note(this.#office.connections),
    };
  }

  #startOfAll(): Pick<WorkerStart, "shared" | "limitsByHand"> {
    return { shared: this.#shared, limitsByHand: this.control.limitsForStart };
  }

  /** All workers that run. */
  get #all(): SessionThread[] {
    return [...this.#threads.all, ...this.#web?.all ?? []];
  }

  get #count(): number {
    return countForPorts(this.#options.count, this.#server.passivePorts);
  }

  #workerOptions(index: number): WorkerOptions {
    const count = this.#count;
    const passivePorts = passiveSlice(this.#server.passivePorts, { index, count });
    return this.#optionsWith({ passivePorts });
  }

  #webOptions(): WorkerOptions {
    return this.#optionsWith({});
  }

  #optionsWith(own: Partial<PlainOptions>): WorkerOptions {
    const transferMemory = Math.floor(this.#server.transferMemory / (this.#count + (this.#web ? 1 : 0)));
    return {
      options: { ...this.#server, transferMemory, ...own },
      hasCertificate: this.#services.identities !== undefined,
    };
  }
}

/** Only workers that count for metrics load what does. */
function entryOf(
  kind: "session_worker" | "web_worker",
  { metrics }: Pick<WorkerPoolOptions, "metrics">,
): URL {
  return new URL(`./${metrics ? "measured_" : ""}${kind}.ts`, import.meta.url);
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

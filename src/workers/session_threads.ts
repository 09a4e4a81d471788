/** The session workers of one server at their places: begun, replaced, missed when they die. */

import { listenForControl } from "../net/control_listener.ts";
import type { SocketAddress } from "../net/address.ts";
import type { EventSink } from "../telemetry/events.ts";
import type { HomeLooks } from "../users/home_looks.ts";
import type { User } from "../users/user.ts";
import {
  carriedPaths,
  homePaths,
  homesOffLimits,
  isCovered,
  offLimitsProblem,
  type OwnedHome,
} from "./homes.ts";
import type { ToWorker } from "./messages.ts";
import { SYSTEM_BALANCES } from "./plan.ts";
import type { WorkerFigures } from "./worker_figures.ts";
import { type Ports, SessionThread, type SessionThreadOptions } from "./session_thread.ts";

/** What {@linkcode SessionThreads} needs. */
export interface SessionThreadsOptions {
  /** What they are for, as the log says it: `session`, `web`. */
  readonly name: string;
  /** The address to listen on. */
  readonly hostname: string;
  /** The ports; for 0 the first worker finds one. */
  readonly ports: Ports;
  /** How many there are to be. */
  readonly count: () => number;
  /** The accounts at this moment: workers may open their homes. */
  readonly accounts: () => Iterable<User>;
  readonly looks: HomeLooks;
  readonly record: EventSink;
  /** What the worker of a place gets. */
  readonly of: (
    place: number,
  ) => Pick<SessionThreadOptions, "entry" | "services" | "start" | "hasAdmins" | "metrics">;
  /** Told when one has been made: all others have to hear where it counts its seats. */
  readonly onStart: (thread: SessionThread) => void;
  /** Told that one had better be replaced. */
  readonly onWorn: () => void;
  /** Told of one that died at its place. */
  readonly onDeath: (thread: SessionThread) => void;
  /** Told when one has ended, in whatever way. */
  readonly onEnd: () => void;
}

/** How long a worker may take to end beyond the grace that its sessions have, milliseconds. */
const LAST_WORDS_MS = 5000;

/** The workers. */
export class SessionThreads {
  readonly #options: SessionThreadsOptions;
  /** Those that accept, each at its place. */
  readonly #accepting: (SessionThread | undefined)[] = [];
  /**
   * All that run, with their places: those that accept, those that start, and those that wait for their last
   * session to leave.
   */
  readonly #alive = new Map<SessionThread, number>();
  readonly #warnings = new Set<string>();
  #ports: Ports;
  #addresses: readonly SocketAddress[] = [];
  #isStopping = false;
  #deaths = 0;

  /** Starts none yet. */
  constructor(options: SessionThreadsOptions) {
    this.#options = options;
    this.#ports = options.ports;
  }

  /** All that run. */
  get all(): Iterable<SessionThread> {
    return this.#alive.keys();
  }

  /** All that run, with their places. */
  get places(): Iterable<readonly [thread: SessionThread, place: number]> {
    return this.#alive;
  }

  /** Those that accept connections. */
  get accepting(): SessionThread[] {
    return this.#accepting.filter((thread) => thread !== undefined);
  }

  /** Where they listen: the usual port, then the one for clients that begin with TLS, where there is one. */
  get addresses(): readonly SocketAddress[] {
    return this.#addresses;
  }

  /** How they are. */
  get figures(): WorkerFigures {
    return { wanted: this.#options.count(), accepting: this.accepting.length, deaths: this.#deaths };
  }

  /** Tells all of them. */
  post(message: ToWorker): void {
    for (const thread of this.#alive.keys()) thread.post(message);
  }

  /**
   * Makes sure that nobody else has the ports. Sharing them, the workers of two servers would not notice each
   * other; who binds alone does.
   *
   * @throws {ListenError} when somebody has.
   */
  probe(): void {
    const { hostname } = this.#options;
    for (const port of [this.#ports.port, this.#ports.implicitTlsPort]) {
      if (port) listenForControl({ hostname, port }).close();
    }
  }

  /** Brings them to what they should be: as many as wanted, each with all the homes. */
  async renew(): Promise<void> {
    const { looks } = this.#options;
    const accounts = [...this.#options.accounts()];
    const paths = await homePaths(accounts, looks);
    const carried = await carriedPaths(paths, looks);
    this.#warnOfHomes(await homesOffLimits(accounts, looks));
    if (this.#isStopping) return;
    const count = this.#options.count();
    const isUpToDate = (thread: SessionThread | undefined): boolean =>
      thread !== undefined && !thread.isWorn && paths.every((path) => isCovered(path, thread.paths));
    const places = Array.from({ length: count }, (_, place) => place)
      .filter((place) => !isUpToDate(this.#accepting[place]));
    // They load side by side and listen one after the other, for the first may have to find the port.
    const threads = places.map((place) => [place, this.#start(place, { paths, carried })] as const);
    try {
      for (const [place, thread] of threads) await this.#place(place, thread);
    } catch (error) {
      for (const [place, thread] of threads) if (this.#accepting[place] !== thread) thread.terminate();
      throw error;
    }
    for (const thread of this.#accepting.splice(count)) void thread?.drain();
  }

  /** Ends them in order, and those that take too long after their grace at once. Starts none any more. */
  async shutdown({ graceMs }: { graceMs: number }): Promise<void> {
    this.#isStopping = true;
    for (const thread of this.#alive.keys()) thread.shutdown({ graceMs });
    const timer = setTimeout(() => this.#terminateAll(), graceMs + LAST_WORDS_MS);
    await Promise.all(Array.from(this.#alive.keys(), ({ ended }) => ended));
    clearTimeout(timer);
  }

  #terminateAll(): void {
    for (const thread of this.#alive.keys()) thread.terminate();
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
  async #place(place: number, thread: SessionThread): Promise<void> {
    const former = this.#accepting[place];
    if (!SYSTEM_BALANCES) await former?.drain();
    const addresses = await thread.listen(this.#ports);
    if (this.#addresses.length === 0) {
      this.#addresses = addresses;
      this.#ports = { port: addresses[0]!.port, implicitTlsPort: addresses[1]?.port };
    }
    this.#accepting[place] = thread;
    if (SYSTEM_BALANCES) void former?.drain();
  }

  #start(place: number, paths: Pick<SessionThreadOptions, "paths" | "carried">): SessionThread {
    const { name, of, record, onStart, onWorn, onEnd } = this.#options;
    const thread = new SessionThread({
      name,
      ...of(place),
      ...paths,
      record,
      onWorn,
      onDeath: (error, sessions) => this.#bury(thread, { error, sessions }),
    });
    onStart(thread);
    this.#alive.set(thread, place);
    void thread.ended.then(() => {
      this.#alive.delete(thread);
      onEnd();
    });
    return thread;
  }

  #bury(thread: SessionThread, { error, sessions }: { error: unknown; sessions: number }): void {
    this.#deaths++;
    const message = `A ${this.#options.name} worker has died and ended ${sessions} session${
      sessions === 1 ? "" : "s"
    }`;
    this.#options.record({ kind: "error", message, error });
    const place = this.#accepting.indexOf(thread);
    if (place === -1) return;
    this.#accepting[place] = undefined;
    this.#options.onDeath(thread);
  }
}

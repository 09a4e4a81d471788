/**
 * What every worker with sessions stands on, whatever those speak: the front office as it is seen from there,
 * what all workers share, and the messages that mean the same to each.
 */

import { Counter } from "../limits/counter.ts";
import { RateLimits } from "../limits/rate_limits.ts";
import { Tags } from "../limits/tags.ts";
import type { SocketAddress } from "../net/address.ts";
import { ListenError } from "../net/control_listener.ts";
import type { PlainOptions } from "../options/plain_options.ts";
import { isRecorded, type Measuring } from "../server_options.ts";
import type { FrontOffice } from "../front_office/front_office.ts";
import { DiskThreads } from "../storage/disk_threads.ts";
import { QuickDisks } from "../storage/quick_disks.ts";
import type { Look, LookWish } from "../telemetry/session_view.ts";
import type { FromWorker, LimitByHand, ToWorker, WorkerOptions, WorkerStart } from "./messages.ts";
import { plainError } from "./plain.ts";
import { RemoteFrontOffice } from "./remote_front_office.ts";

/** What a worker has for a global scope; the types of this program are those of a main thread. */
interface WorkerScope {
  postMessage(message: FromWorker): void;
  onmessage: (message: { readonly data: ToWorker }) => void;
}

/**
 * How long a worker that is to be replaced goes on accepting: the system would reset connections that wait in
 * its queue when it stops.
 */
const LAST_CALL_MS = 50;

/** Where a worker is told to listen. */
export type Ports = Omit<Extract<ToWorker, { kind: "listen" }>, "kind">;

/** What is wanted of some workers alone: the module that starts such a one puts it here. */
export const extras: { measuring?: (memory: SharedArrayBuffer) => Measuring } = {};

/** What listens in a worker. */
export interface Serving {
  /** Where: as many as it was told ports. */
  readonly addresses: readonly SocketAddress[];
  dismissUsers(names: ReadonlySet<string>): void;
  dismissNetwork(ended: { readonly network: string; readonly whose: "all" | "strangers" }): void;
  /** Ends the sessions of who came by these share links, where anybody does. */
  dismissLinks?(links: ReadonlySet<string>): void;
  look(wish: LookWish): Look;
  kick(ids: ReadonlySet<number>): void;
  limitsChanged(): void;
  /** Accepts nobody any more; resolves when the ports are free. */
  stopAccepting(): Promise<void>;
  /** Accepts nobody any more; resolves when the last client has left. */
  drain(): Promise<void>;
  shutdown(options: { graceMs: number }): Promise<void>;
}

/** What one kind of worker does its own way. */
export interface WorkerKind {
  /**
   * Listens.
   *
   * @throws {ListenError} when a port cannot be had.
   */
  listen(ports: Ports): Serving | Promise<Serving>;
  /** Takes new options; what listens already takes them too. */
  reconfigure(options: WorkerOptions): void;
  /** All is over. */
  end?(): void;
}

/** What a worker stands on. */
export class WorkerBasis {
  /** The options in force. */
  options: PlainOptions;
  readonly office: RemoteFrontOffice;
  /** The same as its sessions have it. */
  readonly sessionOffice: FrontOffice;
  /** Counts for metrics; undefined where nobody wants them. */
  readonly measuring: Measuring | undefined;
  readonly quickDisks: QuickDisks;
  readonly diskThreads: DiskThreads;
  readonly rateLimits: RateLimits;
  readonly transfers: Counter;
  /** The clock of all threads, milliseconds. */
  readonly now: () => number;
  readonly #post: (message: FromWorker) => void;
  #isWorn = false;

  constructor(start: WorkerStart, post: (message: FromWorker) => void) {
    const { options, shared, clockMs } = start;
    this.#post = post;
    // Only differences between what threads tell as the time count, and all but the way of this message is
    // taken out.
    const behindMs = clockMs - performance.now();
    this.now = () => performance.now() + behindMs;
    this.options = options;
    const networks = { memory: shared.networkBuckets, tags: new Tags(shared.office.tagKey) };
    this.rateLimits = new RateLimits(options, { server: shared.serverBuckets, networks, now: this.now });
    this.transfers = new Counter(start.ownTransfers);
    for (const { target, rates, buckets } of start.limitsByHand) {
      this.rateLimits.setByHand(target, rates, buckets);
    }
    this.office = new RemoteFrontOffice({ post, rateLimits: this.rateLimits, start });
    this.office.isRecorded = (event) => isRecorded(event, this.options);
    this.measuring = start.metrics && extras.measuring?.(start.metrics);
    this.sessionOffice = this.measuring?.around(this.office) ?? this.office;
    this.quickDisks = new QuickDisks(() => this.office.mounts());
    this.diskThreads = new DiskThreads((mount) => this.office.disk(mount));
  }

  /** Asks for another worker in the place of this one, once. */
  wornOut(): void {
    if (!this.#isWorn) this.#post({ kind: "worn" });
    this.#isWorn = true;
  }
}

/** A worker that has been told what to do. */
class Running {
  readonly #basis: WorkerBasis;
  readonly #kind: WorkerKind;
  readonly #post: (message: FromWorker) => void;
  #serving: Serving | undefined;

  constructor(basis: WorkerBasis, kind: WorkerKind, post: (message: FromWorker) => void) {
    this.#basis = basis;
    this.#kind = kind;
    this.#post = post;
  }

  take(message: ToWorker): void {
    const { office, diskThreads } = this.#basis;
    switch (message.kind) {
      case "listen":
        return void this.#listen(message);
      case "answer":
        return office.answer(message.call, message);
      case "reconfigure":
        return this.#reconfigure(message);
      case "dismiss":
        return this.#serving?.dismissUsers(message.names);
      case "dismiss-links":
        return this.#serving?.dismissLinks?.(message.links);
      case "banned":
        return this.#serving?.dismissNetwork(message);
      case "look":
        return this.#look(message);
      case "kick":
        return this.#serving?.kick(message.ids);
      case "limit":
        return this.#limit(message.limit);
      case "columns":
        return office.columns(message.columns);
      case "disk-died":
        return diskThreads.forget(message.mount);
      case "drain":
        return void setTimeout(() => void this.#end((serving) => serving.drain()), LAST_CALL_MS);
      case "shutdown":
        return void this.#end((serving) => serving.shutdown(message));
    }
  }

  async #listen({ port, implicitTlsPort }: Ports): Promise<void> {
    try {
      this.#serving = await this.#kind.listen({ port, implicitTlsPort });
    } catch (error) {
      if (!(error instanceof ListenError)) throw error;
      return this.#post({ kind: "cannot-listen", port: error.port, error: plainError(error.cause) });
    }
    this.#post({ kind: "listening", addresses: this.#serving.addresses });
  }

  #reconfigure({ options, hasCertificate }: WorkerOptions): void {
    this.#basis.options = options;
    this.#basis.rateLimits.options = options;
    this.#kind.reconfigure({ options, hasCertificate });
  }

  #look({ look, wish }: { look: number; wish: LookWish }): void {
    this.#post({ kind: "looked", look, ...this.#serving?.look(wish) ?? { views: [], more: 0 } });
  }

  #limit({ target, rates, buckets }: LimitByHand): void {
    this.#basis.rateLimits.setByHand(target, rates, buckets);
    this.#serving?.limitsChanged();
  }

  async #end(end: (serving: Serving) => Promise<void>): Promise<void> {
    const ended = this.#serving && end(this.#serving);
    await this.#serving?.stopAccepting();
    this.#post({ kind: "closed" });
    await ended;
    this.#kind.end?.();
    this.#post({ kind: "ended" });
  }
}

/** Makes this thread a worker of a kind, which waits for its start. */
export function runWorker(kindOf: (basis: WorkerBasis, start: WorkerStart) => WorkerKind): void {
  const scope = self as unknown as WorkerScope;
  const post = (message: FromWorker): void => scope.postMessage(message);
  let running: Running | undefined;
  scope.onmessage = ({ data }) => {
    if (data.kind !== "start") return running?.take(data);
    const basis = new WorkerBasis(data.start, post);
    running = new Running(basis, kindOf(basis, data.start), post);
  };
  post({ kind: "ready" });
}

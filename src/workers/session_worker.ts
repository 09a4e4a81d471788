/**
 * One session worker: a thread that runs sessions and may touch nothing but the homes and the network.
 * Started by session_thread.ts.
 */

import { Counter } from "../limits/counter.ts";
import { HashLimits } from "../limits/hash_limits.ts";
import { RateLimits } from "../limits/rate_limits.ts";
import { Tags } from "../limits/tags.ts";
import { ListenError } from "../net/control_listener.ts";
import { IoLine } from "../native/io_line.ts";
import type { PlainOptions } from "../options/plain_options.ts";
import { isRecorded, type Measuring } from "../server_options.ts";
import { SessionServer } from "../session_server.ts";
import { DiskThreads } from "../storage/disk_threads.ts";
import { QuickDisks } from "../storage/quick_disks.ts";
import type { LookWish } from "../telemetry/session_view.ts";
import type { FromWorker, LimitByHand, ToWorker, WorkerOptions, WorkerStart } from "./messages.ts";
import { plainError } from "./plain.ts";
import { RemoteCertificate, RemoteFrontOffice } from "./remote_front_office.ts";

/** What a worker has for a global scope; the types of this program are those of a main thread. */
interface WorkerScope {
  postMessage(message: FromWorker): void;
  onmessage: (message: { readonly data: ToWorker }) => void;
}

/** What is wanted of some workers alone: the module that starts such a one puts it here. */
export const extras: { measuring?: (memory: SharedArrayBuffer) => Measuring } = {};

/**
 * How long a worker that is to be replaced goes on accepting: the system would reset connections that wait in
 * its queue when it stops.
 */
const LAST_CALL_MS = 50;

const scope = self as unknown as WorkerScope;
const post = (message: FromWorker): void => scope.postMessage(message);

/** A worker that has been told what to do. */
class SessionWorker {
  readonly #office: RemoteFrontOffice;
  readonly #certificate: RemoteCertificate;
  readonly #quickDisks: QuickDisks;
  readonly #diskThreads: DiskThreads;
  readonly #ioLine: IoLine;
  readonly #rateLimits: RateLimits;
  readonly #hashLimits: HashLimits;
  readonly #transfers: Counter;
  readonly #reusePort: boolean;
  readonly #measuring: Measuring | undefined;
  #options: PlainOptions;
  /** The certificate, while the main thread has one. */
  #tls: RemoteCertificate | undefined;
  #server: SessionServer | undefined;

  constructor(start: WorkerStart) {
    const { options, hasCertificate, shared, ownHashes, reusePort, clockMs } = start;
    // Only differences between what threads tell as the time count, and all but the way of this message is
    // taken out.
    const behindMs = clockMs - performance.now();
    const now = (): number => performance.now() + behindMs;
    this.#options = options;
    this.#reusePort = reusePort;
    this.#measuring = start.metrics && extras.measuring?.(start.metrics);
    const networks = { memory: shared.networkBuckets, tags: new Tags(shared.office.tagKey) };
    this.#rateLimits = new RateLimits(options, { server: shared.serverBuckets, networks, now });
    this.#hashLimits = new HashLimits(options, {
      running: new Counter(shared.hashes),
      own: new Counter(ownHashes),
      bucket: shared.hashBucket,
      now,
    });
    this.#transfers = new Counter(start.ownTransfers);
    for (const limit of start.limitsByHand) this.#limit(limit);
    this.#office = new RemoteFrontOffice({ post, rateLimits: this.#rateLimits, start });
    this.#office.isRecorded = (event) => isRecorded(event, this.#options);
    this.#certificate = new RemoteCertificate(this.#office);
    this.#tls = hasCertificate ? this.#certificate : undefined;
    this.#quickDisks = new QuickDisks(() => this.#office.mounts());
    this.#diskThreads = new DiskThreads((mount) => this.#office.disk(mount));
    this.#ioLine = new IoLine({
      start: (line, cells) => this.#office.io(line, cells),
      onStall: (ms) => this.#quickDisks.noteStall(ms),
    });
    this.#ioLine.isWanted = options.native;
  }

  take(message: ToWorker): void {
    switch (message.kind) {
      case "listen":
        return this.#listen(message);
      case "answer":
        return this.#office.answer(message.call, message);
      case "reconfigure":
        return this.#reconfigure(message);
      case "dismiss":
        return this.#server?.dismissUsers(message.names);
      case "banned":
        return this.#server?.dismissNetwork(message);
      case "look":
        return this.#look(message);
      case "kick":
        return this.#server?.kick(message.ids);
      case "limit":
        return this.#limit(message.limit);
      case "columns":
        return this.#office.columns(message.columns);
      case "disk-died":
        return this.#diskThreads.forget(message.mount);
      case "drain":
        return void setTimeout(() => void this.#end((server) => server.drain()), LAST_CALL_MS);
      case "shutdown":
        return void this.#end((server) => server.shutdown(message));
    }
  }

  #listen({ port, implicitTlsPort }: { port: number; implicitTlsPort: number | undefined }): void {
    this.#options = { ...this.#options, port, implicitTlsPort: implicitTlsPort ?? "none" };
    const server = new SessionServer(this.#options, {
      tls: this.#tls,
      quickDisks: this.#quickDisks,
      diskThreads: this.#diskThreads,
      carrier: this.#ioLine,
      office: this.#measuring?.around(this.#office) ?? this.#office,
      measuring: this.#measuring,
      rateLimits: this.#rateLimits,
      hashLimits: this.#hashLimits,
      transfers: this.#transfers,
      reusePort: this.#reusePort,
    });
    try {
      server.listen();
    } catch (error) {
      if (!(error instanceof ListenError)) throw error;
      return post({ kind: "cannot-listen", port: error.port, error: plainError(error.cause) });
    }
    this.#server = server;
    post({ kind: "listening", addresses: server.addresses });
  }

  /** One that does not listen yet takes its port from the message that lets it. */
  #reconfigure({ options, hasCertificate }: WorkerOptions): void {
    this.#options = options;
    this.#tls = hasCertificate ? this.#certificate : undefined;
    this.#rateLimits.options = options;
    this.#hashLimits.options = options;
    this.#ioLine.isWanted = options.native;
    this.#server?.reconfigure(options, { tls: this.#tls });
  }

  #look({ look, wish }: { look: number; wish: LookWish }): void {
    post({ kind: "looked", look, ...this.#server?.look(wish) ?? { views: [], more: 0 } });
  }

  #limit({ target, rates, buckets }: LimitByHand): void {
    this.#rateLimits.setByHand(target, rates, buckets);
    this.#server?.limitsChanged();
  }

  async #end(end: (server: SessionServer) => Promise<void>): Promise<void> {
    const ended = this.#server && end(this.#server);
    await this.#server?.stopAccepting();
    post({ kind: "closed" });
    await ended;
    this.#ioLine[Symbol.dispose]();
    post({ kind: "ended" });
  }
}

let worker: SessionWorker | undefined;
scope.onmessage = ({ data }) => {
  if (data.kind === "start") worker = new SessionWorker(data.start);
  else worker?.take(data);
};
post({ kind: "ready" });

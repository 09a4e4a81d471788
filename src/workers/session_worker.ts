/**
 * One session worker: a thread that runs sessions and may touch nothing but the homes and the network.
 * Started by session_thread.ts.
 */

import { Counter } from "../limits/counter.ts";
import { HashLimits } from "../limits/hash_limits.ts";
import { IoLine } from "../native/io_line.ts";
import { SessionServer } from "../session_server.ts";
import type { WorkerOptions, WorkerStart } from "./messages.ts";
import { RemoteCertificate } from "./remote_certificate.ts";
import { type Ports, runWorker, type WorkerBasis, type WorkerKind } from "./worker_basis.ts";

/** FTP in a worker. */
class SessionKind implements WorkerKind {
  readonly #basis: WorkerBasis;
  readonly #certificate: RemoteCertificate;
  readonly #ioLine: IoLine;
  readonly #hashLimits: HashLimits;
  readonly #reusePort: boolean;
  /** The certificate, while the main thread has one. */
  #tls: RemoteCertificate | undefined;
  #server: SessionServer | undefined;

  constructor(basis: WorkerBasis, start: WorkerStart) {
    const { options, hasCertificate, shared, ownHashes, reusePort } = start;
    this.#basis = basis;
    this.#reusePort = reusePort;
    this.#hashLimits = new HashLimits(options, {
      running: new Counter(shared.hashes),
      own: new Counter(ownHashes),
      bucket: shared.hashBucket,
      now: basis.now,
    });
    this.#certificate = new RemoteCertificate(basis.office);
    this.#tls = hasCertificate ? this.#certificate : undefined;
    this.#ioLine = new IoLine({
      start: (line, cells) => basis.office.io(line, cells),
      onStall: (ms) => basis.quickDisks.noteStall(ms),
    });
    this.#ioLine.isWanted = options.native;
  }

  listen({ port, implicitTlsPort }: Ports): SessionServer {
    const { options, sessionOffice: office, measuring, ...basis } = this.#basis;
    const { quickDisks, diskThreads, rateLimits, transfers } = basis;
    this.#basis.options = { ...options, port, implicitTlsPort: implicitTlsPort ?? "none" };
    const server = new SessionServer(this.#basis.options, {
      tls: this.#tls,
      carrier: this.#ioLine,
      hashLimits: this.#hashLimits,
      reusePort: this.#reusePort,
      ...{ office, measuring, quickDisks, diskThreads, rateLimits, transfers },
    });
    server.listen();
    return this.#server = server;
  }

  /** One that does not listen yet takes its port from the message that lets it. */
  reconfigure({ options, hasCertificate }: WorkerOptions): void {
    this.#tls = hasCertificate ? this.#certificate : undefined;
    this.#hashLimits.options = options;
    this.#ioLine.isWanted = options.native;
    this.#server?.reconfigure(options, { tls: this.#tls });
  }

  end(): void {
    this.#ioLine[Symbol.dispose]();
  }
}

runWorker((basis, start) => new SessionKind(basis, start));

/**
 * The web worker: the thread that serves the web page. It may touch nothing but the homes and the network,
 * and has the files of the page in memory. Started by session_thread.ts.
 */

import { BufferPool } from "../limits/buffer_pool.ts";
import { Deadlines } from "../limits/deadlines.ts";
import type { CheckedIdentity } from "../net/tls_identity.ts";
import type { PlainOptions } from "../options/plain_options.ts";
import { Disks } from "../storage/disks.ts";
import { SharedHomes } from "../storage/shared_homes.ts";
import type { ThreadServices } from "../web/web_basis.ts";
import { WebServer } from "../web/web_server.ts";
import type { WorkerOptions, WorkerStart } from "./messages.ts";
import { RemoteLinks } from "./remote_links.ts";
import { type Ports, runWorker, type Serving, type WorkerBasis, type WorkerKind } from "./worker_basis.ts";

/** The page in a worker. */
class WebKind implements WorkerKind {
  readonly #basis: WorkerBasis;
  readonly #page: WorkerStart["page"];
  readonly #buffers: BufferPool;
  readonly #deadlines = new Deadlines();
  readonly #homes: SharedHomes;
  #hasCertificate: boolean;
  /** The one that the main thread has sent last. */
  #identity: CheckedIdentity | undefined;
  #server: WebServer | undefined;

  constructor(basis: WorkerBasis, { options, hasCertificate, page }: WorkerStart) {
    const { sessionOffice: office, measuring, quickDisks, diskThreads } = basis;
    const disks = new Disks(quickDisks, diskThreads);
    this.#basis = basis;
    basis.office.links = new RemoteLinks(basis.office);
    this.#page = page;
    this.#hasCertificate = hasCertificate;
    this.#buffers = new BufferPool({ budgetBytes: options.transferMemory });
    this.#homes = new SharedHomes({
      disks: measuring?.around(disks) ?? disks,
      usageOf: (user) => basis.office.usageOf(user),
      warn: (message) => office.report({ kind: "warning", message }),
    });
  }

  async listen({ port }: Ports): Promise<Serving> {
    this.#basis.options = { ...this.#basis.options, webPort: port };
    const server = new WebServer(this.#basis.options, {
      services: (options) => this.#servicesFor(options),
      identities: { latest: () => this.#latest() },
      page: this.#page,
      onWorn: () => this.#basis.wornOut(),
    });
    await server.listen();
    return this.#server = server;
  }

  reconfigure({ options, hasCertificate }: WorkerOptions): void {
    this.#hasCertificate = hasCertificate;
    this.#server?.reconfigure(options);
  }

  #servicesFor(options: PlainOptions): ThreadServices {
    const { sessionOffice: office, rateLimits, transfers } = this.#basis;
    return {
      ...{ office, rateLimits, transfers, buffers: this.#buffers, deadlines: this.#deadlines },
      openStorage: this.#homes.opener(options),
    };
  }

  async #latest(): Promise<CheckedIdentity | undefined> {
    if (!this.#hasCertificate || this.#basis.options.tlsPolicy === "off") return undefined;
    return this.#identity = await this.#basis.office.certificate(this.#identity?.fingerprint) ??
      this.#identity;
  }
}

runWorker((basis, start) => new WebKind(basis, start));

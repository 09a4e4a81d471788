/** The web page of one thread: listens, answers requests, and ends in order. */

import type { EndedSessions } from "../guard/ban.ts";
import { ByteBudget } from "../limits/byte_budget.ts";
import type { SocketAddress } from "../net/address.ts";
import type { CheckedIdentity } from "../net/tls_identity.ts";
import type { PlainOptions } from "../options/plain_options.ts";
import { parseIpNetwork } from "../protocol/ip_network.ts";
import type { Look, LookWish } from "../telemetry/session_view.ts";
import { ROUTES, type Routes } from "./routes.ts";
import { WebApp } from "./web_app.ts";
import { WebDoor } from "./web_door.ts";
import type { WebPage } from "./web_page.ts";
import { listenForWeb, probePort, type WebListener, type WebPlace } from "./web_listener.ts";
import type { ThreadServices } from "./web_basis.ts";
import type { WebServices } from "./web_services.ts";
import { WebSessions } from "./web_sessions.ts";

/** Where the certificate comes from. */
export interface WebIdentities {
  /** The one to show at this moment; undefined where there is none. */
  latest(): Promise<CheckedIdentity | undefined>;
}

/** What {@linkcode WebServer} needs. */
export interface WebServerParts {
  /** What the thread has, for these options. */
  readonly services: (options: PlainOptions) => ThreadServices;
  readonly identities: WebIdentities;
  /** The files of the page; by default there are none, and programs alone are answered. */
  readonly page?: WebPage;
  /** What is answered; by default what the program answers. */
  readonly routes?: Routes;
  /** Told, more than once perhaps, that another thread had better serve in the place of this one. */
  readonly onWorn?: () => void;
}

/** What all archives that are being sent may hold: some 100 bytes for each file in one. */
const ARCHIVE_MEMORY_BYTES = 64 * 1024 * 1024;
/** How often a client makes us look whether there is another certificate. */
const LOOK_FOR_CERTIFICATE_MS = 5000;
/** How long a port that is to be closed goes on accepting: the system would reset what waits in its queue. */
const LAST_CALL_MS = 50;
/** How long what has been answered may take to go out when the server stops. */
const LAST_WORDS_MS = 1000;

/** Serves the page. */
export class WebServer {
  readonly sessions: WebSessions;
  readonly #archiveMemory = new ByteBudget(ARCHIVE_MEMORY_BYTES);
  readonly #parts: WebServerParts;
  readonly #app: WebApp;
  readonly #door: WebDoor;
  #services: WebServices;
  #listener: WebListener | undefined;
  #identity: CheckedIdentity | undefined;
  #lookedMs = -Infinity;
  #isStopping = false;

  /** Does not listen yet. */
  constructor(options: PlainOptions, parts: WebServerParts) {
    this.#parts = parts;
    this.sessions = new WebSessions(() => this.#services);
    this.#services = this.#servicesFor(options);
    const services = (): WebServices => this.#services;
    this.#app = new WebApp(services, parts.routes ?? ROUTES);
    this.#door = new WebDoor({
      services,
      answer: (request, { peer, isSecure }) =>
        this.#app.answer(request, { peer, isSecure, hasPublicCertificate: this.#identity?.isPublic }),
      onWorn: () => parts.onWorn?.(),
      onKnock: () => void this.#lookForCertificate({ isUrgent: false }),
    });
  }

  /**
   * Where it listens.
   *
   * @throws {Error} when it does not.
   */
  get address(): SocketAddress {
    if (!this.#listener) throw new Error("Cannot tell the address: the web page is not served");
    return this.#listener.address;
  }

  /** The same for who has several; none while the page is not served. */
  get addresses(): readonly SocketAddress[] {
    return this.#listener ? [this.#listener.address] : [];
  }

  /** Whether it is served over HTTPS. */
  get isSecure(): boolean {
    return this.#listener?.isSecure ?? false;
  }

  /** Connections that are open. */
  get connectionCount(): number {
    return this.#door.size;
  }

  /** Sessions at this moment. */
  get sessionCount(): number {
    return this.sessions.size;
  }

  /**
   * Makes sure that no other server has the port; for who is the only one of this server to listen there.
   *
   * @throws {ListenError} when one has.
   */
  probe(): void {
    probePort(this.#place);
  }

  /**
   * Binds the port and starts to accept.
   *
   * @throws {ListenError} when the port cannot be had.
   */
  async listen(): Promise<void> {
    await this.#takeCertificate();
  }

  /** Takes new options; the port stays as it was at the start. */
  reconfigure(options: PlainOptions): void {
    this.#services = this.#servicesFor(options);
    void this.#lookForCertificate({ isUrgent: true });
  }

  /** Ends the sessions of these accounts. */
  dismissUsers(names: ReadonlySet<string>): void {
    this.sessions.dismissUsers(names);
  }

  /** Ends the sessions of who came by these share links. */
  dismissLinks(links: ReadonlySet<string>): void {
    this.sessions.dismissLinks(links);
  }

  /** Ends the sessions of a network that was banned. */
  dismissNetwork({ network, whose }: EndedSessions): void {
    const banned = parseIpNetwork(network);
    // Who has shown a password goes on, where the guard judges an address; nobody else begins (log_in.ts).
    if (whose === "strangers" || !banned) return;
    this.sessions.dismissNetwork(banned);
    this.#door.killNetwork(banned);
  }

  /** What sessions do at this moment. */
  look(wish: LookWish): Look {
    return this.sessions.look(wish);
  }

  /** Ends these sessions at once, by their numbers. */
  kick(ids: ReadonlySet<number>): void {
    this.sessions.kick(ids);
  }

  /** Lets running transfers keep to the limits as they are now. */
  limitsChanged(): void {
    this.sessions.limitsChanged();
  }

  /** Accepts nobody any more; resolves when the port is free. */
  async stopAccepting(): Promise<void> {
    this.#isStopping = true;
    this.#listener?.close();
    await this.#door.shut();
  }

  /** Accepts nobody any more; resolves when all that was asked is answered. */
  async drain(): Promise<void> {
    await this.stopAccepting();
    const drained = this.#door.drain();
    this.sessions.endIdle();
    await drained;
    this.sessions[Symbol.dispose]();
    this.#door[Symbol.dispose]();
  }

  /**
   * Ends in order: no new connections, running requests may finish within the grace.
   *
   * @param options `graceMs`: how long they may go on, milliseconds.
   */
  async shutdown({ graceMs }: { graceMs: number }): Promise<void> {
    const drained = this.drain();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = (): void => {
      this.sessions.endAll();
      timer = setTimeout(() => this.#door.killAll(), LAST_WORDS_MS);
    };
    if (graceMs > 0) {
      timer = setTimeout(end, graceMs);
    } else {
      this.sessions.endAll();
      this.#door.killAll();
    }
    await drained;
    clearTimeout(timer);
  }

  get #place(): WebPlace {
    const { hostname, webHost, webPort, webHttp2: offersHttp2 } = this.#services.options;
    const port = this.#listener?.address.port ?? (webPort === "none" ? 0 : webPort);
    return { hostname: webHost === "" ? hostname : webHost, port, offersHttp2 };
  }

  #servicesFor(options: PlainOptions): WebServices {
    const { services, page } = this.#parts;
    const { office, buffers, rateLimits, deadlines, transfers, openStorage } = services(options);
    const { sessions } = this;
    const archiveMemory = this.#archiveMemory;
    return {
      ...{ office, buffers, rateLimits, deadlines, transfers, openStorage },
      ...{ options, page, sessions, archiveMemory },
    };
  }

  async #takeCertificate(): Promise<void> {
    const identity = await this.#parts.identities.latest();
    if (this.#isStopping) return;
    this.#lookedMs = performance.now();
    const isSame = this.#listener !== undefined && identity?.fingerprint === this.#identity?.fingerprint;
    if (isSame) return;
    this.#identity = identity;
    this.#replaceListener(identity);
  }

  /** Where several may listen on one port, the new one does before the old one stops. */
  #replaceListener(identity: CheckedIdentity | undefined): void {
    const former = this.#listener;
    const place = this.#place;
    if (former && Deno.build.os !== "linux") former.close();
    this.#listener = listenForWeb(place, identity);
    this.#door.open(this.#listener);
    if (former && Deno.build.os === "linux") setTimeout(() => former.close(), LAST_CALL_MS);
    if (!identity) this.#tellOfPlainHttp();
  }

  #tellOfPlainHttp(): void {
    const { office, options: { webPlainHttp } } = this.#services;
    const what = {
      private: "The web page is served over plain HTTP, to private addresses only: there is no certificate",
      anywhere: "The web page is served over plain HTTP, to everybody: passwords can be read on their way",
      never: "The web page is not served: there is no certificate, and web-plain-http is never",
    };
    office.report({ kind: "warning", message: what[webPlainHttp] });
  }

  async #lookForCertificate({ isUrgent }: { isUrgent: boolean }): Promise<void> {
    const nowMs = performance.now();
    if (!isUrgent && nowMs - this.#lookedMs < LOOK_FOR_CERTIFICATE_MS) return;
    this.#lookedMs = nowMs;
    try {
      await this.#takeCertificate();
    } catch (error) {
      const message = "Cannot take the certificate for the web page";
      this.#services.office.report({ kind: "error", message, error });
    }
  }
}

/** Accepts the connections of the web page: who is let in, how many at once, and when they end. */

import { giveWay } from "../limits/turn.ts";
import { MemoryReturn } from "../limits/memory_return.ts";
import { hasLeft } from "../net/acceptor.ts";
import { isPrivate, normalizeIp } from "../net/address.ts";
import type { PlainOptions } from "../options/plain_options.ts";
import type { IpNetwork } from "../protocol/ip_network.ts";
import { RefusalCounts } from "./refusal_counts.ts";
import type { WebBasis } from "./web_basis.ts";
import { WebConnection } from "./web_connection.ts";
import { WebConnections } from "./web_connections.ts";
import type { WebListener } from "./web_listener.ts";

/** What {@linkcode WebDoor} needs. */
export interface WebDoorOptions {
  /** Those in force when a connection comes. */
  readonly services: () => Pick<WebBasis, "office" | "deadlines" | "options">;
  readonly answer: (request: Request, connection: WebConnection) => Promise<Response>;
  /** Told that a client has come, before anything is done about it. */
  readonly onKnock: () => void;
  /** Told that another thread had better go on in the place of this one. */
  readonly onWorn: () => void;
}

/** So many connections are accepted before the thread looks after its other sockets. */
const MOST_IN_A_ROW = 8;

const PLAIN_REFUSED = "Plain HTTP is not answered to your address: see the setting web-plain-http\n";
const LAST_WORDS = new TextEncoder().encode(
  `HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: ${PLAIN_REFUSED.length}\r\n` +
    `Connection: close\r\n\r\n${PLAIN_REFUSED}`,
);

/** The door. Disposing forgets what was refused. */
export class WebDoor implements Disposable {
  readonly #options: WebDoorOptions;
  readonly #connections = new WebConnections();
  readonly #refusals: RefusalCounts;
  readonly #serving = new Set<Promise<void>>();
  readonly #accepting = new Set<Promise<void>>();
  readonly #memory = new MemoryReturn();

  /** Nobody is let in yet. */
  constructor(options: WebDoorOptions) {
    this.#options = options;
    this.#refusals = new RefusalCounts((event) => options.services().office.report(event));
  }

  /** Connections that are open. */
  get size(): number {
    return this.#connections.size;
  }

  /** Lets in who comes to this listener, until it is closed. */
  open(listener: WebListener): void {
    const accepting = this.#accept(listener).finally(() => this.#accepting.delete(accepting));
    // What loading has taken goes back when it is quiet; not before the thread has said that it listens.
    queueMicrotask(() => this.#memory.note(this.size));
    this.#accepting.add(accepting);
  }

  /** Resolves when all listeners are closed. */
  async shut(): Promise<void> {
    await Promise.all(this.#accepting);
  }

  /** Ends each connection when it has answered what it was asked; resolves when there is none any more. */
  async drain(): Promise<void> {
    this.#connections.endAll();
    await Promise.all(this.#serving);
  }

  /** Ends each at once. */
  killAll(): void {
    this.#connections.killAll();
  }

  /** Ends those of a network at once. */
  killNetwork(network: IpNetwork): void {
    this.#connections.killNetwork(network);
  }

  async #accept(listener: WebListener): Promise<void> {
    for (let accepted = 1;; accepted++) {
      while (this.#connections.isFull && listener.isOpen) await pause();
      // In a flood the next one is there at once, and nobody else would have a turn.
      if (accepted % MOST_IN_A_ROW === 0) await giveWay();
      try {
        this.#letIn(await listener.accept(), listener);
      } catch (error) {
        if (!listener.isOpen) return;
        if (hasLeft(error)) continue;
        // No descriptors for a moment: the next one may fare better.
        this.#options.services().office.report({
          kind: "error",
          message: "Cannot accept a connection",
          error,
        });
        await pause();
      }
    }
  }

  #letIn(conn: Deno.TcpConn | Deno.TlsConn, { isSecure }: WebListener): void {
    this.#options.onKnock();
    const peer = normalizeIp(conn.remoteAddr.hostname);
    const { office, deadlines, options: { webPlainHttp } } = this.#options.services();
    // A ban is told to nobody here: to write HTTP to a flood costs more than to read it.
    if (office.door.welcome(peer) !== "come-in") return this.#turnAway(conn, { peer, refusal: "banned" });
    if (!isSecure && !mayBePlain(peer, webPlainHttp)) {
      this.#refusals.add("plain HTTP");
      return void conn.write(LAST_WORDS).catch(() => {}).then(() => conn.close());
    }
    if (!this.#connections.makeRoom(peer)) return this.#turnAway(conn, { peer, refusal: "too many" });
    const { answer } = this.#options;
    const onError = (): Response => new Response(null, { status: 500 });
    const connection = new WebConnection({
      ...{ peer, isSecure, deadlines, answer, onError },
      onAbandoned: (gone) => {
        void this.#connections.abandon(peer, gone);
        this.#lookForWear();
      },
      onCutOff: () => {
        this.#connections.suspect(peer);
        this.#lookForWear();
      },
    });
    this.#connections.add(connection);
    this.#memory.note(this.size);
    const serving = connection.serve(conn).finally(() => {
      this.#connections.remove(connection);
      this.#memory.note(this.size);
      this.#serving.delete(serving);
    });
    this.#serving.add(serving);
  }

  #lookForWear(): void {
    if (this.#connections.isWorn) this.#options.onWorn();
  }

  /** Under TLS the socket stays until the handshake has ended, whatever we do. */
  #turnAway(
    conn: Deno.TcpConn | Deno.TlsConn,
    { peer, refusal }: { readonly peer: string; readonly refusal: "banned" | "too many" },
  ): void {
    this.#refusals.add(refusal);
    if (!("handshake" in conn)) return conn.close();
    const gone = conn.handshake().then(() => {}, () => {}).then(() => conn.close());
    void this.#connections.abandon(peer, gone);
    this.#lookForWear();
  }

  [Symbol.dispose](): void {
    this.#refusals[Symbol.dispose]();
    this.#memory[Symbol.dispose]();
  }
}

/** So long nobody is accepted where nobody can be. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 100));
}

/** Whether a client may be answered over plain HTTP. */
function mayBePlain(peer: string, who: PlainOptions["webPlainHttp"]): boolean {
  return who === "anywhere" || who === "private" && isPrivate(peer);
}

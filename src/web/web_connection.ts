/** One connection of the web page: how long it may take for what, and how it ends. */

import type { Deadline, Deadlines } from "../limits/deadlines.ts";
import { beginTurn } from "../limits/turn.ts";
import { type HttpMachine, serveHttp } from "../net/http_machine.ts";
import { watchProgress } from "./progress.ts";

/** What a connection needs. */
export interface WebConnectionOptions {
  /** The client's IP address. */
  readonly peer: string;
  readonly isSecure: boolean;
  readonly deadlines: Deadlines;
  readonly answer: (request: Request, connection: WebConnection) => Promise<Response>;
  readonly onError: (error: unknown) => Response;
  /**
   * Told that TLS was not begun in time, with when the socket is gone. The runtime closes none before its
   * handshake has ended: it can go when the test of clients that do not begin TLS passes without it.
   */
  readonly onAbandoned: (gone: Promise<void>) => void;
  /**
   * Told that it was ended under TLS in the middle of an answer: where the client reads nothing the runtime
   * keeps the socket, and does not say for how long.
   */
  readonly onCutOff: () => void;
}

/** A handshake of TLS and the first head have to be there after so long, as has each further head. */
const HEAD_MS = 20_000;
/** How long a connection is kept for the next request. */
const KEEP_ALIVE_MS = 60_000;
/** How long a request may stand still, with nothing moved for it and nothing taken of its answer. */
const STANDSTILL_MS = 120_000;

/** One connection. */
export class WebConnection {
  readonly peer: string;
  readonly isSecure: boolean;
  readonly #options: WebConnectionOptions;
  readonly #deadline: Deadline;
  readonly #killed = Promise.withResolvers<void>();
  #isKilled = false;
  #machine: HttpMachine | undefined;
  #requests = 0;
  #hasAsked = false;
  #isOver = false;
  #idleSinceMs = performance.now();

  /** Waits for {@linkcode serve}. */
  constructor(options: WebConnectionOptions) {
    this.peer = options.peer;
    this.isSecure = options.isSecure;
    this.#options = options;
    this.#deadline = options.deadlines.make(() => this.kill());
    this.#deadline.start(HEAD_MS);
  }

  /** Whether anything was ever asked. */
  get hasAsked(): boolean {
    return this.#hasAsked;
  }

  /** Since when nothing has been asked, on the clock of `performance.now()`; undefined while something is. */
  get idleSinceMs(): number | undefined {
    return this.#requests > 0 ? undefined : this.#idleSinceMs;
  }

  /** Serves what comes; resolves when the connection is over, in whatever way. */
  async serve(conn: Deno.TcpConn | Deno.TlsConn): Promise<void> {
    try {
      if (!await this.#shakeHands(conn)) return;
      this.#machine = serveHttp(conn, {
        handler: (request, { completed }) => this.#answer(request, completed),
        onError: this.#options.onError,
      });
      // Of a client that has gone the machine waits for the handler, which may wait for a disk.
      await Promise.race([this.#machine.finished, this.#killed.promise]);
    } catch {
      // A connection that breaks has ended, for us.
    } finally {
      this.#isOver = true;
      this.#deadline[Symbol.dispose]();
    }
  }

  /** Ends it when what was asked is answered. */
  end(): void {
    if (!this.#machine || this.#requests === 0) return this.kill();
    void this.#machine.shutdown().catch(() => {});
  }

  /** Ends it at once; may be called again. */
  kill(): void {
    if (this.#isKilled) return;
    this.#isKilled = true;
    this.#killed.resolve();
    if (this.#machine && this.isSecure && this.#requests > 0) this.#options.onCutOff();
    this.#machine?.kill();
  }

  /** @returns Whether there is a client still. */
  async #shakeHands(conn: Deno.TcpConn | Deno.TlsConn): Promise<boolean> {
    if (this.#isKilled) conn.close();
    if (this.#isKilled || !("handshake" in conn)) return !this.#isKilled;
    const handshake = conn.handshake().then(() => true, () => false);
    const isDone = await Promise.race([handshake, this.#killed.promise]);
    if (isDone === true && !this.#isKilled) return true;
    if (isDone === false) conn.close();
    else this.#options.onAbandoned(handshake.then(() => conn.close()));
    return false;
  }

  #answer(request: Request, completed: Promise<void>): Promise<Response> {
    beginTurn();
    this.#requests++;
    this.#hasAsked = true;
    this.#deadline.start(STANDSTILL_MS);
    watchProgress(request.signal, () => this.#deadline.touch());
    void completed.catch(() => {}).then(() => this.#answered());
    return this.#options.answer(request, this);
  }

  #answered(): void {
    // That an answer was cut off may be told when the connection is over.
    if (--this.#requests > 0 || this.#isOver) return;
    this.#idleSinceMs = performance.now();
    this.#deadline.start(KEEP_ALIVE_MS);
  }
}

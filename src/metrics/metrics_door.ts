/**
 * The door of metrics: a port of its own for `/metrics`, `/healthz` and `/readyz`. Few connections at a time,
 * each for a while: whoever does not read, or says nothing, makes room for the next.
 */

import { delay } from "../limits/delay.ts";
import { serveHttp } from "../net/http_machine.ts";
import { EXPOSITION_TYPE } from "./exposition.ts";
import type { TokenCheck } from "./token.ts";

/** What there is to tell. */
export interface MetricsSource {
  /** All metrics in the text format. Never rejects. */
  metrics(): Promise<string>;
  /** Why the server cannot serve everybody at this moment, a line each; none of them names a place. */
  notReady(): Promise<readonly string[]>;
}

/** How {@linkcode MetricsDoor} works. */
export interface MetricsDoorOptions {
  /** What a scrape has to show; undefined lets everybody in who can connect. */
  readonly token: TokenCheck | undefined;
  /** How long a connection may last behind its last request, milliseconds; default one minute. */
  readonly limitMs?: number;
}

/** Prometheus keeps one, a probe of `/readyz` another. */
const MOST_CONNECTIONS = 16;
const LIMIT_MS = 60_000;
/**
 * When there are so many already, others come one by one after this pause: a flood must not keep the thread
 * from logins.
 */
const FLOOD_PAUSE_MS = 10;
/** Without descriptors for a moment the next connection may fare better. */
const ERROR_PAUSE_MS = 100;

/** A connection. */
interface Guest {
  /** Resolved when it is to go, whatever goes on. */
  readonly leaving: PromiseWithResolvers<void>;
  timer: ReturnType<typeof setTimeout> | undefined;
  /** Requests that are being answered. */
  running: number;
}

/** Answers whoever asks. */
export class MetricsDoor implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #options: MetricsDoorOptions;
  /** The one that was heard of longest ago is the first. */
  readonly #guests = new Set<Guest>();
  readonly #ending = new AbortController();
  readonly #served = new Set<Promise<void>>();
  #accepting: Promise<void> = Promise.resolve();

  /** @param listener Bound already, and this one's from now on. */
  constructor(listener: Deno.TcpListener, options: MetricsDoorOptions) {
    this.#listener = listener;
    this.#options = options;
  }

  /** Connections at this moment. */
  get connections(): number {
    return this.#guests.size;
  }

  /** Begins to answer. */
  open(source: MetricsSource): void {
    this.#accepting = this.#accept(source);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    this.#listener.close();
    for (const guest of this.#guests) guest.leaving.resolve();
    await this.#accepting;
    await Promise.all(this.#served);
  }

  async #accept(source: MetricsSource): Promise<void> {
    const { signal } = this.#ending;
    const pause = (ms: number): Promise<void> => delay(ms, signal).catch(() => {});
    while (!signal.aborted) {
      try {
        const conn = await this.#listener.accept();
        const isFull = this.#guests.size >= MOST_CONNECTIONS;
        if (isFull) this.#sendAway();
        const served = this.#serve(conn, source);
        this.#served.add(served);
        void served.then(() => this.#served.delete(served));
        if (isFull) await pause(FLOOD_PAUSE_MS);
      } catch {
        await pause(ERROR_PAUSE_MS);
      }
    }
  }

  /** Makes room: who waits for an answer goes last. */
  #sendAway(): void {
    const [oldest] = this.#guests;
    const idle = [...this.#guests].find(({ running }) => running === 0);
    const leaver = idle ?? oldest;
    if (!leaver) return;
    // At once: what a flood opens is counted out before it is closed.
    this.#guests.delete(leaver);
    leaver.leaving.resolve();
  }

  async #serve(conn: Deno.TcpConn, source: MetricsSource): Promise<void> {
    const guest: Guest = { leaving: Promise.withResolvers(), timer: undefined, running: 0 };
    this.#guests.add(guest);
    this.#heardOf(guest);
    const machine = serveHttp(conn, {
      handler: async (request) => {
        guest.running++;
        this.#heardOf(guest);
        try {
          return await this.#answer(request, source);
        } finally {
          guest.running--;
        }
      },
      onError: () => text("Internal error\n", { status: 500 }),
    });
    // Of a client that has gone the machine waits for the handler.
    await Promise.race([machine.finished.catch(() => {}), guest.leaving.promise]);
    machine.kill();
    clearTimeout(guest.timer);
    this.#guests.delete(guest);
  }

  /** Begins its time anew, and puts it behind the others. */
  #heardOf(guest: Guest): void {
    if (!this.#guests.delete(guest)) return;
    this.#guests.add(guest);
    clearTimeout(guest.timer);
    guest.timer = setTimeout(() => guest.leaving.resolve(), this.#options.limitMs ?? LIMIT_MS);
    Deno.unrefTimer(guest.timer);
  }

  async #answer(request: Request, source: MetricsSource): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (!PATHS.has(pathname)) {
      return text("Not found: there are /metrics, /healthz and /readyz\n", { status: 404 });
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      return text("Only GET and HEAD are answered\n", { status: 405, headers: { allow: "GET, HEAD" } });
    }
    if (pathname === "/healthz") return text("ok\n");
    if (pathname === "/readyz") return readiness(await source.notReady());
    // Probes have no token, and are told nothing that one is needed for.
    if (this.#options.token && !await this.#options.token.fits(request.headers.get("authorization"))) {
      return text("Unauthorized: send the token as Authorization: Bearer TOKEN\n", {
        status: 401,
        headers: { "www-authenticate": 'Bearer realm="metrics"' },
      });
    }
    return text(await source.metrics(), { headers: { "content-type": EXPOSITION_TYPE } });
  }
}

const PATHS: ReadonlySet<string> = new Set(["/metrics", "/healthz", "/readyz"]);

function readiness(reasons: readonly string[]): Response {
  if (reasons.length === 0) return text("ready\n");
  return text(`${reasons.join("\n")}\n`, { status: 503 });
}

/** Not to be compressed: that would cost the main thread more than it saves on the way. */
function text(
  body: string,
  { status = 200, headers = {} }: { status?: number; headers?: HeadersInit } = {},
): Response {
  const all = new Headers({
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store, no-transform",
    "x-content-type-options": "nosniff",
  });
  for (const [name, value] of new Headers(headers)) all.set(name, value);
  return new Response(body, { status, headers: all });
}

/**
 * The runtime's HTTP machine over a connection that we have accepted ourselves. `Deno.serve` accepts by
 * itself, so that nobody could be turned away before a request is read.
 *
 * It is not one of the runtime's public parts: the tests of this file fail when it changes, and a start with
 * a port for HTTP then says which runtime to use.
 */

/** A request's way to its client. */
export interface HttpDelivery {
  /** Resolves when the response has gone out, rejects when the client has gone before. */
  readonly completed: Promise<void>;
}

/** Answers requests. */
export type HttpHandler = (request: Request, delivery: HttpDelivery) => Response | Promise<Response>;

/** A connection that the machine has. */
export interface HttpMachine {
  /** Resolves when the connection is over. */
  readonly finished: Promise<void>;
  /** Answers what it has begun, and takes nothing more; resolves when the connection is over. */
  shutdown(): Promise<void>;
  /** Ends it at once, in the middle of whatever; may be called again, and when it is over. */
  kill(): void;
}

/** How a connection is served. */
export interface HttpMachineOptions {
  readonly handler: HttpHandler;
  /** What is answered where the handler has failed, or its body. */
  readonly onError: (error: unknown) => Response;
}

type Serve = (
  connection: Deno.Conn,
  signal: Pick<AbortSignal, "addEventListener">,
  handler: HttpHandler,
  onError: (error: unknown) => Response,
  onListen: () => void,
) => Pick<HttpMachine, "finished" | "shutdown">;

interface Internals {
  readonly internal?: symbol;
  readonly [key: symbol]: { readonly serveHttpOnConnection?: Serve } | undefined;
}

function machine(): Serve | undefined {
  const internals = Deno as unknown as Internals;
  return internals.internal && internals[internals.internal]?.serveHttpOnConnection;
}

/** Makes sure that the runtime has it. @throws {Error} naming the runtime that does. */
export function checkRuntimeHttp(): void {
  if (typeof machine() === "function") return;
  throw new Error(
    `Cannot serve HTTP: Deno ${Deno.version.deno} does not serve HTTP on a connection; use Deno 2.9.6`,
  );
}

/** Hands a connection over: it belongs to the machine from now on, and closing it is no longer ours. */
export function serveHttp(connection: Deno.Conn, options: HttpMachineOptions): HttpMachine {
  const { handler, onError } = options;
  const ending = new KillSwitch();
  // Both parameters are named: the machine looks how many its handler takes.
  const answer: HttpHandler = (request, delivery) => handler(request, delivery);
  const running = machine()!(connection, ending, answer, onError, () => {});
  // A connection that breaks leaves behind what the machine has for it.
  running.finished.catch(() => running.shutdown().catch(() => {}));
  return {
    finished: running.finished,
    shutdown: () => running.shutdown(),
    kill: () => ending.kill(),
  };
}

/**
 * In the place of a signal. Where the client has gone while its handler runs on, the machine throws when it
 * is told to end; thrown at a signal that would end the thread.
 */
class KillSwitch implements Pick<AbortSignal, "addEventListener"> {
  #listener: (() => void) | undefined;

  addEventListener(_type: string, listener: unknown): void {
    this.#listener = listener as () => void;
  }

  kill(): void {
    try {
      this.#listener?.();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }
}

/**
 * The HTTP machine that the runtime has below `Deno.serve`, for one connection: whoever accepts connections
 * by itself can bound them. It is not one of the runtime's public parts: the tests fail when it changes.
 */

/** Answers a request. */
export type HttpHandler = (request: Request) => Response | Promise<Response>;

interface Machine {
  serveHttpOnConnection(
    conn: Deno.Conn,
    signal: AbortSignal,
    handler: HttpHandler,
    onError: (error: unknown) => Response,
    onListen: () => void,
  ): { readonly finished: Promise<void> };
}

/**
 * Speaks HTTP/1.1 over a connection, which belongs to it from now on. When the signal fires the connection is
 * closed, whatever goes on over it. Resolves when it is over, and never rejects.
 */
export async function serveHttp(conn: Deno.Conn, handler: HttpHandler, signal: AbortSignal): Promise<void> {
  const { internal } = Deno as unknown as { readonly internal: symbol };
  const machine = (Deno as unknown as Record<symbol, Machine>)[internal]!;
  const fail = (): Response => new Response("Internal error\n", { status: 500 });
  try {
    await machine.serveHttpOnConnection(conn, signal, handler, fail, () => {}).finished;
  } catch {
    // The client has left in the middle of something.
  }
}

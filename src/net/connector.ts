/** Outgoing connections, for active mode. RFC 959 §3.2. */

import type { Connection } from "./connection.ts";
import { NodeConnection } from "./node_connection.ts";

/** Where to connect from and to. */
export interface ConnectOptions {
  /** Our address: the one that the control connection came in on, since clients check it. */
  readonly localHostname: string;
  readonly hostname: string;
  readonly port: number;
  /** Gives up. */
  readonly signal: AbortSignal;
}

/**
 * Connects. The runtime's own call cannot choose the source address, so this goes by way of its Node side.
 *
 * @throws {Error} when the peer refuses, or the signal fires first.
 */
export async function connect(
  { localHostname, hostname, port, signal }: ConnectOptions,
): Promise<Connection> {
  // Loaded for the first client in active mode: it takes some MiB of each thread.
  const { createConnection } = await import("node:net");
  const socket = createConnection({
    host: hostname,
    port,
    localAddress: localHostname,
    allowHalfOpen: true,
    noDelay: true,
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const giveUp = (): void => reject(new Deno.errors.Interrupted("Connecting was given up"));
  signal.addEventListener("abort", giveUp);
  socket.once("connect", resolve);
  socket.once("error", reject);
  try {
    signal.throwIfAborted();
    await promise;
    return new NodeConnection(socket);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

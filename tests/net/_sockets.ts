/** Real sockets for the net tests: connected pairs, clients with a source address, free ports. */

import { connect } from "node:net";

/** A pair of connected sockets over loopback. */
export interface Pair extends Disposable {
  readonly server: Deno.TcpConn;
  readonly client: Deno.TcpConn;
}

/** Connects two sockets on this loopback address. */
export async function connectedPair(hostname = "127.0.0.1"): Promise<Pair> {
  using listener = Deno.listen({ hostname, port: 0 });
  const [server, client] = await Promise.all([
    listener.accept(),
    Deno.connect({ hostname, port: listener.addr.port }),
  ]);
  return {
    server,
    client,
    [Symbol.dispose](): void {
      for (const conn of [server, client]) {
        try {
          conn.close();
        } catch (error) {
          // The test has closed it already.
          if (!(error instanceof Deno.errors.BadResource)) throw error;
        }
      }
    },
  };
}

/** A client socket whose source address the test chooses. */
export interface Client extends AsyncDisposable {
  /** What the server sent before it closed the connection or broke it; waits for that. */
  received(): Promise<string>;
  send(text: string): void;
}

/** Connects from one of this machine's own addresses, such as 127.0.0.2. Rejects when nobody listens. */
export function connectFrom(
  localAddress: string,
  { hostname, port }: { hostname: string; port: number },
): Promise<Client> {
  const socket = connect({ host: hostname, port, localAddress });
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  let text = "";
  socket.once("connect", () => opened.resolve());
  socket.on("error", (error) => opened.reject(error));
  socket.on("close", () => closed.resolve());
  socket.on("data", (bytes) => text += bytes.toString());
  return opened.promise.then(() => ({
    async received(): Promise<string> {
      await closed.promise;
      return text;
    },
    send: (sent) => void socket.write(sent),
    async [Symbol.asyncDispose](): Promise<void> {
      socket.destroy();
      await closed.promise;
    },
  }));
}

/** Ports of which each file of tests has some hundred to itself: others would take one while it looks. */
const FIRST_BLOCK = 10_000, BLOCK_PORTS = 100, BLOCKS = 200;
let ownBlock: number | undefined;

/** The first port of the block that is this file's until it ends. */
function blockOfPorts(): number {
  if (ownBlock !== undefined) return ownBlock;
  const claims = `${Deno.env.get("TMPDIR") ?? "/tmp"}/baseftp-test-ports-${Deno.pid}`;
  for (let tries = 0; tries < 50; tries++) {
    const block = Math.floor(Math.random() * BLOCKS);
    try {
      Deno.mkdirSync(claims, { recursive: true });
      Deno.mkdirSync(`${claims}/${block}`);
    } catch (error) {
      // Another file has it, or the last one has just taken the folder away.
      if (error instanceof Deno.errors.AlreadyExists || error instanceof Deno.errors.NotFound) continue;
      throw error;
    }
    addEventListener("unload", () => {
      Deno.removeSync(`${claims}/${block}`);
      try {
        Deno.removeSync(claims);
      } catch {
        // Others are in it.
      }
    });
    return ownBlock = FIRST_BLOCK + block * BLOCK_PORTS;
  }
  throw new Error(`Cannot find ports for this file of tests: ${claims} is full`);
}

/**
 * So many ports in a row that nobody uses. They lie below the range from which the system gives out ports by
 * itself, so that no other test gets one by chance.
 */
export function freePortRange(count: number): { first: number; last: number } {
  for (let tries = 0; tries < 1000; tries++) {
    const first = blockOfPorts() + Math.floor(Math.random() * (BLOCK_PORTS - count + 1));
    const listeners: Deno.TcpListener[] = [];
    try {
      for (let step = 0; step < count; step++) {
        listeners.push(Deno.listen({ hostname: "0.0.0.0", port: first + step }));
      }
      return { first, last: first + count - 1 };
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    } finally {
      for (const listener of listeners) listener.close();
    }
  }
  throw new Error(`Cannot find ${count} free ports in a row`);
}

/** Whether this machine has IPv6 on its loopback. */
export function hasIPv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}

/** What {@linkcode resetBeforeAccept} runs in a process of its own. */
const RESETTER = `
import { connect } from "node:net";
const [port, ...sources] = Deno.args;
for (const localAddress of sources) {
  const socket = connect({ host: "127.0.0.1", port: Number(port), localAddress });
  socket.on("error", () => {});
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.resetAndDestroy();
  await new Promise((resolve) => socket.once("close", resolve));
}`;

/**
 * Connects from each of these addresses and resets at once, while this thread stands still: so the server
 * that is in it finds connections that are over when it comes to accept them.
 */
export function resetBeforeAccept(port: number, sources: readonly string[]): void {
  const { success } = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", "--ext=ts", RESETTER, "--", String(port), ...sources],
    stderr: "inherit",
  }).outputSync();
  if (!success) throw new Error("The process that resets connections has failed");
}

/** What a server that is measured is, and how its process is started, kept and ended. */

import { join } from "node:path";
import { Child } from "./child.ts";

/**
 * Who logs in everywhere. vsftpd has its anonymous account alone, to which the name belongs: no account of
 * the system is needed.
 */
export const ACCOUNT = { user: "ftp", password: "secret" } as const;

/** What a server is started with. */
export interface StartOptions {
  /** The account's home. */
  readonly home: string;
  /** An empty folder for its own files. */
  readonly own: string;
  /** A PEM file with certificate and key; undefined for no TLS. */
  readonly pem: string | undefined;
  /** What ours is told besides, by the names of its settings. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A server that runs. */
export interface Running extends AsyncDisposable {
  readonly port: number;
  /** Its process, for memory and CPU of the tree below it. */
  readonly pid: number;
  /** What it complained of when it ended by itself; undefined while it runs. */
  lastWords(): Promise<string | undefined>;
}

/** A server that can be measured. */
export interface Server {
  /** Its name in `--servers`, the tables and the JSON. */
  readonly name: string;
  /** Whose it is: ours, also in another shape, somebody else's, or the floor. */
  readonly kind: "ours" | "peer" | "floor";
  /** The rows that it can do, by their `run`. Default: all. */
  readonly runs?: ReadonlySet<string>;
  /** Its version; undefined where it cannot run. */
  version(): Promise<string | undefined>;
  start(options: StartOptions): Promise<Running>;
}

const START_S = 20;
const MOST_TRIES = 3;

/**
 * How it is known that a server is ready: it says its port, or there is a greeting at the port it was given.
 */
type Ready = { readonly ready: RegExp } | { readonly port: number };

/** Starts a server under the keeper, which ends it when we end, and waits until it is ready. */
export async function startKept(
  name: string,
  command: readonly string[],
  when: Ready,
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const keeper = [join(import.meta.dirname!, "load", "keeper.py"), ...command];
  const child = new Child(name, "python3", keeper, env);
  try {
    const [, pid] = await child.until(/^(\d+)\n/, { seconds: START_S });
    const port = "port" in when
      ? await greets(when.port, child)
      : Number((await child.until(when.ready, { seconds: START_S }))[1]);
    child.drain();
    return {
      port,
      pid: Number(pid),
      lastWords: () => child.lastWords(),
      [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
    };
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
}

/** Starts a server that must be told its port, on a free one. */
export async function startAtFreePort(start: (port: number) => Promise<Running>): Promise<Running> {
  for (let tries = 1;; tries++) {
    try {
      return await start(freePort());
    } catch (error) {
      // Another process may have taken the port meanwhile.
      if (tries === MOST_TRIES) throw error;
    }
  }
}

/** A port that was free a moment ago. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** For a server that does not tell when it is ready. */
async function greets(port: number, server: Child): Promise<number> {
  const limitMs = performance.now() + START_S * 1000;
  for (;;) {
    try {
      using connection = await Deno.connect({ hostname: "127.0.0.1", port });
      if (await connection.read(new Uint8Array(1024)) !== null) return port;
    } catch {
      // It does not listen yet, or has ended.
    }
    const failure = await server.lastWords();
    if (failure !== undefined) throw new Error(`Cannot start a server: ${failure}`);
    if (performance.now() > limitMs) throw new Error(`Cannot start a server: nothing greets at port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The first line that a program prints; undefined when it is not there or fails. */
export async function firstLineOf(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  try {
    const command = new Deno.Command(program, { args: [...args], stderr: "null", env: { ...env } });
    const { success, stdout } = await command.output();
    const [line] = new TextDecoder().decode(stdout).trim().split("\n");
    return success ? line : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

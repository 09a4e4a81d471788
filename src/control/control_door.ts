/**
 * The control door of a running server: lets so many clients in, and loads what talks to them when the first
 * one comes.
 */

import { delay } from "../limits/delay.ts";
import type { ControlledServer } from "./action.ts";
import { type Endpoint, type EndpointKind, HeldError, openEndpoint } from "./endpoint.ts";

/** What {@linkcode openControlDoor} needs. */
export interface ControlDoorOptions {
  /** Where it may be, in the order to try. */
  readonly places: readonly string[];
  readonly running: ControlledServer;
  /** Of the system's by default. */
  readonly kind?: EndpointKind;
  /** How a place is opened; by default {@linkcode openEndpoint}. */
  readonly open?: typeof openEndpoint;
}

/** Clients at once. Whoever can connect is the owner, who may still have a script that goes wild. */
const MOST_CLIENTS = 16;
/** Connections that wait for a place, or have not said the word yet. */
const MOST_WAITING = 64;
/** Before the next try to accept, when it could not be done. */
const PAUSE_MS = 100;

/** The door. Disposing closes it, and takes away what leads to it. */
export interface ControlDoor extends AsyncDisposable {
  /** The path of the socket. */
  readonly path: string;
}

/**
 * Opens it at the first place that does.
 *
 * @returns undefined where there is no place to try.
 * @throws {HeldError} when another server that runs has that place.
 * @throws {Error} when it can be had at none; the message names the first.
 */
export async function openControlDoor(options: ControlDoorOptions): Promise<ControlDoor | undefined> {
  const { places, running, kind, open = openEndpoint } = options;
  let problem: unknown;
  for (const place of places) {
    try {
      return new Door(await open(place, kind), running);
    } catch (error) {
      if (error instanceof HeldError) throw error;
      problem ??= error;
    }
  }
  if (problem === undefined) return undefined;
  const reason = problem instanceof Error ? problem.message : String(problem);
  throw new Error(`Cannot open a control socket: ${reason}`, { cause: problem });
}

interface Client {
  close(): void;
}

class Door implements ControlDoor {
  readonly #endpoint: Endpoint;
  readonly #running: ControlledServer;
  readonly #clients = new Set<Client>();
  #accepted = 0;
  readonly #ending = new AbortController();
  readonly #accepting: Promise<void>;

  constructor(endpoint: Endpoint, running: ControlledServer) {
    this.#endpoint = endpoint;
    this.#running = running;
    this.#accepting = this.#accept();
  }

  get path(): string {
    return this.#endpoint.path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#endpoint[Symbol.asyncDispose]();
    for (const client of this.#clients) client.close();
    await this.#accepting;
  }

  async #accept(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      try {
        const conn = await this.#endpoint.listener.accept();
        if (this.#accepted >= MOST_WAITING) conn.close();
        else void this.#serve(conn);
      } catch {
        // It is closed, or no descriptors are left: a flood takes them, and who comes to end it gets in then.
        await delay(PAUSE_MS, signal).catch(() => {});
      }
    }
  }

  async #serve(conn: Deno.Conn): Promise<void> {
    this.#accepted++;
    let conversation: Client & { run(): Promise<void> } | undefined;
    try {
      // Not a plain import: most servers run without anybody who asks.
      const { href } = new URL("./conversation.ts", import.meta.url);
      const { Conversation } = await import(href) as typeof import("./conversation.ts");
      if (this.#clients.size >= MOST_CLIENTS) return await refuse(conn);
      conversation = new Conversation({ conn, running: this.#running, token: this.#endpoint.token });
      this.#clients.add(conversation);
      await conversation.run();
    } finally {
      this.#accepted--;
      if (conversation) this.#clients.delete(conversation);
      else conn.close();
    }
  }
}

/** Says so in a line that fits into any buffer. */
async function refuse(conn: Deno.Conn): Promise<void> {
  const message = `Cannot serve another client: ${MOST_CLIENTS} are there already`;
  const line = `${JSON.stringify({ id: null, error: { kind: "busy", message } })}\n`;
  await conn.write(new TextEncoder().encode(line)).catch(() => {});
}

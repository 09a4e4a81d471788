/** A client of a running server's control socket. */

import { Lines } from "../native/io_messages.ts";
import { ENDPOINT_KIND, type EndpointKind, type PortFile } from "./endpoint.ts";
import { type Answer, ControlError, type Greeting, type Params, PROTOCOL_VERSION } from "./protocol.ts";

/** No server that runs is there. */
export class NoServerError extends Error {
  override readonly name = "NoServerError";
}

/** An answer is a session or a short list as a rule. */
const LONGEST_ANSWER = 16 * 1024 * 1024;

/** One connection. Disposing ends it. */
export class ControlClient implements Disposable {
  readonly #conn: Deno.Conn;
  readonly #lines = new Lines(LONGEST_ANSWER);
  readonly #read: string[] = [];
  readonly #buffer = new Uint8Array(64 * 1024);
  #lastId = 0;
  greeting: Greeting = { baseftp: 0, version: "", pid: 0 };

  private constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /**
   * Connects to the server at the first of these places that has one.
   *
   * @throws {NoServerError} when none has.
   * @throws {ControlError} when it does not talk as this client does, or to nobody more.
   */
  static async connect(places: readonly string[], kind = ENDPOINT_KIND): Promise<ControlClient> {
    for (const place of places) {
      const conn = await connected(place, kind);
      if (!conn) continue;
      const client = new ControlClient(conn.conn);
      try {
        if (conn.token !== undefined) await client.#send({ token: conn.token });
        await client.#greeted();
        return client;
      } catch (error) {
        client[Symbol.dispose]();
        throw error;
      }
    }
    throw new NoServerError("no server that runs has a control socket there");
  }

  /**
   * Asks for an action and gives its result; items are handed over as they come.
   *
   * @throws {ControlError} when it cannot be done.
   */
  async call(
    action: string,
    params: Params = {},
    onItem: (item: unknown) => void = () => {},
  ): Promise<unknown> {
    const id = ++this.#lastId;
    await this.#send({ id, action, params });
    while (true) {
      const answer = await this.#line() as Answer | undefined;
      if (!answer) {
        throw new ControlError("failed", `Cannot hear the answer to ${action}: the server has gone`);
      }
      if ("error" in answer) throw new ControlError(answer.error.kind, answer.error.message);
      if (answer.id !== id) continue;
      if ("result" in answer) return answer.result;
      onItem(answer.item);
    }
  }

  /** Resolves when the server has ended the connection. */
  async ended(): Promise<void> {
    while (await this.#line() !== undefined);
  }

  [Symbol.dispose](): void {
    try {
      this.#conn.close();
    } catch {
      // It is closed.
    }
  }

  async #greeted(): Promise<void> {
    const greeting = await this.#line() as Partial<Greeting & { error: ControlError }> | undefined;
    if (greeting?.error) throw new ControlError(greeting.error.kind, greeting.error.message);
    if (greeting?.baseftp !== PROTOCOL_VERSION) {
      throw new ControlError(
        "protocol",
        `Cannot talk to the server: it speaks version ${
          greeting?.baseftp ?? "none"
        } of the control protocol, ` +
          `this program ${PROTOCOL_VERSION}; use the program that the server was started with`,
      );
    }
    this.greeting = greeting as Greeting;
  }

  async #send(line: unknown): Promise<void> {
    const bytes = new TextEncoder().encode(`${JSON.stringify(line)}\n`);
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }

  async #line(): Promise<unknown> {
    while (this.#read.length === 0) {
      const length = await this.#conn.read(this.#buffer).catch(() => null);
      if (length === null) return undefined;
      this.#read.push(...this.#lines.take(this.#buffer.subarray(0, length)));
    }
    return JSON.parse(this.#read.shift()!);
  }
}

/** A connection to what is at a place; undefined when nothing is, or nobody behind it. */
async function connected(
  place: string,
  kind: EndpointKind,
): Promise<{ conn: Deno.Conn; token: string | undefined } | undefined> {
  try {
    if (kind === "socket") {
      return { conn: await Deno.connect({ transport: "unix", path: place }), token: undefined };
    }
    const { port, token } = JSON.parse(await Deno.readTextFile(place)) as PortFile;
    return { conn: await Deno.connect({ hostname: "127.0.0.1", port }), token };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.ConnectionRefused) {
      return undefined;
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new NoServerError(`${place} cannot be opened: ${reason}`, { cause: error });
  }
}

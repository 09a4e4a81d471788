/** One client of the control socket: what it asks is done one by one, and answered as fast as it reads. */

import { giveWay } from "../limits/turn.ts";
import { Lines } from "../native/io_messages.ts";
import type { ControlAction, ControlledServer } from "./action.ts";
import {
  type Answer,
  ControlError,
  LONGEST_REQUEST,
  parseRequest,
  PROTOCOL_VERSION,
  type Request,
} from "./protocol.ts";
import { ACTIONS } from "./table.ts";

/** What {@linkcode Conversation} needs. */
export interface ConversationOptions {
  readonly conn: Deno.Conn;
  readonly running: ControlledServer;
  /** What the client has to say first; undefined where it need not. */
  readonly token: string | undefined;
  /** What it may ask; by default all there is. */
  readonly actions?: ReadonlyMap<string, ControlAction>;
  /** How long it may say or read nothing, milliseconds. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 60_000;
/** The first line, with the word that opens, has to come soon. */
const FIRST_LINE_MS = 5000;
/** Lines of an answer go out together. */
const TOGETHER_CHARACTERS = 16 * 1024;

/** Serves one client to its end. */
export class Conversation {
  readonly #options: ConversationOptions;
  readonly #actions: ReadonlyMap<string, ControlAction>;
  readonly #lines = new Lines(LONGEST_REQUEST);
  readonly #buffer = new Uint8Array(4096);
  #unsent = "";
  /** A read that has begun while an action ran. */
  #reading: Promise<number | null> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the connection is to stay until the program has ended. */
  #staysOpen = false;

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#actions = options.actions ?? ACTIONS;
  }

  /** Goes on until the client leaves or has to; never rejects. */
  async run(): Promise<void> {
    const { token } = this.#options;
    try {
      if (token !== undefined && !await this.#isOpenedBy(token)) return;
      const { version, pid } = this.#options.running.facts();
      await this.#send({ baseftp: PROTOCOL_VERSION, version, pid });
      for await (const line of this.#requests()) await this.#answer(line);
    } catch (error) {
      if (!(error instanceof ControlError)) return;
      // What follows a line that is none may be the middle of one.
      await this.#tell({ id: null, error: { kind: error.kind, message: error.message } }).catch(() => {});
    } finally {
      this.#close();
    }
  }

  /** Ends it, unless its end is to tell that of the program. May be called again. */
  close(): void {
    if (!this.#staysOpen) this.#close();
  }

  #close(): void {
    clearTimeout(this.#timer);
    try {
      this.#options.conn.close();
    } catch {
      // It is closed.
    }
  }

  async #answer(line: string): Promise<void> {
    const { id, action: name, params } = parseRequest(line);
    try {
      const action = this.#actions.get(name);
      if (!action) throw new ControlError("unknown-action", unknownAction(name, this.#actions));
      const result = await this.#run(action, { id, params });
      // The client sees by its end that the program has ended.
      this.#staysOpen ||= name === "stop";
      await this.#tell({ id, result });
    } catch (error) {
      const kind = error instanceof ControlError ? error.kind : "failed";
      const message = error instanceof Error ? error.message : String(error);
      await this.#tell({ id, error: { kind, message } });
    }
  }

  /** What goes on until somebody has enough of it ends when the client ends its side, or says more. */
  async #run(action: ControlAction, { id, params }: Pick<Request, "id" | "params">): Promise<unknown> {
    const leaving = new AbortController();
    const leave = (): void => leaving.abort();
    this.#reading ??= this.#options.conn.read(this.#buffer);
    this.#reading.then(leave, leave);
    return await action.run(params, this.#options.running, (item) => this.#tellLater({ id, item }), {
      signal: leaving.signal,
      flush: () => this.#flush(),
    });
  }

  async *#requests(): AsyncGenerator<string> {
    while (true) {
      const lines = await this.#read(this.#options.patienceMs ?? PATIENCE_MS);
      if (!lines) return;
      for (const line of lines) {
        if (line.trim() !== "") yield line;
        // Requests that come together may all be answered without a look at what else there is.
        const pause = giveWay();
        if (pause) await pause;
      }
    }
  }

  async #isOpenedBy(token: string): Promise<boolean> {
    let lines: string[] | undefined = [];
    while (lines?.length === 0) lines = await this.#read(FIRST_LINE_MS);
    const [first = "", ...rest] = lines ?? [];
    // Requests come when the greeting was sent.
    return rest.length === 0 && await isSame(first, JSON.stringify({ token }));
  }

  /** Lines that have come; undefined at the end. @throws {ControlError} for one that is too long. */
  async #read(patienceMs: number): Promise<string[] | undefined> {
    const reading = this.#reading ?? this.#options.conn.read(this.#buffer);
    this.#reading = undefined;
    const length = await this.#patiently(reading, patienceMs);
    if (length === null) return undefined;
    try {
      return this.#lines.take(this.#buffer.subarray(0, length));
    } catch {
      throw new ControlError(
        "protocol",
        `Cannot read the request: it is longer than ${LONGEST_REQUEST} characters`,
      );
    }
  }

  #tell(answer: Answer): Promise<void> {
    return this.#send(answer);
  }

  async #tellLater(answer: Answer): Promise<void> {
    this.#unsent += `${JSON.stringify(answer)}\n`;
    if (this.#unsent.length > TOGETHER_CHARACTERS) await this.#flush();
  }

  async #send(line: unknown): Promise<void> {
    this.#unsent += `${JSON.stringify(line)}\n`;
    await this.#flush();
  }

  async #flush(): Promise<void> {
    const bytes = new TextEncoder().encode(this.#unsent);
    this.#unsent = "";
    const { conn, patienceMs = PATIENCE_MS } = this.#options;
    for (let at = 0; at < bytes.length;) {
      at += await this.#patiently(conn.write(bytes.subarray(at)), patienceMs);
    }
  }

  /** A client that does nothing for so long is sent away. */
  async #patiently<T>(io: Promise<T>, patienceMs: number): Promise<T> {
    this.#timer = setTimeout(() => this.close(), patienceMs);
    return await io.finally(() => clearTimeout(this.#timer));
  }
}

/** By their digests, so that the time it takes tells nothing. */
async function isSame(given: string, wanted: string): Promise<boolean> {
  const [a, b] = await Promise.all(
    [given.trim(), wanted].map(async (text) =>
      new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))
    ),
  );
  return a!.every((byte, at) => byte === b![at]);
}

function unknownAction(name: string, actions: ReadonlyMap<string, ControlAction>): string {
  return `Cannot do ${JSON.stringify(name.slice(0, 64))}: there are ${[...actions.keys()].join(", ")}`;
}

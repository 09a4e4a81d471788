/**
 * A client that tries a server step by step, so that whoever reads the outcome learns which step fails.
 * RFC 959, RFC 2428, RFC 4217.
 */

import { connect as connectSocket, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";

/** A step that failed; the message says what came instead. */
export class ProbeError extends Error {}

/** Where and how to connect. */
export interface ProbeOptions {
  /** A literal IP address. */
  readonly host: string;
  readonly port: number;
  /** Longest time for each step, milliseconds; default 10 seconds. */
  readonly stepMs?: number;
}

/** A control connection. */
export class FtpProbe implements Disposable {
  readonly #options: Required<ProbeOptions>;
  #control: Socket;
  #text = "";
  #stirred = Promise.withResolvers<void>();
  #end: string | undefined;
  /** What data connections are put under; undefined while they are in clear. */
  #session: { tls: TLSSocket } | undefined;

  private constructor(options: Required<ProbeOptions>, control: Socket) {
    this.#options = options;
    this.#control = control;
    this.#listenTo(control);
  }

  /**
   * Connects and takes the greeting.
   *
   * @throws {ProbeError} when nobody answers, or not as a server does.
   */
  static async connect({ stepMs = 10_000, ...place }: ProbeOptions): Promise<FtpProbe> {
    const socket = connectSocket(place);
    await opened(socket, { event: "connect", what: "a connection", stepMs });
    const probe = new FtpProbe({ ...place, stepMs }, socket);
    try {
      probe.expect(await probe.#reply("the greeting"), { codes: [220], step: "The greeting" });
      return probe;
    } catch (error) {
      probe[Symbol.dispose]();
      throw error;
    }
  }

  /** Puts the control connection and all data connections to come under TLS; any certificate will do. */
  async startTls(): Promise<void> {
    await this.ask("AUTH TLS", [234]);
    const tls = connectTls({ socket: this.#control, rejectUnauthorized: false });
    this.#control.removeAllListeners("data");
    await opened(tls, { event: "secureConnect", what: "TLS", stepMs: this.#options.stepMs });
    this.#control = tls;
    this.#listenTo(tls);
    await this.ask("PBSZ 0", [200]);
    await this.ask("PROT P", [200]);
    this.#session = { tls };
  }

  /** Logs in. */
  async login({ name, password }: { name: string; password: string }): Promise<void> {
    const code = await this.ask(`USER ${name}`, [230, 331]);
    if (code === 331) await this.ask(`PASS ${password}`, [230], "PASS");
    await this.ask("TYPE I", [200]);
  }

  /** Sends a command; gives the code of its reply. @throws {ProbeError} when it is another than wanted. */
  async ask(line: string, codes: readonly number[], step: string = line): Promise<number> {
    this.#control.write(`${line}\r\n`);
    return this.expect(await this.#reply(`the reply to ${step}`), { codes, step });
  }

  /** Fetches, over a passive connection. */
  async fetch(command: string): Promise<Uint8Array> {
    using data = await this.#passive();
    await this.ask(command, [125, 150]);
    const socket = await data.open();
    const bytes = await allOf(socket, this.#options.stepMs);
    await this.#finish(command);
    return bytes;
  }

  /** Sends, over a passive connection. */
  async store(command: string, bytes: Uint8Array): Promise<void> {
    using data = await this.#passive();
    await this.ask(command, [125, 150]);
    const socket = await data.open();
    socket.end(bytes);
    await this.#finish(command);
  }

  /** Leaves. */
  [Symbol.dispose](): void {
    this.#control.destroy();
  }

  /** The code of a reply, which has to be one of those. */
  expect(reply: string, { codes, step }: { codes: readonly number[]; step: string }): number {
    const code = Number(reply.slice(0, 3));
    if (codes.includes(code)) return code;
    throw new ProbeError(`${step} was answered with: ${reply}`);
  }

  async #finish(step: string): Promise<void> {
    this.expect(await this.#reply(`the end of ${step}`), { codes: [226, 250], step });
  }

  /** A passive port, and the way to connect to it; the server may begin with it before or behind its mark. */
  async #passive(): Promise<{ open: () => Promise<Socket> } & Disposable> {
    this.#control.write("EPSV\r\n");
    const reply = await this.#reply("the reply to EPSV");
    const port = Number(/^229 [^()]*\(\|\|\|(\d+)\|\)/.exec(reply)?.[1]);
    if (!port) throw new ProbeError(`EPSV was answered with: ${reply}`);
    const { host, stepMs } = this.#options;
    const socket = connectSocket({ host, port });
    await opened(socket, { event: "connect", what: `a data connection to port ${port}`, stepMs });
    const session = this.#session?.tls.getSession();
    const open = async (): Promise<Socket> => {
      if (!this.#session) return socket;
      const tls = connectTls({ socket, rejectUnauthorized: false, ...session && { session } });
      await opened(tls, {
        event: "secureConnect",
        what: `TLS on the data connection to port ${port}`,
        stepMs,
      });
      return tls;
    };
    return { open, [Symbol.dispose]: () => void socket.destroy() };
  }

  #listenTo(socket: Socket): void {
    const stir = (): void => {
      this.#stirred.resolve();
      this.#stirred = Promise.withResolvers();
    };
    socket.on("data", (bytes) => {
      this.#text += bytes.toString();
      stir();
    });
    const ended = (error?: Error): void => {
      this.#end ??= error ? error.message : "the server closed the connection";
      stir();
    };
    socket.on("error", ended);
    socket.on("close", () => ended());
  }

  /** The next reply as one text, its first and last lines included. */
  async #reply(what: string): Promise<string> {
    const limitMs = performance.now() + this.#options.stepMs;
    for (;;) {
      const found = takeReply(this.#text);
      if (found) {
        this.#text = this.#text.slice(found.length);
        return found.trimEnd();
      }
      if (this.#end !== undefined) throw new ProbeError(`Waiting for ${what}: ${this.#end}`);
      await withLimit(this.#stirred.promise, { leftMs: limitMs - performance.now(), what });
    }
  }
}

/** The first whole reply at the start of the text, its line ends included. RFC 959 §4.2. */
function takeReply(text: string): string | undefined {
  const one = /^\d{3} [^\n]*\n/.exec(text);
  if (one) return one[0];
  const [, code] = /^(\d{3})-/.exec(text) ?? [];
  const last = code && new RegExp(`^${code} [^\\n]*\\n`, "m").exec(text);
  return last ? text.slice(0, last.index + last[0].length) : undefined;
}

async function opened(
  socket: Socket,
  { event, what, stepMs }: { event: "connect" | "secureConnect"; what: string; stepMs: number },
): Promise<void> {
  const open = Promise.withResolvers<void>();
  socket.once(event, () => open.resolve());
  socket.once(
    "error",
    (error) => open.reject(new ProbeError(`No ${what}: ${error.message}`, { cause: error })),
  );
  socket.once("close", () => open.reject(new ProbeError(`No ${what}: it was closed`)));
  try {
    await withLimit(open.promise, { leftMs: stepMs, what });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  // An error that comes later belongs to the step that waits then.
  socket.on("error", () => {});
}

async function allOf(socket: Socket, stepMs: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const ended = Promise.withResolvers<void>();
  socket.on("data", (bytes) => chunks.push(bytes));
  socket.once("end", () => ended.resolve());
  socket.once("close", () => ended.resolve());
  await withLimit(ended.promise, { leftMs: stepMs, what: "the end of the data" });
  return new Uint8Array(await new Blob(chunks.map((chunk) => new Uint8Array(chunk))).arrayBuffer());
}

async function withLimit<T>(
  promise: Promise<T>,
  { leftMs, what }: { leftMs: number; what: string },
): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new ProbeError(`Waited too long for ${what}`)),
    Math.max(0, leftMs),
  );
  return await Promise.race([promise, late.promise]).finally(() => clearTimeout(timer));
}

/** Raw HTTP/1.1 for tests: requests as they stand, byte by byte, and what comes back. */

import { within } from "./raw_socket.ts";

/** What came back. */
export interface RawResponse {
  /** 0 when the connection ended without one. */
  readonly status: number;
  /** The head, with its line ends. */
  readonly head: string;
  readonly body: string;
}

/** A connection that speaks what it is told. */
export class RawHttp implements Disposable {
  readonly #conn: Deno.TcpConn;
  #held = "";

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** Connects. */
  static async connect(port: number): Promise<RawHttp> {
    return new RawHttp(await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  /** Sends text, each character as one byte. */
  async send(text: string): Promise<void> {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    // A server that refuses in the middle closes; what it has said is what counts.
    try {
      for (let sent = 0; sent < bytes.length;) sent += await this.#conn.write(bytes.subarray(sent));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  /** The next response; one with the status 0 when the server has closed. */
  async response({ hasBody = true }: { readonly hasBody?: boolean } = {}): Promise<RawResponse> {
    while (!this.#held.includes("\r\n\r\n")) {
      if (!await this.#read()) return { status: 0, head: this.#held, body: "" };
    }
    const end = this.#held.indexOf("\r\n\r\n") + 4;
    const head = this.#held.slice(0, end);
    const length = hasBody ? Number(/^content-length: (\d+)\r$/im.exec(head)?.[1] ?? 0) : 0;
    while (this.#held.length < end + length && await this.#read());
    const body = this.#held.slice(end, end + length);
    this.#held = this.#held.slice(end + length);
    return { status: Number(/^HTTP\/1\.\d (\d{3})/.exec(head)?.[1] ?? 0), head, body };
  }

  /** Resolves when the server has closed. */
  async closed(): Promise<void> {
    while (await this.#read());
  }

  async #read(): Promise<boolean> {
    const buffer = new Uint8Array(16 * 1024);
    const length = await within(
      this.#conn.read(buffer).catch((error) => {
        if (isGone(error)) return null;
        throw error;
      }),
      "bytes of a response",
    );
    if (length === null) return false;
    this.#held += String.fromCharCode(...buffer.subarray(0, length));
    return true;
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }
}

/** Asks once on a connection of its own. */
export async function askRaw(port: number, text: string): Promise<RawResponse> {
  using http = await RawHttp.connect(port);
  await http.send(text);
  return await http.response({ hasBody: !text.startsWith("HEAD ") });
}

function isGone(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe;
}

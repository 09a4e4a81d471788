/** HTTP over a raw socket: what a client sends as it stands, and what comes, also of an answer that breaks off. */

import { RawSocket } from "./raw_socket.ts";
import { basic } from "./web_server.ts";

/** What stands between head and body. */
const END = [13, 10, 13, 10];

/** What has come of an answer. */
export interface RawAnswer {
  /** The lines before the body, without their ends. */
  readonly head: string;
  readonly body: Uint8Array;
}

/** A connection that one request is sent over. */
export class RawRequest implements AsyncDisposable {
  readonly #socket: RawSocket;
  readonly #chunks: Uint8Array<ArrayBuffer>[] = [];
  #length = 0;

  private constructor(socket: RawSocket) {
    this.#socket = socket;
  }

  /** Sends a request, by default as `alice`; the lines go as they are. */
  static async send(
    port: number,
    lines: readonly string[],
    identity = `Authorization: ${basic("alice")}`,
  ): Promise<RawRequest> {
    const socket = await RawSocket.connect({ port });
    const all = [...lines, "Host: 127.0.0.1", identity, "Connection: close"];
    await socket.write(`${all.join("\r\n")}\r\n\r\n`);
    return new RawRequest(socket);
  }

  /** Waits until so many bytes have come, the head among them. */
  async until(bytes: number): Promise<void> {
    while (this.#length < bytes) if (!await this.#readMore()) break;
  }

  /** All that comes until the connection ends, in whatever way. */
  async rest(): Promise<RawAnswer> {
    try {
      while (await this.#readMore());
    } catch {
      // A reset is an end too.
    }
    const bytes = await new Blob(this.#chunks).bytes();
    const end = bytes.findIndex((_, at) => END.every((byte, more) => bytes[at + more] === byte));
    const head = new TextDecoder("latin1").decode(bytes.subarray(0, end));
    return { head, body: bytes.subarray(end + END.length) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket.close();
  }

  async #readMore(): Promise<boolean> {
    const more = await this.#socket.read();
    if (more === null) return false;
    this.#chunks.push(more as Uint8Array<ArrayBuffer>);
    this.#length += more.length;
    return true;
  }
}

/** A raw FTP client for tests: what it sends and what it gets is exactly what is on the wire. */

import assert from "node:assert/strict";
import { type RawAddress, RawListener, RawSocket, until } from "./raw_socket.ts";

const CR = 0x0d, LF = 0x0a;

/** What a reply must be: its whole text, or only the code of it. */
export type ExpectedReply = string | number;

/** A port of the client's that was named to the server. */
export interface ActivePort extends AsyncDisposable {
  readonly port: number;
  /** Connections that came and were not accepted yet. */
  readonly waiting: number;
  accept(): Promise<RawSocket>;
}

/** What is laid over sockets to the server, such as TLS; by default nothing. */
export type Layer = (socket: RawSocket) => RawSocket;

/**
 * The layers of every client of this file: set to run tests that were written for clear connections under
 * TLS.
 */
export const layers: { control?: Layer; data?: Layer } = {};

/** A control connection. */
export class RawClient implements AsyncDisposable {
  control: RawSocket;
  /** What is laid over data connections. */
  dataLayer: Layer | undefined = layers.data;
  readonly #address: RawAddress;
  #received: Uint8Array = new Uint8Array();

  private constructor(control: RawSocket, address: RawAddress) {
    this.control = control;
    this.#address = address;
  }

  /** Connects; the greeting is not read. */
  static async connect(address: RawAddress): Promise<RawClient> {
    const control = await RawSocket.connect(address);
    return new RawClient(layers.control?.(control) ?? control, address);
  }

  /** Sends one command line. */
  async send(line: string): Promise<void> {
    await this.control.write(`${line}\r\n`);
  }

  /**
   * The next reply, whole: its lines without their ends, with a line feed between. Fails when a line does not
   * end with CRLF or when the control connection ends.
   */
  async reply(): Promise<string> {
    const first = await this.#line();
    assert.match(first, /^[1-5][0-9]{2}[ -]/, "a reply begins with its code");
    const lines = [first];
    // RFC 959 §4.2: the code and a blank end a reply that began with the code and a hyphen.
    while (first[3] === "-" && !lines.at(-1)!.startsWith(`${first.slice(0, 3)} `)) {
      lines.push(await this.#line());
    }
    return lines.join("\n");
  }

  /** Sends one command line and returns its reply. */
  async ask(line: string): Promise<string> {
    await this.send(line);
    return await this.reply();
  }

  /** Reads a reply and expects it to be this one. */
  async expectReply(expected: ExpectedReply): Promise<void> {
    assertReply(await this.reply(), expected);
  }

  /** Reads replies and expects them to be these, in this order. */
  async expectReplies(...expected: ExpectedReply[]): Promise<void> {
    for (const reply of expected) await this.expectReply(reply);
  }

  /** Sends one command line and expects this reply. */
  async expect(line: string, expected: ExpectedReply): Promise<void> {
    assertReply(await this.ask(line), expected, line);
  }

  /** Expects that the server closes the connection and says nothing more. */
  async expectEnd(): Promise<void> {
    assert.equal(new TextDecoder().decode(this.#received), "");
    assert.equal(await this.control.text(), "", "the server said more before it closed");
  }

  /** Logs in. */
  async login(name = "alice", password = "secret"): Promise<void> {
    await this.expect(`USER ${name}`, 331);
    await this.expect(`PASS ${password}`, 230);
  }

  /** The port that PASV or EPSV names; `command` is sent as it stands. */
  async passivePort(command = "EPSV"): Promise<number> {
    const reply = await this.ask(command);
    const extended = /^229 [^()]*\(\|\|\|(\d+)\|\)$/.exec(reply);
    if (extended) return Number(extended[1]);
    const [, high, low] = /^227 [^()]*\((?:\d+,){4}(\d+),(\d+)\)[^()]*$/.exec(reply) ??
      assert.fail(`${command} was answered with ${reply}`);
    return Number(high) * 256 + Number(low);
  }

  /** Connects to a passive port from the address that the control connection has. */
  async connectData(port: number): Promise<RawSocket> {
    return this.#layData(await RawSocket.connect({ ...this.#address, port }));
  }

  /**
   * Expects that nobody listens on a port of the server's any more. The thread that closes it may be a moment
   * behind its own reply.
   */
  async expectClosed(port: number): Promise<void> {
    const isClosed = async (): Promise<boolean> => {
      try {
        await (await RawSocket.connect({ ...this.#address, port })).close();
        return false;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "ECONNREFUSED") return true;
        // Who came in the very moment in which it closes is reset: the next one is refused.
        if (code === "ECONNRESET") return false;
        throw error;
      }
    };
    await until(isClosed, `port ${port} to be closed`);
  }

  /** A passive data connection, connected before its transfer command. */
  async passive(command = "EPSV"): Promise<RawSocket> {
    return await this.connectData(await this.passivePort(command));
  }

  /** Opens a port and names it with EPRT. */
  async active(): Promise<ActivePort> {
    const { hostname } = this.control.local;
    const listener = await RawListener.listen(hostname);
    try {
      await this.expect(`EPRT |${hostname.includes(":") ? 2 : 1}|${hostname}|${listener.port}|`, 200);
    } catch (error) {
      await listener[Symbol.asyncDispose]();
      throw error;
    }
    return {
      port: listener.port,
      get waiting() {
        return listener.waiting;
      },
      accept: async () => this.#layData(await listener.accept()),
      [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
    };
  }

  /** Runs a command that sends data, over a passive connection and to its 226; returns the data. */
  async download(line: string): Promise<Uint8Array> {
    await using data = await this.passive();
    await this.expect(line, 150);
    const bytes = await data.bytes();
    await this.expectReply(226);
    return bytes;
  }

  /** {@linkcode download} as UTF-8 text. */
  async downloadText(line: string): Promise<string> {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await this.download(line));
  }

  /** Runs a command that lists, and returns the lines; each must end with CRLF. */
  async list(line: string): Promise<string[]> {
    const text = await this.downloadText(line);
    if (text === "") return [];
    assert.ok(text.endsWith("\r\n"), "the last line ends with CRLF");
    const lines = text.slice(0, -2).split("\r\n");
    for (const one of lines) assert.doesNotMatch(one, /[\r\n]/);
    return lines;
  }

  /** {@linkcode list}, sorted, since a directory has no order. */
  async names(line = "NLST"): Promise<string[]> {
    return (await this.list(line)).sort();
  }

  /** Runs a command that takes data, over a passive connection and to its 226. */
  async upload(line: string, content: Uint8Array | string): Promise<void> {
    await using data = await this.passive();
    await this.expect(line, 150);
    await data.write(content);
    await data.close();
    await this.expectReply(226);
  }

  /** Begins an upload, sends this much and resets the data connection: what a broken network looks like. */
  async interruptUpload(line: string, content: Uint8Array | string): Promise<void> {
    await using data = await this.passive();
    await this.expect(line, 150);
    await data.write(content);
    await this.#expectProgress(
      typeof content === "string" ? new TextEncoder().encode(content).length : content.length,
    );
    await data.reset();
    await this.expectReply(426);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.control.close();
  }

  /** Asks STAT until the running transfer has moved so many bytes. */
  async #expectProgress(bytes: number): Promise<void> {
    let status: string;
    do status = await this.ask("STAT"); while (!status.includes(`running: ${bytes} bytes so far`));
  }

  #layData(socket: RawSocket): RawSocket {
    return this.dataLayer?.(socket) ?? socket;
  }

  async #line(): Promise<string> {
    let end: number;
    while ((end = this.#received.indexOf(LF)) === -1) {
      const chunk = await this.control.read();
      if (chunk === null) {
        assert.fail(`the control connection ended; ${this.#received.length} bytes were left`);
      }
      const joined = new Uint8Array(this.#received.length + chunk.length);
      joined.set(this.#received);
      joined.set(chunk, this.#received.length);
      this.#received = joined;
    }
    const line = this.#received.subarray(0, end - 1);
    assert.equal(this.#received[end - 1], CR, "a line ends with CRLF");
    assert.ok(!line.includes(CR), "a line holds no CR");
    this.#received = this.#received.subarray(end + 1);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(line);
  }
}

function assertReply(reply: string, expected: ExpectedReply, line?: string): void {
  const message = line === undefined ? undefined : `${line} was answered with ${reply}`;
  if (typeof expected === "string") return assert.equal(reply, expected, message);
  assert.equal(Number(reply.slice(0, 3)), expected, message ?? `the reply was ${reply}`);
}

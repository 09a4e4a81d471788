/**
 * Two connected sockets in one process: a line that both the runtime and the system's own calls can wait for.
 */

import { type SocketMark, TcpConnection, writeAll } from "../net/connection.ts";

/** Our end of a line, and where the other one is. */
export class ConnectedPair implements Disposable {
  /** The other end, for whoever takes a copy of it. */
  readonly theirs: SocketMark;
  readonly #ours: TcpConnection;
  readonly #theirs: TcpConnection;
  #sent: Promise<void> = Promise.resolve();

  private constructor(ours: TcpConnection, theirs: TcpConnection, mark: SocketMark) {
    this.#ours = ours;
    this.#theirs = theirs;
    this.theirs = mark;
  }

  /** @throws {Error} where there is no loopback, or the runtime does not tell the numbers of its sockets. */
  static async open(): Promise<ConnectedPair> {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const connecting = Deno.connect({ hostname: "127.0.0.1", port: (listener.addr as Deno.NetAddr).port });
    const accepting = listener.accept();
    const [ours, theirs] = await Promise.all([connecting, accepting]);
    const pair = [new TcpConnection(ours), new TcpConnection(theirs)] as const;
    // A request behind another one must not wait for its acknowledgement.
    for (const end of pair) end.tuneForControl();
    const mark = pair[1].mark;
    // Another program may have been quicker to connect.
    if (mark?.remote.port === pair[0].local.port) return new ConnectedPair(...pair, mark);
    for (const end of pair) end.close();
    throw new Error("Cannot connect to oneself");
  }

  /** Sends text, behind what is on its way. */
  send(text: string): Promise<void> {
    return this.#sent = this.#sent.then(() => writeAll(this.#ours, new TextEncoder().encode(text)));
  }

  /** What comes, until the other end hangs up; each piece is good until the next one is asked for. */
  async *arriving(): AsyncIterable<Uint8Array> {
    const buffer = new Uint8Array(4096);
    for (let length = await this.#ours.read(buffer); length; length = await this.#ours.read(buffer)) {
      yield buffer.subarray(0, length);
    }
  }

  [Symbol.dispose](): void {
    this.#ours.close();
    this.#theirs.close();
  }
}

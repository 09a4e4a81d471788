/** The control connection of a soak's client. */

/** What a reply must begin with. */
export type Expected = RegExp;

/** What nobody expects of the server. */
export class SurpriseError extends Error {}

/** A control connection that is read line by line. */
export class Control {
  readonly conn: Deno.TcpConn;
  readonly #buffer = new Uint8Array(1024);
  #text = "";

  constructor(conn: Deno.TcpConn) {
    this.conn = conn;
  }

  /** The next reply; all that the soak asks for have one line. */
  async reply(expected: Expected): Promise<string> {
    let end: number;
    while ((end = this.#text.indexOf("\r\n")) < 0) {
      const length = await this.conn.read(this.#buffer);
      if (length === null) throw new SurpriseError("the server closed the control connection");
      this.#text += new TextDecoder().decode(this.#buffer.subarray(0, length));
    }
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 2);
    if (!expected.test(line)) throw new SurpriseError(`${line}, not ${expected}`);
    return line;
  }

  async ask(line: string, expected: Expected): Promise<string> {
    await this.conn.write(new TextEncoder().encode(`${line}\r\n`));
    return await this.reply(expected);
  }
}

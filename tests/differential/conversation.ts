/** Plays a dialogue to any server and takes down the codes that come back. */

import assert from "node:assert/strict";
import { RawListener, RawSocket } from "../support/raw_socket.ts";
import { type Dialogue, labelsOf, type Step, type Transfer } from "./dialogue.ts";
import { ACCOUNT, FOLDER } from "./tree.ts";

/** The codes of the replies to each step, with blanks between, by the step's label. */
export type Transcript = ReadonlyMap<string, string>;

/** What stands for the end of the control connection. */
const CLOSED = "closed";

interface Reply {
  readonly code: string;
  readonly text: string;
}

/**
 * Plays a dialogue to the server at a loopback port. 125 and 150, which say the same to a client, are both
 * taken down as 150.
 */
export async function play(dialogue: Dialogue, port: number): Promise<Transcript> {
  await using conversation = await Conversation.begin(port);
  if (!dialogue.isLogin) await conversation.login();
  const transcript = new Map<string, string>();
  const labels = labelsOf(dialogue);
  for (const [at, step] of dialogue.steps.entries()) {
    transcript.set(labels[at]!, (await conversation.play(step)).join(" "));
  }
  return transcript;
}

/** One control connection, and the two ports that a dialogue may name. */
class Conversation implements AsyncDisposable {
  readonly #control: RawSocket;
  readonly #listener: RawListener;
  readonly #closedPort: number;
  #received = "";

  private constructor(control: RawSocket, listener: RawListener, closedPort: number) {
    this.#control = control;
    this.#listener = listener;
    this.#closedPort = closedPort;
  }

  /** Connects and reads the greeting. */
  static async begin(port: number): Promise<Conversation> {
    const gone = await RawListener.listen("127.0.0.1");
    const closedPort = gone.port;
    await gone[Symbol.asyncDispose]();
    const listener = await RawListener.listen("127.0.0.1");
    const conversation = new Conversation(await RawSocket.connect({ port }), listener, closedPort);
    assert.equal((await conversation.#reply()).code, "220");
    return conversation;
  }

  async login(): Promise<void> {
    assert.equal((await this.#ask(`USER ${ACCOUNT.name}`)).code, "331");
    assert.equal((await this.#ask(`PASS ${ACCOUNT.password}`)).code, "230");
    assert.equal((await this.#ask(`CWD ${FOLDER}`)).code, "250");
  }

  /** The codes that a step is answered with. */
  async play(step: Step): Promise<string[]> {
    if (typeof step === "string") return [(await this.#ask(step)).code];
    if (!("lines" in step)) return await this.#transfer(step);
    await this.#send(step.lines.join("\r\n"));
    const codes: string[] = [];
    do codes.push((await this.#reply()).code); while (![`${step.until}`, CLOSED].includes(codes.at(-1)!));
    return codes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#control.close();
    await this.#listener[Symbol.asyncDispose]();
  }

  /** Makes the data connection ready, sends the command, and moves the data when the server wants them. */
  async #transfer(step: Transfer): Promise<string[]> {
    const connect = await this.#prepareData(step);
    if (typeof connect === "string") return [connect];
    // A passive connection comes first: one server sends no mark before it.
    await using early = step.via?.endsWith("T") ? undefined : await connect();
    const isUpload = "upload" in step;
    const { code } = await this.#ask(isUpload ? step.upload : step.download);
    if (code !== "125" && code !== "150") return [code];
    await using data = early ?? await connect();
    if (isUpload) await data.write(step.content).then(() => data.finish());
    await data.drain();
    return ["150", (await this.#reply()).code];
  }

  /** The way to the data connection, or the code of a refusal. */
  async #prepareData({ via = "EPSV" }: Transfer): Promise<string | (() => Promise<RawSocket>)> {
    if (via === "PORT" || via === "EPRT") {
      const { code } = await this.#ask(
        via === "PORT" ? "PORT 127,0,0,1,{open}" : "EPRT |1|127.0.0.1|{open}|",
      );
      return code === "200" ? () => this.#listener.accept() : code;
    }
    const { code, text } = await this.#ask(via);
    const [, high, low, port] = /(\d+),(\d+)\)|\|(\d+)\|\)/.exec(text) ?? [];
    if (code !== "227" && code !== "229") return code;
    return () =>
      RawSocket.connect({ port: port === undefined ? Number(high) * 256 + Number(low) : Number(port) });
  }

  async #ask(line: string): Promise<Reply> {
    await this.#send(line);
    return await this.#reply();
  }

  async #send(line: string): Promise<void> {
    const format = (port: number): string =>
      line.startsWith("PORT") ? `${port >> 8},${port & 255}` : `${port}`;
    const filled = line.replace("{open}", format(this.#listener.port)).replace(
      "{closed}",
      format(this.#closedPort),
    );
    // A server that has closed says so when its reply is read.
    await this.#control.write(`${filled}\r\n`).catch(() => {});
  }

  async #reply(): Promise<Reply> {
    const first = await this.#line();
    if (first === undefined) return { code: CLOSED, text: "" };
    const code = first.slice(0, 3);
    assert.match(first, /^[1-5]\d\d[ -]/);
    let last: string | undefined = first;
    while (first[3] === "-" && last !== undefined && !last.startsWith(`${code} `)) last = await this.#line();
    return { code, text: first };
  }

  /** The next line; undefined when the connection has ended or broken. */
  async #line(): Promise<string | undefined> {
    let end: number;
    while ((end = this.#received.indexOf("\r\n")) === -1) {
      const chunk = await this.#control.read().catch((error) => {
        if (error.code === "ECONNRESET") return null;
        throw error;
      });
      if (chunk === null) return undefined;
      this.#received += new TextDecoder("latin1").decode(chunk);
    }
    const line = this.#received.slice(0, end);
    this.#received = this.#received.slice(end + 2);
    return line;
  }
}

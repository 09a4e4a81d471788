/** What the administrators of one worker ask: answers that come piece by piece, as fast as it takes them. */

import { type Administration, type ControlQuestion, refusedLine } from "../front_office/administration.ts";
import type { Answer } from "./messages.ts";
import { NonsenseError } from "./message_check.ts";

type Piece = Extract<Answer, { result: "control" }>;

interface Stream {
  readonly pieces: AsyncGenerator<string>;
  readonly ending: AbortController;
  /** Whether a piece is under way: the next one is asked for behind it. */
  isBusy: boolean;
}

/** Answers of one worker at once. */
const MOST_STREAMS = 64;

/** Those that have begun and are not over. Disposing ends them. */
export class ControlStreams implements Disposable {
  readonly #administer: Administration;
  readonly #streams = new Map<number, Stream>();

  constructor(administer: Administration) {
    this.#administer = administer;
  }

  /** Begins an answer under the number of the call that asks, and gives its first piece. */
  async begin(call: number, question: ControlQuestion): Promise<Piece> {
    if (this.#streams.size >= MOST_STREAMS) {
      const text = refusedLine("busy", "Cannot do that now: too much is asked at once");
      return { result: "control", text, isLast: true };
    }
    const ending = new AbortController();
    const { session, action, params } = question;
    const pieces = this.#administer({ session, action, params }, ending.signal);
    this.#streams.set(call, { pieces, ending, isBusy: false });
    return await this.more(call);
  }

  /** A worker asks for more of an answer. @throws {NonsenseError} when it cannot. */
  check(stream: number): void {
    // One that was withdrawn a moment ago is not known any more, and its end is all that there is to tell.
    if (this.#streams.get(stream)?.isBusy) throw new NonsenseError("it asks twice for one piece");
  }

  /** The next piece. */
  async more(call: number): Promise<Piece> {
    const stream = this.#streams.get(call);
    if (!stream) return { result: "control", text: "", isLast: true };
    stream.isBusy = true;
    const { value: text = "", done } = await stream.pieces.next().finally(() => stream.isBusy = false);
    if (done) this.#streams.delete(call);
    return { result: "control", text, isLast: done === true };
  }

  /** Nobody takes more of it. */
  end(call: number): void {
    const stream = this.#streams.get(call);
    if (!stream) return;
    this.#streams.delete(call);
    stream.ending.abort();
    void stream.pieces.return(undefined).catch(() => {});
  }

  [Symbol.dispose](): void {
    for (const call of [...this.#streams.keys()]) this.end(call);
  }
}

/** The admin office: actions for administrators who are signed in to the page, each looked at anew. */

import { type Administration, type ControlQuestion, refusedLine } from "../front_office/administration.ts";
import { isExpired, mayComeFrom } from "../front_office/login_rules.ts";
import type { EventSink } from "../telemetry/events.ts";
import type { UserStore } from "../users/user_store.ts";
import type { ControlAction, ControlledServer } from "./action.ts";
import { ControlError, type Params, type ProblemKind } from "./protocol.ts";

/** What {@linkcode AdminOffice} needs. */
export interface AdminOfficeOptions {
  readonly users: Pick<UserStore, "find">;
  /** Told of all that administrators do. */
  readonly record: EventSink;
}

/** And the server to do it to. */
export interface ServingOptions extends AdminOfficeOptions {
  readonly running: ControlledServer;
}

/** Of all administrators together: each has a page or two open, and a script may go wild. */
const MOST_AT_ONCE = 64;
/** Lines go out together, characters. */
const PIECE_CHARACTERS = 16 * 1024;
const DENIED = "Cannot do that: this account is no administrator (any more); sign in again";

/** Acts for administrators. */
export class AdminOffice {
  readonly #options: AdminOfficeOptions;
  readonly #running: ControlledServer;
  #atOnce = 0;

  constructor({ running, ...options }: ServingOptions) {
    this.#options = options;
    // One administrator has to be left: nobody else could make another one from there.
    const edits = { ...running.edits, keepsAdmin: true };
    this.#running = Object.create(running, { edits: { value: edits } });
  }

  /** See {@linkcode Administration}. */
  readonly act: Administration = (question, signal) => this.#act(question, signal);

  async *#act(question: ControlQuestion, signal: AbortSignal): AsyncGenerator<string> {
    if (this.#atOnce >= MOST_AT_ONCE) {
      return yield refusedLine("busy", "Cannot do that now: the server is busy; try again in a moment");
    }
    const leaving = new AbortController();
    const leave = (): void => leaving.abort();
    signal.addEventListener("abort", leave, { once: true });
    if (signal.aborted) leave();
    const answer = new Answer(leaving.signal);
    this.#atOnce++;
    const done = this.#answer(question, answer).finally(() => this.#atOnce--);
    try {
      for await (const piece of answer.pieces()) {
        // What goes on may go on for long.
        if (!await this.#isAdmin(question)) return yield refusedLine("denied", DENIED);
        yield piece;
      }
    } finally {
      signal.removeEventListener("abort", leave);
      leave();
      await done;
    }
  }

  /** Does it and writes the answer; never rejects. */
  async #answer(question: ControlQuestion, answer: Answer): Promise<void> {
    const { session, action: name } = question;
    let about: string | undefined;
    let problem: { kind: ProblemKind; message: string } | undefined;
    try {
      if (!await this.#isAdmin(question)) throw new ControlError("denied", DENIED);
      const action = await actionOf(name);
      const params = paramsOf(question.params);
      about = action.about?.(params);
      const result = await action.run(params, this.#running, (item) => answer.tell({ item }), {
        signal: answer.signal,
        flush: () => Promise.resolve(answer.flush()),
      });
      answer.end({ result });
    } catch (error) {
      const kind = error instanceof ControlError ? error.kind : "failed";
      problem = { kind, message: error instanceof Error ? error.message : String(error) };
      answer.end({ error: problem });
    }
    if (about === undefined && problem?.kind !== "denied") return;
    const reason = problem && { reason: problem.message };
    this.#options.record({ kind: "admin", session, action: name, about: about ?? "", ...reason });
  }

  async #isAdmin({ session: { user: name, peer } }: ControlQuestion): Promise<boolean> {
    const user = name === undefined ? undefined : await this.#options.users.find(name);
    return user?.admin === true && user.password !== undefined && !isExpired(user) &&
      mayComeFrom(user, peer);
  }
}

/** Lines on their way to whoever takes them. */
class Answer {
  readonly signal: AbortSignal;
  #text = "";
  #isEnded = false;
  #isFlushed = false;
  #wake: () => void = () => {};
  #hasRoom = Promise.withResolvers<void>();

  constructor(signal: AbortSignal) {
    this.signal = signal;
    signal.addEventListener("abort", () => this.#awaken(), { once: true });
  }

  /** Adds a line; waits while there are enough. @throws when nobody takes them any more. */
  async tell(line: unknown): Promise<void> {
    this.#add(line);
    while (this.#text.length > PIECE_CHARACTERS && !this.signal.aborted) await this.#hasRoom.promise;
    this.signal.throwIfAborted();
  }

  /** Lets the lines go that wait for others. */
  flush(): void {
    this.#isFlushed = this.#text !== "";
    this.#wake();
  }

  end(line: unknown): void {
    this.#isEnded = true;
    this.#add(line);
    this.#wake();
  }

  async *pieces(): AsyncGenerator<string> {
    while (!this.signal.aborted) {
      const more = Promise.withResolvers<void>();
      this.#wake = () => more.resolve();
      if (!this.#isDue) await more.promise;
      const text = this.#text;
      this.#text = "";
      this.#isFlushed = false;
      this.#hasRoom.resolve();
      this.#hasRoom = Promise.withResolvers();
      if (text !== "") yield text;
      if (this.#isEnded && this.#text === "") return;
    }
  }

  #add(line: unknown): void {
    this.#text += `${JSON.stringify(line)}\n`;
    if (this.#isDue) this.#wake();
  }

  get #isDue(): boolean {
    return this.#isEnded || this.#isFlushed || this.#text.length > PIECE_CHARACTERS;
  }

  #awaken(): void {
    this.#wake();
    this.#hasRoom.resolve();
  }
}

async function actionOf(name: string): Promise<ControlAction> {
  // Not a plain import: most servers have no administrator who asks.
  const { href } = new URL("./table.ts", import.meta.url);
  const { ACTIONS } = await import(href) as typeof import("./table.ts");
  const action = ACTIONS.get(name);
  if (action) return action;
  const known = [...ACTIONS.keys()].join(", ");
  throw new ControlError(
    "unknown-action",
    `Cannot do ${JSON.stringify(name.slice(0, 64))}: there are ${known}`,
  );
}

function paramsOf(text: string): Params {
  let params: unknown;
  try {
    params = JSON.parse(text);
  } catch {
    // Told below.
  }
  if (typeof params === "object" && params !== null && !Array.isArray(params)) return params as Params;
  throw new ControlError("usage", "Cannot read params: expected a JSON object");
}

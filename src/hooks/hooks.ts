/**
 * The hooks of a running server: takes events and passes them on, asks questions, keeps queues. Loaded only
 * when there are hooks.
 */

import type { LoginQuestion, Questions, UploadQuestion, Verdict } from "../front_office/questions.ts";
import type { EventName } from "../telemetry/event_name.ts";
import type { EventSink, ServerEvent } from "../telemetry/events.ts";
import { isWithin } from "../users/host_way.ts";
import { Asking } from "./asking.ts";
import { tellHook } from "./calling.ts";
import { FileFacts } from "./file_facts.ts";
import { type Facts, factsOf, type Happening, loginFacts, newId, uploadFacts } from "./happening.ts";
import { type Hook, isMeant } from "./hook.ts";
import { QueueFolder } from "./queue_folder.ts";
import type { RetryTimes } from "./retry.ts";
import { type CallEnd, Telling } from "./telling.ts";
import type { WaitingBounds } from "./waiting_list.ts";

export { readHooks } from "./read_hooks.ts";

/** What hooks need of the server around them. */
export interface HooksOptions {
  /** Where the queues lie; made when there is something to keep. */
  readonly folder: string;
  /** The folders that hold all that an account can reach; undefined for no account. */
  readonly homesOf: (account: string) => readonly string[] | undefined;
  /** Takes what the operator is to know. It must not come back as an event. */
  readonly record: EventSink;
  readonly times?: RetryTimes;
  readonly bounds?: WaitingBounds;
}

/** What there is to count of a hook that is told of events. */
export interface HookFigures {
  readonly name: string;
  /** Events that wait. */
  readonly waiting: number;
  /** How often calls have ended in which way, since the hook was taken over. */
  readonly calls: Readonly<Record<CallEnd, number>>;
}

/** Tells and asks. Disposing lets running calls end for a moment; what was not told stays on the disk. */
export class Hooks implements Questions, AsyncDisposable {
  readonly #options: HooksOptions;
  readonly #queues: QueueFolder;
  readonly #fileFacts = new FileFacts();
  readonly #tellings = new Map<string, { hook: Hook; readonly telling: Telling }>();
  #asking: Asking;
  #events: readonly EventName[] = [];

  private constructor(options: HooksOptions) {
    this.#options = options;
    this.#queues = new QueueFolder(options.folder);
    this.#asking = this.#askingOf([]);
  }

  /** @throws {Error} when the queue cannot be used; the message names it and says why. */
  static async open(hooks: readonly Hook[], options: HooksOptions): Promise<Hooks> {
    const opened = new Hooks(options);
    try {
      await opened.replace(hooks);
    } catch (error) {
      await opened[Symbol.asyncDispose]();
      throw error;
    }
    return opened;
  }

  /** The events that some hook wants. */
  get events(): readonly EventName[] {
    return this.#events;
  }

  get asksLogins(): boolean {
    return this.#asking.asks("login");
  }

  /** Whether uploads are asked about. */
  get asksUploads(): boolean {
    return this.#asking.asks("before-upload");
  }

  /** What there is to count of each hook. */
  get figures(): HookFigures[] {
    return Array.from(
      this.#tellings,
      ([name, { telling }]) => ({ name, waiting: telling.size, calls: telling.calls }),
    );
  }

  /** How many events wait to be told to a hook. */
  waiting(name: string): number {
    return this.#tellings.get(name)?.telling.size ?? 0;
  }

  /**
   * Other hooks from now on. What waits for one that is still there by its name is told to it as it is now;
   * of one that is gone it stays on the disk.
   *
   * @throws {Error} when the queue cannot be used; then those that were there go on.
   */
  async replace(hooks: readonly Hook[]): Promise<void> {
    const tellers = hooks.filter(({ events }) => events.length > 0);
    if (tellers.length > 0) await this.#queues.open();
    const lefts = await Promise.all(
      tellers.map(async (hook) =>
        this.#tellings.has(hook.name) ? undefined : await this.#queues.left(hook.name)
      ),
    );
    const names = new Set(tellers.map(({ name }) => name));
    const gone = [...this.#tellings].filter(([name]) => !names.has(name));
    for (const [name] of gone) this.#tellings.delete(name);
    for (const [index, hook] of tellers.entries()) this.#tell(hook, lefts[index]);
    this.#asking = this.#askingOf(hooks);
    this.#events = [...new Set(hooks.flatMap(({ events }) => events))];
    await Promise.all(gone.map(([, { telling }]) => telling[Symbol.asyncDispose]()));
    this.#warnOfOrphans(await this.#queues.orphans(names));
  }

  /** Takes an event; never throws and never waits. */
  take(event: ServerEvent): void {
    const known = factsOf(event);
    if (!known || !this.#events.includes(known.event)) return;
    if (!this.#isCredible(known.facts)) {
      const message = "Not told to hooks: a file that does not lie in the home of the account";
      return this.#options.record({ kind: "warning", message });
    }
    const atMs = Date.now();
    for (const { hook, telling } of this.#tellings.values()) {
      if (!hook.events.includes(known.event) || !isMeant(hook, known.facts)) continue;
      telling.take({ id: newId(), ...known, atMs });
    }
  }

  async login(question: LoginQuestion, signal: AbortSignal): Promise<Verdict> {
    return await this.#asking.ask(asked("login", loginFacts(question)), signal);
  }

  async upload(question: UploadQuestion, signal: AbortSignal): Promise<Verdict> {
    const facts = uploadFacts(question);
    if (this.#isCredible(facts)) return await this.#asking.ask(asked("before-upload", facts), signal);
    return { allowed: false, reason: "No such place", isFinal: true };
  }

  /** Resolves when all that was taken is on the disk. */
  async written(): Promise<void> {
    await Promise.all(Array.from(this.#tellings.values(), ({ telling }) => telling.written()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      Array.from(this.#tellings.values(), ({ telling }) => telling[Symbol.asyncDispose]()),
    );
    this.#tellings.clear();
    await this.#queues[Symbol.asyncDispose]();
  }

  #tell(hook: Hook, left: readonly Happening[] | undefined): void {
    const known = this.#tellings.get(hook.name);
    if (known) {
      known.hook = hook;
      return known.telling.change(hook);
    }
    const { times, bounds } = this.#options;
    const telling = new Telling({
      hook,
      left,
      openJournal: (kept) => this.#queues.journal(hook.name, { kept, onFailure: (text) => this.#warn(text) }),
      call: (hook, happening, signal) =>
        tellHook(hook, happening, { signal, note: (text) => this.#note(text) }),
      complete: (hook, happening, signal) => this.#complete(hook, happening, signal),
      warn: (text) => this.#warn(text),
      ...times && { times },
      ...bounds && { bounds },
    });
    this.#tellings.set(hook.name, { hook, telling });
  }

  /** Adds to an upload what only a look at the file tells. */
  async #complete(hook: Hook, happening: Happening, signal: AbortSignal): Promise<Happening> {
    const { event, facts } = happening;
    const { file, account } = facts;
    const { wantsSha256 } = hook;
    const isKnown = facts.size !== undefined && (!wantsSha256 || facts.sha256 !== undefined);
    if (event !== "upload" || isKnown || typeof file !== "string") return happening;
    const homes = typeof account === "string" ? this.#options.homesOf(account) ?? [] : [];
    const found = await this.#fileFacts.of({ file, homes, wantsSha256 }, signal);
    return { ...happening, facts: { ...facts, ...found } };
  }

  /** What a session worker says of a place is a claim: programs are given it. */
  #isCredible({ account, file, to_file: toFile }: Facts): boolean {
    const files = [file, toFile].filter((place) => typeof place === "string");
    if (files.length === 0) return true;
    const homes = typeof account === "string" ? this.#options.homesOf(account) ?? [] : [];
    return files.every((place) => homes.some((home) => isWithin(home, place)));
  }

  #askingOf(hooks: readonly Hook[]): Asking {
    return new Asking({ hooks, note: (text) => this.#note(text), warn: (text) => this.#warn(text) });
  }

  #warnOfOrphans(paths: readonly string[]): void {
    for (const path of paths) {
      this.#warn(
        `Events wait in ${path} for a hook that is not there any more: delete the file, or bring it back`,
      );
    }
  }

  #warn(message: string): void {
    this.#options.record({ kind: "warning", message });
  }

  #note(message: string): void {
    this.#options.record({ kind: "note", message });
  }
}

function asked(event: Happening["event"], facts: Facts): Happening {
  return { id: newId(), event, atMs: Date.now(), facts };
}

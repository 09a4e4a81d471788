/** Tells one hook what happens: beside the sessions, at least once, again and again while nobody answers. */

import { JointSignal } from "./joint_signal.ts";
import type { Happening } from "./happening.ts";
import type { Hook } from "./hook.ts";
import type { Journal } from "./journal.ts";
import { RETRY_TIMES, type RetryTimes, waitMs } from "./retry.ts";
import { type Waiting, type WaitingBounds, WaitingList, waitingOf } from "./waiting_list.ts";

/** How a call went. */
export type Told =
  | { readonly kind: "done" }
  /** It came, and was of no use; nothing will change that. */
  | { readonly kind: "failed"; readonly why: string }
  /**
   * To be tried again: this event (`event`), or any as nobody is there (`receiver`). `afterMs` is what the
   * receiver asks to wait.
   */
  | {
    readonly kind: "again";
    readonly about: "event" | "receiver";
    readonly why: string;
    readonly afterMs?: number;
  }
  /** The receiver wants nothing any more. */
  | { readonly kind: "gone" }
  /** The call was stopped from here. */
  | { readonly kind: "stopped" };

/** Ends of calls that are counted. */
export type CallEnd = "done" | "failed" | "again";

/** How {@linkcode Telling} works. */
export interface TellingOptions {
  readonly hook: Hook;
  /** What was not told before the program ended. */
  readonly left?: Iterable<Happening>;
  readonly openJournal: (kept: () => Iterable<string>) => Journal;
  /** Calls the hook. Never throws. */
  readonly call: (hook: Hook, happening: Happening, signal: AbortSignal) => Promise<Told>;
  /** Looks up what else the hook is to know. @throws {Error} when the signal has fired. */
  readonly complete: (hook: Hook, happening: Happening, signal: AbortSignal) => Promise<Happening>;
  /** Takes what the operator is to know. */
  readonly warn: (message: string) => void;
  readonly times?: RetryTimes;
  readonly bounds?: WaitingBounds;
}

/** After so many failures in a row it was the receiver, not one event: all is tried when it is back. */
const OUTAGE_FAILURES = 3;
/** How long calls may go on when the program ends, milliseconds. */
const LAST_CALLS_MS = 3000;

/** The queue of one hook, and who works it off. */
export class Telling implements AsyncDisposable {
  readonly #options: TellingOptions;
  readonly #times: RetryTimes;
  readonly #list: WaitingList;
  readonly #journal: Journal;
  readonly #running = new Set<Promise<void>>();
  readonly #ending = new AbortController();
  /** Those that are not complete yet; what was dropped asks nobody any more. */
  readonly #preparing = new Map<Waiting, AbortController>();
  #hook: Hook;
  /** Failures of the receiver in a row; calls that began before the last of them tell nothing new. */
  #failures = 0;
  #lastFailureMs = 0;
  /** Until when nothing is tried, on the clock of `performance.now()`. */
  #pauseUntilMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isGone = false;
  #isStopping = false;
  #hasToldOfDrops = false;
  /** How often calls have ended in which way. */
  readonly calls: Record<CallEnd, number> = { done: 0, failed: 0, again: 0 };

  constructor(options: TellingOptions) {
    const { hook, left = [], times = RETRY_TIMES, bounds } = options;
    this.#options = options;
    this.#hook = hook;
    this.#times = times;
    this.#list = new WaitingList(bounds);
    const waiting = Array.from(left, (happening) => ({ happening, waiting: waitingOf(happening) }));
    for (const { waiting: one } of waiting) this.#list.add(one);
    this.#journal = options.openJournal(() => this.#list.lines());
    for (const { happening, waiting: one } of waiting) this.#prepare(one, happening);
  }

  /** How many events wait. */
  get size(): number {
    return this.#list.size;
  }

  /** Tells this, some time. */
  take(happening: Happening): void {
    if (this.#isStopping || this.#isGone) return;
    const waiting = waitingOf(happening);
    const dropped = this.#list.add(waiting);
    this.#journal.add(waiting.line);
    this.#forget(dropped, "too much waits");
    this.#prepare(waiting, happening);
  }

  /** The hook is written otherwise from now on; what has failed is tried at once. */
  change(hook: Hook): void {
    this.#hook = hook;
    this.#isGone = false;
    this.#failures = 0;
    this.#pauseUntilMs = 0;
    this.#list.hurry();
    this.#work();
  }

  /** Resolves when all that was taken is on the disk. */
  async written(): Promise<void> {
    await this.#journal.written();
  }

  /** Calls that run have a moment; what was not told stays on the disk. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    const timer = setTimeout(() => this.#ending.abort(), LAST_CALLS_MS);
    await Promise.all(this.#running);
    clearTimeout(timer);
    this.#ending.abort();
    await this.#journal[Symbol.asyncDispose]();
  }

  /** Most events are complete at once. */
  #prepare(waiting: Waiting, happening: Happening): void {
    const { complete } = this.#options;
    const leaving = new AbortController();
    this.#preparing.set(waiting, leaving);
    const either = new JointSignal(this.#ending.signal, leaving.signal);
    const preparing = complete(this.#hook, happening, either.signal).then((complete) => {
      if (complete !== happening) {
        this.#list.change(waiting, JSON.stringify(complete));
        this.#journal.add(waiting.line);
      }
      this.#list.isReady(waiting);
      this.#work();
    }, () => {}).finally(() => {
      either[Symbol.dispose]();
      this.#preparing.delete(waiting);
    });
    void preparing;
  }

  /** Begins as many calls as may be, and waits for the moment of the next. */
  #work(): void {
    clearTimeout(this.#timer);
    if (this.#isStopping || this.#isGone) return;
    const nowMs = performance.now();
    // One that asks whether somebody is there again is enough.
    const most = this.#failures > 0 ? 1 : this.#hook.mostAtOnce;
    while (nowMs >= this.#pauseUntilMs && this.#running.size < most) {
      const waiting = this.#list.take(nowMs);
      if (!waiting) break;
      const running = this.#tell(waiting).finally(() => {
        this.#running.delete(running);
        this.#work();
      });
      this.#running.add(running);
    }
    if (this.#running.size >= most) return;
    const dueMs = this.#list.nextDueMs();
    if (dueMs === undefined) return;
    this.#timer = setTimeout(
      () => this.#work(),
      Math.max(0, Math.max(dueMs, this.#pauseUntilMs) - nowMs) + 1,
    );
    // The program need not stay for it.
    Deno.unrefTimer(this.#timer);
  }

  async #tell(waiting: Waiting): Promise<void> {
    const { name } = this.#hook;
    if (this.#isTooOld(waiting)) return;
    const happening = JSON.parse(waiting.line) as Happening;
    const startedMs = performance.now();
    const told = await this.#options.call(this.#hook, happening, this.#ending.signal);
    switch (told.kind) {
      case "done":
        this.calls.done++;
        this.#answered();
        return this.#end(waiting);
      case "failed":
        this.calls.failed++;
        this.#answered();
        this.#options.warn(`The hook ${name} failed: ${happening.event} ${happening.id}, ${told.why}`);
        return this.#end(waiting);
      case "again":
        this.calls.again++;
        return this.#tellAgain(waiting, told, startedMs);
      case "gone":
        this.#isGone = true;
        this.#options.warn(
          `The hook ${name} is off: its receiver answered 410, which means for good; a reload tries it again`,
        );
        return this.#forget(this.#list.removeBefore(Infinity), undefined);
      case "stopped":
        return this.#list.putBack(waiting);
    }
  }

  #tellAgain(
    waiting: Waiting,
    { about, why, afterMs = 0 }: Told & { kind: "again" },
    startedMs: number,
  ): void {
    const { mostOutageMs, ...times } = this.#times;
    const nowMs = performance.now();
    waiting.failures++;
    const wantedMs = Math.min(afterMs, times.giveUpMs);
    waiting.dueMs = nowMs + Math.max(waitMs(waiting.failures, times), wantedMs);
    this.#list.putBack(waiting);
    if (about === "event") {
      this.#answered();
      if (waiting.failures === 1) {
        this.#options.warn(`The hook ${this.#hook.name} will be told again: ${waiting.id}, ${why}`);
      }
      return;
    }
    this.#pauseUntilMs = Math.max(this.#pauseUntilMs, nowMs + wantedMs);
    if (startedMs < this.#lastFailureMs) return;
    this.#failures++;
    this.#lastFailureMs = nowMs;
    const outage = { ...times, mostMs: mostOutageMs };
    this.#pauseUntilMs = Math.max(this.#pauseUntilMs, nowMs + waitMs(this.#failures, outage));
    if (this.#failures === 1) {
      this.#options.warn(`The hook ${this.#hook.name} cannot be told: ${why}; it is tried again for a day`);
    }
  }

  /** Somebody is there. */
  #answered(): void {
    if (this.#failures >= OUTAGE_FAILURES) this.#list.hurry();
    this.#failures = 0;
    this.#pauseUntilMs = 0;
    this.#hasToldOfDrops = false;
  }

  #isTooOld({ atMs }: Waiting): boolean {
    const oldestMs = Date.now() - this.#times.giveUpMs;
    if (atMs >= oldestMs) return false;
    this.#forget(this.#list.removeBefore(oldestMs), "nobody took them for a day");
    return true;
  }

  #end(waiting: Waiting): void {
    this.#list.remove(waiting);
    this.#journal.done(waiting.id);
  }

  /** Says it once until somebody answers again. */
  #forget(dropped: readonly Waiting[], why: string | undefined): void {
    for (const waiting of dropped) {
      this.#preparing.get(waiting)?.abort();
      this.#journal.done(waiting.id);
    }
    if (dropped.length === 0 || why === undefined || this.#hasToldOfDrops) return;
    this.#hasToldOfDrops = true;
    this.#options.warn(`The hook ${this.#hook.name} misses the oldest events from now on: ${why}`);
  }
}

/** Asks hooks before something is done: within a limit of time, so many at once, and never for another. */

import { ALLOWED, type Verdict } from "../front_office/questions.ts";
import { askHook, type Said } from "./calling.ts";
import type { Happening, QuestionName } from "./happening.ts";
import { type Hook, isMeant } from "./hook.ts";
import { JointSignal } from "./joint_signal.ts";
import { Places } from "./places.ts";

/** What {@linkcode Asking} needs. */
export interface AskingOptions {
  readonly hooks: readonly Hook[];
  readonly note: (message: string) => void;
  readonly warn: (message: string) => void;
}

/** What a client is told where a hook gives no reason, and where it says nothing at all. */
const NO_REASON = "Refused by this server's rules";
const SILENT = "The check that this server makes did not answer, try again later";

/** The hooks that are asked. */
export class Asking {
  readonly #options: AskingOptions;
  readonly #hooks: readonly { readonly hook: Hook; readonly places: Places }[];

  constructor(options: AskingOptions) {
    this.#options = options;
    this.#hooks = options.hooks.filter(({ questions }) => questions.length > 0)
      .map((hook) => ({ hook, places: new Places(hook.mostAtOnce, Math.max(1, hook.mostAtOnce - 1)) }));
  }

  /** Whether anybody is asked this. */
  asks(question: QuestionName): boolean {
    return this.#hooks.some(({ hook }) => hook.questions.includes(question));
  }

  /**
   * Asks one hook after the other until one refuses.
   *
   * @throws {Error} when the signal has fired.
   */
  async ask(happening: Happening, signal: AbortSignal): Promise<Verdict> {
    for (const { hook, places } of this.#hooks) {
      const isAsked = (hook.questions as readonly string[]).includes(happening.event);
      if (!isAsked || !isMeant(hook, happening.facts)) continue;
      const said = await this.#askOne(hook, happening, { places, signal });
      signal.throwIfAborted();
      const verdict = this.#verdict(hook, happening, said);
      if (!verdict.allowed) return verdict;
    }
    return ALLOWED;
  }

  /**
   * The wait in line counts: whoever asks waits no longer than the hook's time. One account leaves a call to
   * the others, or its uploads would keep everybody from logging in.
   */
  async #askOne(
    { timeoutMs, ...hook }: Hook,
    happening: Happening,
    { places, signal }: { readonly places: Places; readonly signal: AbortSignal },
  ): Promise<Said> {
    const startedMs = performance.now();
    const timing = new AbortController();
    const timer = setTimeout(() => timing.abort(), timeoutMs);
    using either = new JointSignal(timing.signal, signal);
    try {
      using _place = await places.take(either.signal, String(happening.facts.account));
      const leftMs = Math.max(1, timeoutMs - (performance.now() - startedMs));
      const { note } = this.#options;
      return await askHook({ timeoutMs, ...hook }, happening, { signal, timeoutMs: leftMs, note });
    } catch (error) {
      if (signal.aborted) return { kind: "stopped" };
      if (!timing.signal.aborted) throw error;
      return { kind: "silent", why: "too many wait for it" };
    } finally {
      clearTimeout(timer);
    }
  }

  #verdict(hook: Hook, { event, facts }: Happening, said: Said): Verdict {
    const { warn } = this.#options;
    const about = event === "login" ? "a login" : "an upload";
    const { account = "nobody", path } = facts;
    const which = path === undefined ? `${account}` : `${account}, ${path}`;
    switch (said.kind) {
      case "yes":
        return ALLOWED;
      case "no":
        warn(`The hook ${hook.name} refuses ${about}: ${which}${said.reason ? `, ${said.reason}` : ""}`);
        return { allowed: false, reason: said.reason ?? NO_REASON, isFinal: true };
      case "silent":
      case "stopped": {
        const why = said.kind === "silent" ? said.why : "it was stopped";
        const outcome = hook.ifSilent === "allow" ? "allowed" : "refused";
        warn(`The hook ${hook.name} says nothing about ${about}, which is ${outcome}: ${which}, ${why}`);
        return hook.ifSilent === "allow" ? ALLOWED : { allowed: false, reason: SILENT, isFinal: false };
      }
    }
  }
}

/** From the sections `[hook:NAME]` of the accounts file to hooks, with all that is wrong in them. */

import type { IniHookSection } from "../ini/ini_document.ts";
import { nearestName } from "../ini/nearest_name.ts";
import type { Problem } from "../ini/problem.ts";
import { seconds } from "../options/kinds.ts";
import { EVENT_NAMES, type EventName } from "../telemetry/event_name.ts";
import { QUESTION_NAMES, type QuestionName } from "./happening.ts";
import type { Hook } from "./hook.ts";
import { type PathPattern, pathPattern } from "./path_pattern.ts";
import { readTarget } from "./read_target.ts";
import { HOOK_KEYS, type HookSurroundings, SectionReader } from "./section_reader.ts";

/** What the sections say. */
export interface ReadHooks {
  /** Those that are sound, in the order of the file. */
  readonly hooks: readonly Hook[];
  readonly problems: readonly Problem[];
}

/** Its name becomes the name of a file. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/;

const TIMEOUTS_MS = { question: 5000, program: 30_000, receiver: 15_000 } as const;
const MOST_TIMEOUT_MS = 24 * 3_600_000;
const MOST_AT_ONCE = 64;

/** Reads every section. Never throws: whatever is wrong becomes a problem. */
export async function readHooks(
  sections: readonly IniHookSection[],
  around: HookSurroundings,
): Promise<ReadHooks> {
  const hooks: Hook[] = [];
  const problems: Problem[] = [];
  const lines = new Map<string, number>();
  for (const section of sections) {
    const reader = new HookReader(section, around);
    // File systems without capitals have one file for both.
    const key = section.hook.toLowerCase();
    const hook = await reader.read(lines.get(key));
    if (!lines.has(key)) lines.set(key, section.line);
    if (hook) hooks.push(hook);
    problems.push(...reader.problems);
  }
  return { hooks, problems };
}

/** Reads one section and collects what is wrong with it. */
class HookReader extends SectionReader {
  /** The hook, unless something is wrong; `firstLine` is where the name stood before, if anywhere. */
  async read(firstLine: number | undefined): Promise<Hook | undefined> {
    const { hook: name, line } = this.section;
    if (!NAME.test(name)) {
      this.report(
        line,
        name,
        `Cannot use the name "${name}" of a hook: letters, digits, - and _, 40 at most`,
      );
    }
    if (firstLine !== undefined) {
      this.report(line, name, `Duplicate hook "${name}": the first is on line ${firstLine}, rename one`);
    }
    this.#checkKeys();
    const mayRefuse = this.flag("may-refuse");
    const { events, questions } = this.#occasions(mayRefuse);
    const target = await readTarget(this);
    const kind = mayRefuse ? "question" : target?.kind ?? "program";
    const timeoutMs = this.#timeout() ?? TIMEOUTS_MS[kind];
    // One program after the other is told in order; what is asked holds somebody up.
    const mostAtOnce = this.#mostAtOnce() ?? (kind === "program" ? 1 : 4);
    const rest = {
      paths: this.#paths(),
      accounts: new Set(this.list("account")),
      ifSilent: this.#ifSilent(mayRefuse),
      wantsSha256: this.flag("sha256"),
    };
    if (!target || this.problems.length > 0) return undefined;
    return { name, target, events, questions, timeoutMs, mostAtOnce, ...rest };
  }

  #checkKeys(): void {
    for (const [key, { line }] of this.values) {
      if ((HOOK_KEYS as readonly string[]).includes(key)) continue;
      const near = nearestName(key, HOOK_KEYS);
      const right = near === undefined ? `the keys are ${HOOK_KEYS.join(", ")}` : `did you mean "${near}"?`;
      this.report(line, key, `Unknown key "${key}" of the hook ${this.section.hook}: ${right}`);
    }
  }

  #occasions(mayRefuse: boolean): { events: EventName[]; questions: QuestionName[] } {
    const names: readonly string[] = mayRefuse ? QUESTION_NAMES : EVENT_NAMES;
    const given = this.list("on");
    if (given.length === 0) this.refuse("on", "", `expected some of ${names.join(", ")}`);
    for (const name of given) {
      if (names.includes(name)) continue;
      if (!mayRefuse && name === "before-upload") {
        this.refuse("on", name, "before-upload needs may-refuse = yes");
      } else if (mayRefuse && (EVENT_NAMES as readonly string[]).includes(name)) {
        const right = `with may-refuse = yes it may be ${names.join(" or ")}`;
        this.refuse("on", name, `${name} has happened already when it is told; ${right}`);
      } else {
        const near = nearestName(name, names);
        const right = near === undefined ? `there are ${names.join(", ")}` : `did you mean "${near}"?`;
        this.refuse("on", name, `there is no "${name}"; ${right}`);
      }
    }
    const among = <Name extends string>(known: readonly Name[]): Name[] =>
      known.filter((name) => given.includes(name));
    return { events: mayRefuse ? [] : among(EVENT_NAMES), questions: mayRefuse ? among(QUESTION_NAMES) : [] };
  }

  #paths(): PathPattern[] {
    return this.list("path").flatMap((text) => {
      if (text.startsWith("/")) return pathPattern(text);
      this.refuse("path", text, `"${text}" does not begin with a slash, as paths do that clients see`);
      return [];
    });
  }

  #timeout(): number | undefined {
    const text = this.value("timeout")?.text;
    if (text === undefined) return undefined;
    const timeoutMs = seconds.fromText(text);
    if (timeoutMs !== undefined && timeoutMs > 0 && timeoutMs <= MOST_TIMEOUT_MS) return timeoutMs;
    this.refuse("timeout", text, `expected seconds up to ${MOST_TIMEOUT_MS / 1000}, such as 30 or 0.5`);
    return undefined;
  }

  #mostAtOnce(): number | undefined {
    const text = this.value("most-at-once")?.text;
    if (text === undefined) return undefined;
    const most = /^\d{1,3}$/.test(text) ? Number(text) : 0;
    if (most >= 1 && most <= MOST_AT_ONCE) return most;
    this.refuse("most-at-once", text, `expected a number from 1 to ${MOST_AT_ONCE}`);
    return undefined;
  }

  #ifSilent(mayRefuse: boolean): Hook["ifSilent"] {
    const text = this.value("if-silent")?.text;
    if (text !== undefined && !mayRefuse) this.refuse("if-silent", text, "it goes with may-refuse = yes");
    if (text === "allow" || text === "refuse") return text;
    if (text !== undefined) this.refuse("if-silent", text, "expected allow or refuse");
    return "refuse";
  }
}

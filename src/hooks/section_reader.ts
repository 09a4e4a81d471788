/** One section `[hook:NAME]` as keys and values, and a list of what is wrong with it. */

import type { IniHookSection, IniValue } from "../ini/ini_document.ts";
import type { Problem } from "../ini/problem.ts";
import { yesNo } from "../options/kinds.ts";

/** Where hooks are read. */
export interface HookSurroundings {
  /** The accounts file as problems name it. */
  readonly file: string | undefined;
  /** Its folder, an absolute path: programs are looked for and run there. */
  readonly folder: string;
}

/** The keys that a section may have. */
export const HOOK_KEYS = [
  "on",
  "run",
  "url",
  "secret",
  "path",
  "account",
  "timeout",
  "most-at-once",
  "may-refuse",
  "if-silent",
  "sha256",
] as const;

/** A key of a section. */
export type HookKey = typeof HOOK_KEYS[number];

/** Gives the values of a section, and takes problems. */
export class SectionReader {
  readonly problems: Problem[] = [];
  readonly around: HookSurroundings;
  protected readonly section: IniHookSection;
  protected readonly values: ReadonlyMap<string, IniValue>;

  constructor(section: IniHookSection, around: HookSurroundings) {
    this.section = section;
    this.around = around;
    this.values = new Map(section.entries.map(({ key, value }) => [key, value]));
  }

  /** The value of a key. */
  value(key: HookKey): IniValue | undefined {
    return this.values.get(key);
  }

  /** The value of a key as words with commas between. */
  list(key: HookKey): string[] {
    return this.value(key)?.text.split(",").map((word) => word.trim()).filter((word) => word !== "") ?? [];
  }

  /** The line of a key; of the header where it is left out. */
  lineOf(key: HookKey): number {
    return this.value(key)?.line ?? this.section.line;
  }

  /** Notes a problem. */
  report(line: number, value: string, message: string): void {
    this.problems.push({ file: this.around.file, line, value, message });
  }

  /** Notes what is wrong with a key of this hook. */
  refuse(key: HookKey, value: string, why: string): void {
    this.report(this.lineOf(key), value, `Cannot use ${key} of the hook ${this.section.hook}: ${why}`);
  }

  /** The value of a key that is yes or no; no where it is left out. */
  flag(key: HookKey): boolean {
    const text = this.value(key)?.text;
    const value = text === undefined ? false : yesNo.fromText(text);
    if (value === undefined) this.refuse(key, text!, "expected yes or no");
    return value ?? false;
  }
}

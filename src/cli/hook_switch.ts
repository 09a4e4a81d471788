/**
 * The hooks of a running server, as the accounts file has them at this moment. Their code is loaded when
 * there are some: most servers have none.
 */

import { basename, dirname, join, resolve } from "node:path";
import {
  ALLOWED,
  type LoginQuestion,
  type Questions,
  type UploadQuestion,
} from "../front_office/questions.ts";
import type { Verdict } from "../front_office/questions.ts";
import type { Hook } from "../hooks/hook.ts";
import type { HookFigures, Hooks } from "../hooks/hooks.ts";
import type { IniDocument } from "../ini/ini_document.ts";
import type { Problem } from "../ini/problem.ts";
import type { PlainOptions } from "../options/plain_options.ts";
import type { EventSink, ServerEvent } from "../telemetry/events.ts";
import type { ProtectedFile } from "../users/protected_places.ts";

/** The hooks of a file, with what is wrong with them. */
export interface FileHooks {
  /** The same whenever the sections say the same. */
  readonly text: string;
  readonly hooks: readonly Hook[];
  readonly problems: readonly Problem[];
}

/** No hooks. */
export const NO_HOOKS: FileHooks = { text: "[]", hooks: [], problems: [] };

/** Reads the hooks of an accounts file. Never throws: whatever is wrong becomes a problem. */
export async function hooksIn(
  document: Pick<IniDocument, "file" | "hooks"> | undefined,
  configFile: string,
): Promise<FileHooks> {
  if (!document || document.hooks.length === 0) return NO_HOOKS;
  const { readHooks } = await load();
  const folder = dirname(resolve(configFile));
  const said = document.hooks.map((
    { hook, entries },
  ) => [hook, entries.map(({ key, value }) => [key, value.text])]);
  return { text: JSON.stringify(said), ...await readHooks(document.hooks, { file: document.file, folder }) };
}

/** Where the queues of an accounts file lie: `baseftp.hooks` beside `baseftp.ini`. */
export function queueFolder(configFile: string): string {
  return join(dirname(resolve(configFile)), `${basename(configFile).replace(/\.ini$/i, "")}.hooks`);
}

/** What no home may hold: whoever may write a program that a hook runs has this machine. */
export function protectedByHooks(configFile: string, { hooks }: FileHooks): ProtectedFile[] {
  if (hooks.length === 0) return [];
  const queue = {
    path: join(queueFolder(configFile), "lock"),
    what: "the hooks' queue",
    remedy: "move the accounts file elsewhere and name it with --config",
  };
  const programs = hooks.flatMap(({ name, target }) =>
    target.kind === "program"
      ? [{ path: target.path, what: `the program of the hook ${name}`, remedy: "move the program elsewhere" }]
      : []
  );
  return [queue, ...programs];
}

/** What {@linkcode HookSwitch} needs. */
export interface HookSwitchOptions {
  readonly configFile: string;
  /** Takes every event, and what hooks have to say. */
  readonly record: EventSink;
}

/** Passes events and questions on to the hooks in force, where there are any. */
export class HookSwitch implements Questions, AsyncDisposable {
  readonly #options: HookSwitchOptions;
  /** The folders of all accounts that there were, by their names. */
  readonly #homes = new Map<string, readonly string[]>();
  #hooks: Hooks | undefined;
  #inForce = NO_HOOKS;
  #isOver = false;

  constructor(options: HookSwitchOptions) {
    this.#options = options;
  }

  /** Takes an event for the log and for the hooks. */
  readonly record = (event: ServerEvent): void => {
    this.#options.record(event);
    this.#hooks?.take(event);
  };

  /** What the server has to report and to ask for them. */
  get wishes(): Pick<PlainOptions, "recordEvents" | "asksUploads"> {
    return { recordEvents: this.#hooks?.events ?? [], asksUploads: this.#hooks?.asksUploads ?? false };
  }

  /** What there is to count of each hook. */
  get figures(): readonly HookFigures[] {
    return this.#hooks?.figures ?? [];
  }

  get asksLogins(): boolean {
    return this.#hooks?.asksLogins ?? false;
  }

  async login(question: LoginQuestion, signal: AbortSignal): Promise<Verdict> {
    return await this.#hooks?.login(question, signal) ?? ALLOWED;
  }

  async upload(question: UploadQuestion, signal: AbortSignal): Promise<Verdict> {
    return await this.#hooks?.upload(question, signal) ?? ALLOWED;
  }

  /** Whether the file says the same of them as when they were taken. */
  isInForce({ text }: FileHooks): boolean {
    return text === this.#inForce.text;
  }

  /** An account has these folders; what an account had is remembered for what is still told of it. */
  knowHomes(account: string, homes: readonly string[]): void {
    this.#homes.set(account, homes);
  }

  /**
   * Takes the hooks of a file that has no problems.
   *
   * @throws {Error} when their queue cannot be used; then those in force stay.
   */
  async take(found: FileHooks): Promise<void> {
    const { configFile, record } = this.#options;
    // A reload that a slow disk has held up finds that the server has stopped.
    if (this.#isOver) return;
    if (this.#hooks) await this.#hooks.replace(found.hooks);
    else if (found.hooks.length > 0) {
      const { Hooks } = await load();
      this.#hooks = await Hooks.open(found.hooks, {
        folder: queueFolder(configFile),
        homesOf: (account) => this.#homes.get(account),
        record,
      });
    }
    this.#inForce = found;
    if (this.#isOver) await this.#hooks?.[Symbol.asyncDispose]();
  }

  /** Lets what runs end for a moment; what was not told waits on the disk. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#hooks?.[Symbol.asyncDispose]();
  }
}

/** Not a plain import: `deno run` would load them at each start. */
async function load(): Promise<typeof import("../hooks/hooks.ts")> {
  const { href } = new URL("../hooks/hooks.ts", import.meta.url);
  return await import(href) as typeof import("../hooks/hooks.ts");
}

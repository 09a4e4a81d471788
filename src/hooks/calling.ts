/** One call of a hook: what a program's exit code and a receiver's status mean. */

import type { Happening } from "./happening.ts";
import type { Hook } from "./hook.ts";
import { type ProgramEnd, runProgram } from "./program.ts";
import type { Told } from "./telling.ts";
import { postWebhook, type Response } from "./webhook.ts";

/** How a call is made. */
export interface CallOptions {
  /** Fires when nobody waits for it any more. */
  readonly signal: AbortSignal;
  /** How long it may take, milliseconds; by default what the hook says. */
  readonly timeoutMs?: number;
  /** Takes what helps to understand a hook. */
  readonly note: (message: string) => void;
}

/** What came of a question; undefined reasons are for the hook to have given none. */
export type Said =
  | { readonly kind: "yes" }
  | { readonly kind: "no"; readonly reason: string | undefined }
  | { readonly kind: "silent"; readonly why: string }
  | { readonly kind: "stopped" };

/** sysexits.h, EX_TEMPFAIL: try again later. */
const TRY_AGAIN_EXIT_CODE = 75;
/** The longest reason for a client, UTF-16 units. */
const LONGEST_REASON = 200;

/** Tells a hook what has happened. Never throws. */
export async function tellHook(hook: Hook, happening: Happening, options: CallOptions): Promise<Told> {
  return hook.target.kind === "program"
    ? toldByProgram(hook, await run(hook, happening, options))
    : toldByReceiver(await post(hook, happening, options));
}

/** Asks a hook. Never throws. */
export async function askHook(hook: Hook, happening: Happening, options: CallOptions): Promise<Said> {
  return hook.target.kind === "program"
    ? saidByProgram(await run(hook, happening, options))
    : saidByReceiver(await post(hook, happening, options));
}

async function run(hook: Hook, happening: Happening, options: CallOptions): Promise<ProgramEnd> {
  const { target, timeoutMs } = hook;
  if (target.kind !== "program") throw new Error(`Cannot run the hook ${hook.name}: it has no program`);
  const end = await runProgram(target, happening, { timeoutMs, ...options });
  if (end.kind === "ended") {
    for (const [stream, text] of [["output", end.stdout], ["error output", end.stderr]] as const) {
      if (text.trim() !== "") options.note(`The ${stream} of the hook ${hook.name}: ${text.trim()}`);
    }
  }
  return end;
}

async function post(hook: Hook, happening: Happening, options: CallOptions): Promise<Response> {
  const { target, timeoutMs } = hook;
  if (target.kind !== "receiver") throw new Error(`Cannot call the hook ${hook.name}: it has no receiver`);
  const response = await postWebhook(target, happening, { timeoutMs, ...options });
  if (response.kind === "answered") {
    options.note(`The hook ${hook.name} answered ${response.status}: ${response.text.trim()}`);
  }
  return response;
}

function toldByProgram({ timeoutMs }: Hook, end: ProgramEnd): Told {
  switch (end.kind) {
    case "ended":
      if (end.code === 0) return { kind: "done" };
      return end.code === TRY_AGAIN_EXIT_CODE
        ? { kind: "again", about: "event", why: `exit code ${end.code}` }
        : { kind: "failed", why: `exit code ${end.code}` };
    case "timed-out":
      return { kind: "failed", why: `it was ended after ${timeoutMs / 1000} s` };
    case "stopped":
      return { kind: "stopped" };
    case "not-started":
      return { kind: "again", about: "receiver", why: `its program does not start (${end.why})` };
  }
}

function toldByReceiver(response: Response): Told {
  switch (response.kind) {
    case "answered": {
      const { status, retryAfterMs: afterMs } = response;
      if (status >= 200 && status < 300) return { kind: "done" };
      if (status === 410) return { kind: "gone" };
      const isBusy = status >= 500 || status === 429;
      const about = isBusy ? "receiver" : "event";
      return { kind: "again", about, why: `status ${status}`, ...afterMs && { afterMs } };
    }
    case "timed-out":
      return { kind: "again", about: "receiver", why: "its receiver did not answer in time" };
    case "stopped":
      return { kind: "stopped" };
    case "unreachable":
      return { kind: "again", about: "receiver", why: `its receiver cannot be reached (${response.why})` };
  }
}

function saidByProgram(end: ProgramEnd): Said {
  switch (end.kind) {
    case "ended":
      return end.code === 0 ? { kind: "yes" } : { kind: "no", reason: reasonIn(end.stdout) };
    case "timed-out":
      return { kind: "silent", why: "its program took too long" };
    case "stopped":
      return { kind: "stopped" };
    case "not-started":
      return { kind: "silent", why: `its program does not start (${end.why})` };
  }
}

function saidByReceiver(response: Response): Said {
  switch (response.kind) {
    case "answered":
      if (response.status >= 200 && response.status < 300) return { kind: "yes" };
      if (response.status === 403) return { kind: "no", reason: reasonIn(response.text) };
      return { kind: "silent", why: `status ${response.status}` };
    case "timed-out":
      return { kind: "silent", why: "its receiver took too long" };
    case "stopped":
      return { kind: "stopped" };
    case "unreachable":
      return { kind: "silent", why: `its receiver cannot be reached (${response.why})` };
  }
}

/** The first line, fit for a reply; a page or an object is none. */
function reasonIn(text: string): string | undefined {
  const [line = ""] = text.trim().split(/[\r\n]/, 1);
  if (/^[<{[]/.test(line)) return undefined;
  // No control characters, and nothing that turns text around.
  const shown = line.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "?").slice(0, LONGEST_REASON).trim();
  return shown === "" ? undefined : shown.toWellFormed();
}

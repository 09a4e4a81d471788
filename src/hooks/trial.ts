/** One call of a hook for whoever has written it: a sample goes through, and what came back is told. */

import { join } from "node:path";
import type { EventName } from "../telemetry/event_name.ts";
import { type Facts, type Happening, newId, type QuestionName } from "./happening.ts";
import type { Hook } from "./hook.ts";
import { runProgram } from "./program.ts";
import { postWebhook } from "./webhook.ts";

/** What came of it. */
export interface Trial {
  readonly hook: string;
  readonly event: EventName | QuestionName;
  /** What the hook was told. */
  readonly facts: Facts;
  /** What came back, as a sentence without a period. */
  readonly outcome: string;
  /** What the program wrote or the receiver answered, the beginning of it. */
  readonly output: string;
  /** Whether the hook works: it took the event, or gave an answer to the question. */
  readonly works: boolean;
  readonly seconds: number;
}

const SAMPLE_SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/** Calls the hook with a sample of this event. Never throws. */
export async function tryHook(
  hook: Hook,
  { event, home, signal }: {
    readonly event: EventName | QuestionName;
    /** Where the sample would lie on the disk. */
    readonly home: string;
    readonly signal: AbortSignal;
  },
): Promise<Trial> {
  const facts = sampleFacts(hook, event, home);
  const happening: Happening = { id: newId(), event, atMs: Date.now(), facts };
  const startedMs = performance.now();
  const result = await call(hook, happening, signal);
  const seconds = Math.round(performance.now() - startedMs) / 1000;
  return { hook: hook.name, event, facts, ...result, seconds };
}

async function call(
  hook: Hook,
  happening: Happening,
  signal: AbortSignal,
): Promise<Pick<Trial, "outcome" | "output" | "works">> {
  const { target, timeoutMs } = hook;
  const isAsked = hook.questions.length > 0;
  const result = target.kind === "program"
    ? await runProgram(target, happening, { timeoutMs, signal })
    : await postWebhook(target, happening, { timeoutMs, signal });
  switch (result.kind) {
    case "ended": {
      const { code, stdout, stderr } = result;
      const outcome = `The program ended with exit code ${code}`;
      const verdict = isAsked ? code === 0 ? ", which allows" : ", which refuses" : "";
      return { outcome: outcome + verdict, output: stdout + stderr, works: isAsked || code === 0 };
    }
    case "answered": {
      const { status, text } = result;
      const isTaken = status >= 200 && status < 300;
      const verdict = isTaken
        ? ", which allows"
        : status === 403
        ? ", which refuses"
        : ", which says nothing";
      const outcome = `The receiver answered with status ${status}${isAsked ? verdict : ""}`;
      return { outcome, output: text, works: isTaken || isAsked && status === 403 };
    }
    case "timed-out":
      return { outcome: `Nothing came back within ${timeoutMs / 1000} s`, output: "", works: false };
    case "not-started":
      return { outcome: `The program does not start: ${result.why}`, output: "", works: false };
    case "unreachable":
      return { outcome: `The receiver cannot be reached: ${result.why}`, output: "", works: false };
    case "stopped":
      return { outcome: "It was stopped", output: "", works: false };
  }
}

/** What such an event would tell. */
function sampleFacts({ wantsSha256 }: Hook, event: EventName | QuestionName, home: string): Facts {
  const who = { account: "sample", address: "192.0.2.1", session: 1 };
  const place = { path: "/sample.txt", file: join(home, "sample.txt") };
  switch (event) {
    case "login":
      return who;
    case "ban":
      return { network: "192.0.2.1", by: "guard", reason: "too many wrong passwords", seconds: 3600 };
    case "quota-exceeded":
      return { ...who, what: "bytes", used: 10_000_000, limit: 10_000_000 };
    case "expired":
      return { account: "sample", file: place.file, bytes: 3 };
    case "login-failed":
      return { ...who, reason: "wrong name or password" };
    case "upload": {
      const hash = wantsSha256 ? { sha256: SAMPLE_SHA256 } : {};
      return { ...who, ...place, bytes: 3, seconds: 0.1, verb: "STOR", size: 3, ...hash };
    }
    case "download":
      return { ...who, ...place, bytes: 3, seconds: 0.1, verb: "RETR" };
    case "before-upload":
      return { ...who, ...place, verb: "STOR" };
    case "rename":
      return { ...who, ...place, to: "/renamed.txt", to_file: join(home, "renamed.txt") };
    case "link-made":
    case "link-used":
    case "link-revoked":
      return { ...who, path: place.path, link: "aB3dE5gH", purpose: "download" };
    case "delete":
    case "make-directory":
    case "remove-directory":
      return { ...who, ...place };
  }
}

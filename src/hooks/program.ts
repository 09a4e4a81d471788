/** Runs the program of a hook: arguments as a list, an environment of its own, a limit of time. */

import { fileErrorReason } from "../users/file_error.ts";
import { fillArguments, valuesOf } from "./arguments.ts";
import type { Happening } from "./happening.ts";
import type { ProgramTarget } from "./hook.ts";
import { firstBytes } from "./first_bytes.ts";

/** How a program ended. */
export type ProgramEnd =
  /** `stdout` and `stderr` are the first bytes of each. */
  | { readonly kind: "ended"; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: "timed-out" }
  /** Whoever waited for it waits no more. */
  | { readonly kind: "stopped" }
  | { readonly kind: "not-started"; readonly why: string };

/** What of its output is kept, bytes of each stream. */
const MOST_OUTPUT_BYTES = 4096;
/** How long what it started itself may hold its output open when it has ended. */
const LAST_OUTPUT_MS = 500;

/** What of the server's own environment a program gets: nothing that has secrets in it. */
const INHERITED: readonly string[] = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"];
/** Without these no program starts there. */
const INHERITED_BY_WINDOWS: readonly string[] = ["SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "PATHEXT"];

/** Runs it to its end, or ends it with all that it has started. Never throws. */
export async function runProgram(
  { path, args, cwd }: ProgramTarget,
  happening: Happening,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ProgramEnd> {
  if (signal.aborted) return { kind: "stopped" };
  const values = valuesOf(happening);
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(path, {
      args: fillArguments(args, values),
      cwd,
      clearEnv: true,
      env: environment(values),
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      // A group of its own: Ctrl+C is for the server, and the end of time for all that it has started.
      detached: Deno.build.os !== "windows",
    }).spawn();
  } catch (error) {
    return { kind: "not-started", why: fileErrorReason(error) };
  }
  return await watch(child, { timeoutMs, signal });
}

async function watch(
  child: Deno.ChildProcess,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ProgramEnd> {
  const closing = new AbortController();
  const outputs = [child.stdout, child.stderr].map((stream) =>
    firstBytes(stream, { most: MOST_OUTPUT_BYTES, readsOn: true, signal: closing.signal })
  );
  let early: ProgramEnd | undefined;
  const end = (reason: ProgramEnd): void => {
    early ??= reason;
    killAll(child);
  };
  const timer = setTimeout(() => end({ kind: "timed-out" }), timeoutMs);
  const stop = (): void => end({ kind: "stopped" });
  signal.addEventListener("abort", stop);
  const { code } = await child.status;
  clearTimeout(timer);
  signal.removeEventListener("abort", stop);
  const last = setTimeout(() => closing.abort(), LAST_OUTPUT_MS);
  const [stdout, stderr] = await Promise.all(outputs);
  clearTimeout(last);
  return early ?? { kind: "ended", code, stdout: stdout!, stderr: stderr! };
}

function environment(values: ReadonlyMap<string, string>): Record<string, string> {
  const names = [...INHERITED, ...Deno.build.os === "windows" ? INHERITED_BY_WINDOWS : []];
  const inherited = names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  const own = Array.from(values, ([name, value]) => [`BASEFTP_${name.toUpperCase()}`, value]);
  return Object.fromEntries([...inherited, ...own]);
}

/** Ends it and what it has started, at once. */
function killAll(child: Deno.ChildProcess): void {
  try {
    Deno.kill(Deno.build.os === "windows" ? child.pid : -child.pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** The executable: compiled as the project's task says, and started as a person would. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { buildPage } from "../../src/cli/page/build_page.ts";
import { temporaryFolder } from "./client_tree.ts";

const ROOT = join(import.meta.dirname!, "../..");
/** An emulated start takes some seconds on a quiet machine, milliseconds. */
const START_LIMIT_MS = 240_000;

/** The processors that the executable is made for. */
export type Architecture = "x86_64" | "aarch64";

/** Why there is nothing to compile with; undefined when there is. */
export function missingRuntime(): string | undefined {
  try {
    Deno.statSync(runtimeScript());
  } catch {
    return "no runtime to compile with";
  }
}

/** Where this machine has a script that provides `deno compile` with a base to append programs to. */
function runtimeScript(): string {
  return Deno.env.get("BASEFTP_RUNTIME") ?? join(ROOT, "../shared/runtime/runtime.sh");
}

const commands = new Map<Architecture, Promise<string[]>>();

/** The command that runs the executable; compiled once for all tests of a file. */
export function executable(architecture: Architecture): Promise<string[]> {
  const command = commands.get(architecture) ?? compile(architecture);
  commands.set(architecture, command);
  return command;
}

async function compile(architecture: Architecture): Promise<string[]> {
  const env = readExports(await output(["bash", runtimeScript(), architecture]));
  const path = join(await temporaryFolder(), "baseftp");
  await buildPage();
  await output(
    compileCommand(await compileTask(), { deno: env.COMPILE_DENO, target: env.COMPILE_TARGET, path }),
    env,
  );
  return [...env.RUN_PREFIX?.split(" ") ?? [], path];
}

/** The lines `export NAME='value'` of the script. */
function readExports(script: string): Record<string, string> {
  const lines = script.matchAll(/^export (\w+)=(?:'(.*?)'|(\S*))/gm);
  return Object.fromEntries(Array.from(lines, ([, name, quoted, bare]) => [name, quoted ?? bare]));
}

async function compileTask(): Promise<string> {
  return JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json"))).tasks.compile.command;
}

/** The project's own command with another Deno, another target and another place for the result. */
function compileCommand(
  task: string,
  { deno = "deno", target, path }: { deno: string | undefined; target: string | undefined; path: string },
): string[] {
  // What stands before is done already: the runtime that is compiled with may have no bundler.
  const [program, subcommand, ...rest] = task.replace("deno task page && ", "").split(" ");
  assert.deepEqual(
    [program, subcommand],
    ["deno", "compile"],
    `The compile task is another than expected: ${task}`,
  );
  const args = rest.map((word, index) => rest[index - 1] === "--output" ? path : word);
  return [deno, "compile", ...target === undefined ? [] : ["--target", target], ...args];
}

/** Runs a command in the project's folder and returns its output. @throws {AssertionError} If it fails. */
async function output([program, ...args]: string[], env: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(program!, { args, env, cwd: ROOT }).output();
  const text = new TextDecoder().decode(stderr);
  assert.equal(code, 0, `${program} ${args.join(" ")} ended with code ${code}:\n${text}`);
  return new TextDecoder().decode(stdout);
}

/** How to start it. */
export interface StartOptions {
  readonly args?: readonly string[];
  /** The folder to start it in. */
  readonly cwd: string;
  /** The user to run it as, where this process may choose. */
  readonly uid?: number;
}

/** Runs the executable to its end and returns its exit code and all that it wrote. */
export async function runExecutable(
  command: readonly string[],
  { args = [], cwd, uid }: StartOptions,
): Promise<{ code: number; text: string }> {
  const [program, ...first] = command;
  const { code, stdout, stderr } = await new Deno.Command(program!, {
    args: [...first, ...args],
    cwd,
    ...uid === undefined ? {} : { uid },
    stdin: "null",
    signal: AbortSignal.timeout(START_LIMIT_MS),
  }).output();
  return { code, text: [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("") };
}

/** A started server. */
export interface StartedExecutable extends AsyncDisposable {
  readonly port: number;
  /** What it has written so far. */
  text(): string;
  /** Sends the signal and returns the exit code. */
  stop(signal: Deno.Signal): Promise<number>;
}

/** Starts the executable as a server on a free port and waits for it to say its address. */
export async function startExecutable(
  command: readonly string[],
  { args = [], cwd, uid }: StartOptions,
): Promise<StartedExecutable> {
  const [program, ...first] = command;
  const child = new Deno.Command(program!, {
    args: [...first, "--port", "0", ...args],
    cwd,
    ...uid === undefined ? {} : { uid },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let text = "";
  const address = Promise.withResolvers<number>();
  const collect = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> => {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      text += part;
      const port = /ftp:\/\/\S*:(\d+)\//.exec(text)?.[1];
      if (port !== undefined) address.resolve(Number(port));
    }
  };
  const ended = Promise.all([child.status, collect(child.stdout), collect(child.stderr)]);
  void ended.then(() => address.reject(new assert.AssertionError({ message: `It ended at once:\n${text}` })));
  const kill = setTimeout(() => child.kill("SIGKILL"), START_LIMIT_MS);
  const port = await address.promise.finally(() => clearTimeout(kill));
  return {
    port,
    text: () => text,
    async stop(signal) {
      child.kill(signal);
      const [{ code }] = await ended;
      return code;
    },
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended.
      }
      await ended;
    },
  };
}

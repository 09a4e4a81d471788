/** Real clients as programs: found, and run within a time limit. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { temporaryFolder } from "./client_tree.ts";

/** What a client is given. */
export interface RunOptions {
  /**
   * Text for its standard input, where it reads commands or settings: passwords stay out of the process list.
   */
  readonly input?: string;
  /** Its working folder. */
  readonly cwd?: string;
  /** Kills it. */
  readonly signal?: AbortSignal | undefined;
}

/** No client may take longer, milliseconds. */
const TIME_LIMIT_MS = 120_000;

/** A test of a client. */
export interface ClientTest {
  /** The client. */
  readonly name: string;
  /** The program that must be installed. Default: its name; null for none. */
  readonly program?: string | null;
  /** What the client does. */
  readonly test: string;
  /** Why the test cannot be run here, whatever is installed. */
  readonly skip?: string | undefined;
  fn(): Promise<void>;
}

/**
 * Registers a test of a client. One that is skipped says so in its name. Where its program is not installed
 * the test is skipped, but in CI (`CI=true`) it fails.
 */
export function clientTest({ name, program = name, test, skip, fn }: ClientTest): void {
  if (skip !== undefined) return Deno.test({ name: `${name} ${test} (skipped: ${skip})`, ignore: true, fn });
  if (program === null || find(program) !== undefined) return Deno.test(`${name} ${test}`, fn);
  const missing = `${program} is not installed`;
  if (Deno.env.get("CI") === "true") return Deno.test(`${name} ${test}`, () => assert.fail(missing));
  Deno.test({ name: `${name} ${test} (skipped: ${missing})`, ignore: true, fn });
}

function find(program: string): string | undefined {
  const folders = Deno.env.get("PATH")?.split(":") ?? [];
  return folders.map((folder) => join(folder, program)).find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

/**
 * Runs the program to its end and returns what it wrote to both outputs.
 *
 * @throws {AssertionError} If it fails, takes too long or is killed by the signal.
 */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const child = new Deno.Command(program, {
    args: [...args],
    ...options.cwd === undefined ? {} : { cwd: options.cwd },
    clearEnv: true,
    env: await environment(),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const { code, text } = await finish(child, options);
  assert.equal(code, 0, `${program} ended with code ${code}:\n${text.slice(-4000)}`);
  return text;
}

let home: Promise<string> | undefined;

/**
 * A home of the client's own: neither the settings of the machine's user nor proxies from the environment
 * count.
 */
async function environment(): Promise<Record<string, string>> {
  home ??= temporaryFolder();
  return { PATH: Deno.env.get("PATH") ?? "", HOME: await home, LC_ALL: "C.UTF-8", TERM: "dumb" };
}

async function finish(
  child: Deno.ChildProcess,
  { input = "", signal }: RunOptions,
): Promise<{ code: number; text: string }> {
  const kill = (): void => child.kill("SIGKILL");
  const timer = setTimeout(kill, TIME_LIMIT_MS);
  signal?.addEventListener("abort", kill);
  try {
    const outputs = Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    const writer = child.stdin.getWriter();
    // A client that ends early does not read all of it; its code and its words tell.
    await writer.write(new TextEncoder().encode(input)).then(() => writer.close()).catch(() => {});
    const { code } = await child.status;
    return { code, text: (await outputs).join("") };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", kill);
  }
}

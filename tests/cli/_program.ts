/** The program as a person runs it: a process of its own, in a folder of its own. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SERVE_FLAGS } from "../support/serve_command.ts";

/** The program's first file. */
export const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

/** How a run ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** An empty folder to run the program in, and a home beside it; both are removed with all that is in them. */
export class Folder implements AsyncDisposable {
  /** The folder's absolute path, without symbolic links. */
  readonly path: string;
  /** The directory `../home`. */
  readonly home: string;
  readonly #both: string;

  private constructor(both: string) {
    this.#both = both;
    this.path = join(both, "folder");
    this.home = join(both, "home");
  }

  /** Makes the folder, with an accounts file if there is a text for it. */
  static async make(accounts?: string): Promise<Folder> {
    const folder = new Folder(await Deno.realPath(await Deno.makeTempDir()));
    await Promise.all([folder.path, folder.home].map((path) => Deno.mkdir(path)));
    if (accounts !== undefined) await folder.write(accounts);
    return folder;
  }

  /** The path of a file in it. */
  file(name = "baseftp.ini"): string {
    return join(this.path, name);
  }

  /** The text of the accounts file. */
  read(): Promise<string> {
    return Deno.readTextFile(this.file());
  }

  /** Replaces the accounts file; a new one is for its owner only. */
  write(text: string): Promise<void> {
    return Deno.writeTextFile(this.file(), text, { mode: 0o600 });
  }

  /** Runs the program to its end. */
  async run(args: readonly string[], { stdin = "", permissions = SERVE_FLAGS } = {}): Promise<Outcome> {
    const child = command(this.path, args, permissions).spawn();
    const writer = child.stdin.getWriter();
    // A program that does not read its input may end before all of it is written.
    await writer.write(new TextEncoder().encode(stdin)).catch(() => {});
    await writer.close().catch(() => {});
    const { code, stdout, stderr } = await child.output();
    return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
  }

  /** Starts the program, to run on. */
  start(
    args: readonly string[],
    { env, ...options }: { stdin?: string; env?: Record<string, string> } = {},
  ): RunningProgram {
    return new RunningProgram(command(this.path, args, SERVE_FLAGS, env).spawn(), options);
  }

  /** Removes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#both, { recursive: true });
  }
}

function command(
  cwd: string,
  args: readonly string[],
  permissions: readonly string[],
  env: Record<string, string> = {},
): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...permissions, MAIN, ...args],
    cwd,
    env: { NO_COLOR: "1", ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
}

/** A program that runs. Disposing kills it, unless it has ended. */
export class RunningProgram implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<unknown>;
  #text = "";
  #more = Promise.withResolvers<void>();
  #hasEnded = false;

  /** Takes over the child and its streams. */
  constructor(child: Deno.ChildProcess, { stdin = "" } = {}) {
    this.#child = child;
    const input = new Blob([stdin]).stream().pipeTo(child.stdin).catch(() => {});
    this.#reading = Promise.all([this.#read(child.stdout), this.#read(child.stderr), input])
      .then(() => {
        this.#hasEnded = true;
        this.#more.resolve();
      });
  }

  /** Its process. */
  get pid(): number {
    return this.#child.pid;
  }

  /** All that it wrote so far, standard output and standard error together. */
  get text(): string {
    return this.#text;
  }

  /**
   * Waits until it has written what matches; gives the match.
   *
   * @throws {Error} When it ends without.
   */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#text);
      if (match) return match;
      if (this.#hasEnded) throw new Error(`Cannot find ${pattern} in what the program wrote: ${this.#text}`);
      await this.#more.promise;
    }
  }

  /** Waits until it serves; gives the port. */
  async port(): Promise<number> {
    const [, port] = await this.until(/ftp:\/\/127\.0\.0\.1:(\d+)\/[^]*Ctrl\+C/);
    return Number(port);
  }

  /** Sends it a signal. */
  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Waits until it ends; gives its exit code. */
  async ended(): Promise<number> {
    await this.#reading;
    return (await this.#child.status).code;
  }

  /** Kills it and waits. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#reading;
    await this.#child.status;
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.#text += text;
      this.#more.resolve();
      this.#more = Promise.withResolvers<void>();
    }
  }
}

/**
 * Says some commands to a server on this machine, all at once, and QUIT after them; gives every reply as one
 * text.
 */
export async function dialogue(port: number, ...commands: string[]): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(new TextEncoder().encode([...commands, "QUIT", ""].join("\r\n")));
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(4096);
  let text = "";
  for (let length = await conn.read(buffer); length !== null; length = await conn.read(buffer)) {
    text += decoder.decode(buffer.subarray(0, length), { stream: true });
  }
  return text;
}

/** A process that talks in lines: one is written to it, one comes back. It ends with its standard input. */

/** How long a process may take to end when its input has ended, milliseconds. */
const END_MS = 10_000;

/** A running process. */
export class Child implements AsyncDisposable {
  readonly #name: string;
  readonly #process: Deno.ChildProcess;
  readonly #output: ReadableStreamDefaultReader<string>;
  readonly #complaints: Promise<string>;
  #text = "";
  #hasEnded = false;

  /** Starts the program. */
  constructor(
    name: string,
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ) {
    this.#name = name;
    this.#process = new Deno.Command(program, {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      env: { ...env, NO_COLOR: "1" },
    }).spawn();
    this.#output = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#complaints = new Response(this.#process.stderr).text();
    void this.#process.status.then(() => this.#hasEnded = true);
  }

  /** What it complained of when it ended by itself; undefined while it runs. */
  async lastWords(): Promise<string | undefined> {
    if (!this.#hasEnded) return undefined;
    return (await this.#complaints).trim().split("\n").slice(-3).join(" / ");
  }

  /** Writes a line. */
  async say(line: string): Promise<void> {
    const writer = this.#process.stdin.getWriter();
    await writer.write(new TextEncoder().encode(`${line}\n`));
    writer.releaseLock();
  }

  /**
   * Takes the output up to what matches and gives the match.
   *
   * @throws {Error} when the process ends without, or takes longer; the signal's reason when that fires.
   */
  async until(
    pattern: RegExp,
    { seconds, signal }: { seconds: number; signal?: AbortSignal },
  ): Promise<RegExpExecArray> {
    const limitMs = performance.now() + seconds * 1000;
    for (;;) {
      const match = pattern.exec(this.#text);
      if (match) {
        this.#text = this.#text.slice(match.index + match[0].length);
        return match;
      }
      const { value, done } = await this.#read(limitMs, signal);
      if (done) {
        await this.#process.status;
        throw new Error(`Cannot go on: ${this.#name} has ended: ${await this.lastWords() || this.#text}`);
      }
      this.#text += value;
    }
  }

  /** Reads its output away from now on, so that it never waits for room. */
  drain(): void {
    void (async () => {
      while (!(await this.#output.read()).done);
    })().catch(() => {});
  }

  /** Ends its input and waits; kills it when that does not help. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stdin.close().catch(() => {});
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), END_MS);
    this.#output.cancel().catch(() => {});
    await this.#process.status;
    clearTimeout(timer);
    await this.#complaints;
  }

  async #read(limitMs: number, signal?: AbortSignal): Promise<ReadableStreamReadResult<string>> {
    const { promise, reject } = Promise.withResolvers<never>();
    const late = new Error(`Cannot go on: ${this.#name} says nothing`);
    const timer = setTimeout(() => reject(late), limitMs - performance.now());
    const stop = (): void => reject(signal!.reason);
    signal?.addEventListener("abort", stop);
    try {
      signal?.throwIfAborted();
      return await Promise.race([this.#output.read(), promise]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  }
}

/** A file that only grows: appended to in order, without anyone waiting for the disk. */

/** Takes text at once and writes it soon. */
export class AppendFile implements AsyncDisposable {
  readonly path: string;
  readonly #file: Deno.FsFile;
  readonly #onFailure: (message: string) => void;
  #waiting = "";
  #writing: Promise<void> | undefined;
  #failing = false;
  #closed = false;

  private constructor(path: string, file: Deno.FsFile, onFailure: (message: string) => void) {
    this.path = path;
    this.#file = file;
    this.#onFailure = onFailure;
  }

  /**
   * Opens the file, creating it for the owner's eyes only (mode 0600).
   *
   * A write that fails loses its text; `onFailure` hears of it, once until a write succeeds again.
   *
   * @throws {Error} If it cannot be opened; the message names path and reason.
   */
  static async open(path: string, onFailure: (message: string) => void): Promise<AppendFile> {
    try {
      const file = await Deno.open(path, { append: true, create: true, mode: 0o600 });
      return new AppendFile(path, file, onFailure);
    } catch (error) {
      throw new Error(`Cannot open log file ${path}: ${reasonOf(error)}`, { cause: error });
    }
  }

  /** Adds text behind all that was added before. Never throws; after disposal it does nothing. */
  append(text: string): void {
    if (this.#closed) return;
    this.#waiting += text;
    this.#writing ??= this.#writeAll();
  }

  /** Writes out what is waiting and closes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writing;
    this.#file.close();
  }

  /** What arrives during a write goes out with the next one, so a slow disk gets few and large writes. */
  async #writeAll(): Promise<void> {
    while (this.#waiting !== "") {
      const bytes = new TextEncoder().encode(this.#waiting);
      this.#waiting = "";
      try {
        for (let written = 0; written < bytes.length;) {
          written += await this.#file.write(bytes.subarray(written));
        }
        this.#failing = false;
      } catch (error) {
        if (!this.#failing) this.#onFailure(`Cannot write log file ${this.path}: ${reasonOf(error)}`);
        this.#failing = true;
      }
    }
    this.#writing = undefined;
  }
}

/** The system's words without Deno's class name and the path, which the message has already. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/: (open|write) '.*'$/s, "") : String(error);
}

/**
 * A file that only grows, until another one takes its place: appended to in order, without anyone waiting for
 * the disk.
 */

/** How {@linkcode AppendFile} works. */
export interface AppendFileOptions {
  readonly path: string;
  /** Hears of what fails, once until it works again. */
  readonly onFailure: (message: string) => void;
  /**
   * When the file would be longer, it becomes `path.1` and a new one is begun, bytes; 0 lets it grow. By
   * default 0.
   */
  readonly mostBytes?: number;
  /** How many former files are kept, as `path.1`, the youngest, to `path.N`. By default none. */
  readonly keep?: number;
}

/** Takes text at once and writes it soon. */
export class AppendFile implements AsyncDisposable {
  readonly path: string;
  readonly #options: AppendFileOptions;
  #file: Deno.FsFile;
  #bytes: number;
  #waiting = "";
  #writing: Promise<void> | undefined;
  readonly #failing = new Set<"write" | "rotate" | "open">();
  /** Resolved when the file is open anew. */
  #reopening: PromiseWithResolvers<void> | undefined;
  /** Files are not changed again before so much more has come: what could not be moved still cannot. */
  #mayRotateAtBytes = 0;
  #closed = false;

  private constructor(file: Deno.FsFile, bytes: number, options: AppendFileOptions) {
    this.path = options.path;
    this.#file = file;
    this.#bytes = bytes;
    this.#options = options;
  }

  /**
   * Opens the file, creating it for the owner's eyes only (mode 0600).
   *
   * A write that fails loses its text.
   *
   * @throws {Error} If it cannot be opened; the message names path and reason.
   */
  static async open(options: AppendFileOptions): Promise<AppendFile> {
    try {
      const file = await openToAppend(options.path);
      const { size } = await file.stat();
      return new AppendFile(file, size, options);
    } catch (error) {
      throw new Error(`Cannot open log file ${options.path}: ${reasonOf(error)}`, { cause: error });
    }
  }

  /** Adds text behind all that was added before. Never throws; after disposal it does nothing. */
  append(text: string): void {
    if (this.#closed) return;
    this.#waiting += text;
    this.#begin();
  }

  /**
   * Opens the file of this path anew, behind all that was added before: whoever has moved the old one away
   * may have it now. Where it cannot be opened the old one stays. Never rejects.
   */
  async reopen(): Promise<void> {
    if (this.#closed) return;
    const { promise } = this.#reopening ??= Promise.withResolvers();
    this.#begin();
    await promise;
  }

  /** Writes out what is waiting and closes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writing;
    this.#file.close();
  }

  #begin(): void {
    this.#writing ??= this.#work();
  }

  /** What arrives during a write goes out with the next one, so a slow disk gets few and large writes. */
  async #work(): Promise<void> {
    while (this.#waiting !== "" || this.#reopening) {
      const bytes = new TextEncoder().encode(this.#waiting);
      this.#waiting = "";
      const { mostBytes = 0 } = this.#options;
      if (mostBytes > 0 && this.#bytes > 0 && this.#bytes + bytes.length > mostBytes) await this.#rotate();
      await this.#write(bytes);
      if (this.#reopening) await this.#reopenNow(this.#reopening);
    }
    this.#writing = undefined;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return;
    try {
      for (let written = 0; written < bytes.length;) {
        const length = await this.#file.write(bytes.subarray(written));
        written += length;
        this.#bytes += length;
      }
      this.#failing.delete("write");
    } catch (error) {
      this.#tell("write", `Cannot write log file ${this.path}: ${reasonOf(error)}`);
    }
  }

  /**
   * The youngest becomes the second youngest, and so on. A step that fails leaves a file where it was, and
   * the log goes on in the one that is open.
   */
  async #rotate(): Promise<void> {
    const { mostBytes = 0, keep = 0 } = this.#options;
    if (this.#bytes < this.#mayRotateAtBytes) return;
    try {
      // Links lead to what is not ours to move, such as standard output.
      const info = await Deno.lstat(this.path).catch(() => undefined);
      if (info && !info.isFile) throw new Error("it is no plain file");
      const names = [this.path, ...Array.from({ length: keep }, (_, at) => `${this.path}.${at + 1}`)];
      for (let at = names.length - 1; at > 0; at--) await moveIfThere(names[at - 1]!, names[at]!);
      if (keep === 0 && info) await Deno.remove(this.path);
      await this.#exchange();
      this.#failing.delete("rotate");
      this.#mayRotateAtBytes = 0;
    } catch (error) {
      this.#mayRotateAtBytes = this.#bytes + mostBytes;
      this.#tell(
        "rotate",
        `Cannot begin a new log file ${this.path}: ${reasonOf(error)}; the old one goes on`,
      );
    }
  }

  async #reopenNow({ resolve }: PromiseWithResolvers<void>): Promise<void> {
    this.#reopening = undefined;
    try {
      await this.#exchange();
      this.#failing.delete("open");
    } catch (error) {
      this.#tell("open", `Cannot open log file ${this.path} again: ${reasonOf(error)}; the old one goes on`);
    }
    resolve();
  }

  async #exchange(): Promise<void> {
    const file = await openToAppend(this.path);
    const { size } = await file.stat();
    this.#file.close();
    this.#file = file;
    this.#bytes = size;
  }

  #tell(what: "write" | "rotate" | "open", message: string): void {
    if (!this.#failing.has(what)) this.#options.onFailure(message);
    this.#failing.add(what);
  }
}

function openToAppend(path: string): Promise<Deno.FsFile> {
  return Deno.open(path, { append: true, create: true, mode: 0o600 });
}

async function moveIfThere(from: string, to: string): Promise<void> {
  try {
    await Deno.rename(from, to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** The system's words without Deno's class name and the path, which the message has already. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/: (open|write|rename|remove) '.*$/s, "");
}

/**
 * The queue of one hook on the disk: a file of lines that only grows, and is written anew when most of it is
 * done with. What was written survives the end of the program at any moment; a line that was cut off by it
 * counts for nothing.
 */

import { dirname } from "node:path";
import { fileErrorReason } from "../users/file_error.ts";

/** What waits, by its id: one line of JSON without its line end. */
export type Lines = ReadonlyMap<string, string>;

/** How {@linkcode Journal} works. */
export interface JournalOptions {
  readonly path: string;
  /** What is to be kept at this moment: asked for when the file is written anew. */
  readonly kept: () => Iterable<string>;
  /** Told when the disk does not take it, once until it does again. */
  readonly onFailure: (message: string) => void;
}

/** How large it may grow beyond what it has to keep, bytes. */
const SLACK_BYTES = 1024 * 1024;
/** The most that waits for a slow disk, UTF-16 units: what is kept is bounded, what was said of it is not. */
const MOST_WAITING = 4 * 1024 * 1024;

/** Lines that are added and done with, written in order without anyone waiting for the disk. */
export class Journal implements AsyncDisposable {
  readonly #options: JournalOptions;
  #file: Deno.FsFile | undefined;
  #bytes = 0;
  #keptBytes = 0;
  #waiting: string[] = [];
  #waitingUnits = 0;
  /** Whether the file lacks something that is kept, so that it has to be written anew. */
  #isStale = true;
  #writing: Promise<void> | undefined;
  #isFailing = false;
  #isClosed = false;

  /** Writes to the file from now on, which it replaces with what is kept. */
  constructor(options: JournalOptions) {
    this.#options = options;
    this.#wake();
  }

  /** What waits in a file. @throws {Error} naming it when it cannot be read. */
  static async read(path: string): Promise<Map<string, string>> {
    const lines = new Map<string, string>();
    let text: string;
    try {
      text = await Deno.readTextFile(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return lines;
      throw new Error(`Cannot read ${path}: ${fileErrorReason(error)}`, { cause: error });
    }
    for (const line of text.split("\n")) {
      const said = parsed(line);
      if (typeof said?.id === "string") lines.set(said.id, line);
      else if (typeof said?.done === "string") lines.delete(said.done);
    }
    return lines;
  }

  /** Keeps a line; one with the same id takes its place. */
  add(line: string): void {
    this.#append(line);
  }

  /** What has this id need not be kept any more. */
  done(id: string): void {
    this.#append(JSON.stringify({ done: id }));
  }

  /** Resolves when all that was added is on the disk, or the disk has failed. */
  async written(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  /** Writes out what is waiting and closes the file; one in which nothing waits is removed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.written();
    this.#file?.close();
    this.#file = undefined;
    const [first] = this.#options.kept();
    if (first === undefined) await Deno.remove(this.#options.path).catch(() => {});
  }

  #append(line: string): void {
    if (this.#isClosed) return;
    this.#waiting.push(line);
    this.#waitingUnits += line.length;
    if (this.#waitingUnits > MOST_WAITING) {
      this.#takeWaiting();
      this.#isStale = true;
    }
    this.#wake();
  }

  #wake(): void {
    this.#writing ??= this.#writeAll();
  }

  /** Takes what waits until nothing does; it ends in the turn in which it has found nothing more. */
  async #writeAll(): Promise<void> {
    do {
      try {
        if (this.#isStale || this.#bytes > 2 * this.#keptBytes + SLACK_BYTES) await this.#writeAnew();
        else await this.#writeWaiting();
        this.#isFailing = false;
      } catch (error) {
        this.#fail(error);
        break;
      }
    } while (this.#waiting.length > 0 || this.#isStale);
    this.#writing = undefined;
  }

  #takeWaiting(): string[] {
    this.#waitingUnits = 0;
    return this.#waiting.splice(0);
  }

  async #writeWaiting(): Promise<void> {
    const text = this.#takeWaiting().map((line) => `${line}\n`).join("");
    this.#bytes += await writeText(this.#file!, text);
  }

  /** In the place of the old file, so that at no moment there is half of one. */
  async #writeAnew(): Promise<void> {
    const { path, kept } = this.#options;
    // What waits is among what is kept, or done with.
    this.#takeWaiting();
    this.#isStale = false;
    const text = Array.from(kept(), (line) => `${line}\n`).join("");
    const temporary = `${path}.new`;
    await Deno.mkdir(dirname(path), { mode: 0o700, recursive: true });
    const file = await Deno.open(temporary, { write: true, create: true, truncate: true, mode: 0o600 });
    try {
      const bytes = await writeText(file, text);
      await Deno.rename(temporary, path);
      this.#file?.close();
      this.#file = file;
      this.#bytes = this.#keptBytes = bytes;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** The next line begins with all that is kept: what was half written must not swallow it. */
  #fail(error: unknown): void {
    const { path, onFailure } = this.#options;
    this.#isStale = true;
    if (!this.#isFailing) {
      onFailure(`Cannot write ${path}: ${fileErrorReason(error)}; what waits is not safe`);
    }
    this.#isFailing = true;
  }
}

/** Writes all of it; gives its length, bytes. */
async function writeText(file: Deno.FsFile, text: string): Promise<number> {
  const bytes = new TextEncoder().encode(text);
  for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
  return bytes.length;
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value as Record<string, unknown> : undefined;
  } catch {
    return undefined;
  }
}

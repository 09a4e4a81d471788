/**
 * A small file of the program's own, beside the accounts file: for its owner alone (0600), changed by servers
 * and commands one at a time, and written whole, so that nobody ever sees half of it.
 */

import { basename, dirname, join } from "node:path";
import { fileErrorReason, isMissingFile } from "./file_error.ts";
import { placeWhole } from "./place_whole.ts";

const LINE_FEED = 0x0a;

/** Whoever has the lock writes a small file and is done. */
const LONGEST_LOCK_MS = 5000, LOCK_PAUSE_MS = 10;

/** The beginning of a file. */
export interface Beginning {
  /** The text; of a file that is too long its first whole lines. */
  readonly text: string;
  readonly isWhole: boolean;
}

/** What {@linkcode WholeFile} needs. */
export interface WholeFileOptions {
  readonly path: string;
  /** Of a file that is longer than this no more is read, bytes. */
  readonly mostBytes: number;
  /** The error to throw, whose message names the file and says why. */
  readonly fail: (message: string, cause?: unknown) => Error;
}

/** Reads and writes one file. */
export class WholeFile {
  readonly #options: WholeFileOptions;

  constructor(options: WholeFileOptions) {
    this.#options = options;
  }

  /** What it says at this moment; nothing where there is none. @throws {Error} as `fail` makes it. */
  async read(): Promise<Beginning> {
    const { path, mostBytes, fail } = this.#options;
    try {
      const { size } = await Deno.stat(path);
      return { text: size === 0 ? "" : await beginningOf(path, mostBytes), isWhole: size <= mostBytes };
    } catch (error) {
      if (isMissingFile(error)) return { text: "", isWhole: true };
      throw fail(`Cannot read ${path}: ${fileErrorReason(error)}`, error);
    }
  }

  /**
   * Writes it, for who is {@linkcode alone}; without a text there is no file. Of a write that was cut off,
   * what is left is written over by the next one.
   *
   * @throws {Error} as `fail` makes it; the file is as it was then.
   */
  async write(text: string): Promise<void> {
    const { path, fail } = this.#options;
    const temporary = hiddenBeside(path, "tmp");
    try {
      if (text === "") return await Deno.remove(path).catch(unlessMissing);
      await placeWhole(path, text, temporary);
    } catch (error) {
      throw fail(`Cannot write ${path}: ${fileErrorReason(error)}`, error);
    }
  }

  /** Puts it aside under another name, for a person to look at. @throws {Error} as `fail` makes it. */
  async putAside(aside: string): Promise<void> {
    const { path, fail } = this.#options;
    try {
      await Deno.rename(path, aside);
    } catch (error) {
      throw fail(`Cannot put ${path} aside: ${fileErrorReason(error)}`, error);
    }
  }

  /** The same text for as long as nobody has written it: whoever does puts another file in its place. */
  async stamp(): Promise<string> {
    const info = await Deno.stat(this.#options.path).catch(() => undefined);
    return info ? `${info.dev} ${info.ino} ${info.size} ${info.mtime?.getTime()}` : "";
  }

  /**
   * Runs with nobody else at the file. The lock is the system's: it ends with whoever holds it.
   *
   * @throws {Error} as `fail` makes it, where the lock cannot be had.
   */
  async alone<T>(run: () => Promise<T>): Promise<T> {
    const { path, fail } = this.#options;
    let file: Deno.FsFile;
    try {
      file = await Deno.open(hiddenBeside(path, "lock"), { write: true, create: true, mode: 0o600 });
    } catch (error) {
      throw fail(`Cannot lock ${path}: ${fileErrorReason(error)}`, error);
    }
    using _ = file;
    for (const lateMs = performance.now() + LONGEST_LOCK_MS; !await file.tryLock(true);) {
      if (performance.now() > lateMs) {
        throw fail(`Cannot lock ${path}: another program holds it for seconds; look what hangs`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOCK_PAUSE_MS));
    }
    return await run();
  }
}

async function beginningOf(path: string, mostBytes: number): Promise<string> {
  using file = await Deno.open(path);
  const bytes = new Uint8Array(Math.min((await file.stat()).size, mostBytes + 1));
  let length = 0;
  for (let more: number | null = 0; more !== null && length < bytes.length; length += more ?? 0) {
    more = await file.read(bytes.subarray(length));
  }
  const end = length > mostBytes ? bytes.lastIndexOf(LINE_FEED) + 1 : length;
  return new TextDecoder().decode(bytes.subarray(0, end));
}

function unlessMissing(error: unknown): void {
  if (!isMissingFile(error)) throw error;
}

/** A file beside it that people need not see. */
function hiddenBeside(path: string, what: string): string {
  return join(dirname(path), `.${basename(path).replace(/^\./, "")}.${what}`);
}

/** The folder of the queues: a file for each hook, for their owner alone, and for one server at a time. */

import { join } from "node:path";
import { fileErrorReason } from "../users/file_error.ts";
import type { Happening } from "./happening.ts";
import { Journal, type JournalOptions } from "./journal.ts";

const SUFFIX = ".jsonl";
const LOCK = "lock";

/** Opens queues. Disposing lets another server use the folder. */
export class QueueFolder implements AsyncDisposable {
  readonly #path: string;
  #lock: Deno.FsFile | undefined;

  /** @param path Need not be there yet. */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Makes the folder and keeps other servers out of it.
   *
   * @throws {Error} when it cannot be made or another server uses it.
   */
  async open(): Promise<void> {
    if (this.#lock) return;
    let file: Deno.FsFile;
    let isFree: boolean;
    try {
      await Deno.mkdir(this.#path, { mode: 0o700, recursive: true });
      // One that was there before may have been open to others.
      if (Deno.build.os !== "windows") await Deno.chmod(this.#path, 0o700);
      file = await Deno.open(join(this.#path, LOCK), { write: true, create: true, mode: 0o600 });
      isFree = await file.tryLock(true);
    } catch (error) {
      throw new Error(`Cannot keep the hooks' queue in ${this.#path}: ${fileErrorReason(error)}`, {
        cause: error,
      });
    }
    if (isFree) this.#lock = file;
    else {
      file.close();
      throw new Error(
        `Cannot keep the hooks' queue in ${this.#path}: another server uses it; stop that, or give this one an accounts file of its own`,
      );
    }
  }

  /** What was not told to a hook. @throws {Error} when the file cannot be read. */
  async left(name: string): Promise<Happening[]> {
    const lines = await Journal.read(this.#fileOf(name));
    return Array.from(lines.values(), (line) => JSON.parse(line) as Happening).filter(isHappening);
  }

  /** The queue of a hook, written anew. */
  journal(name: string, options: Omit<JournalOptions, "path">): Journal {
    return new Journal({ path: this.#fileOf(name), ...options });
  }

  /** The files of hooks that are none of these. */
  async orphans(names: ReadonlySet<string>): Promise<string[]> {
    if (!this.#lock) return [];
    const found: string[] = [];
    for await (const { name } of Deno.readDir(this.#path)) {
      if (name.endsWith(SUFFIX) && !names.has(name.slice(0, -SUFFIX.length))) {
        found.push(join(this.#path, name));
      }
    }
    return found.toSorted();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#lock) return;
    // Not left to the close: a program of a hook may hold the file open, and with it the lock.
    await this.#lock.unlock().catch(() => {});
    this.#lock.close();
    this.#lock = undefined;
  }

  #fileOf(name: string): string {
    return join(this.#path, `${name}${SUFFIX}`);
  }
}

/** Whoever may write the file may run programs; a line by hand is to do no harm to the server, though. */
function isHappening(value: Partial<Happening>): value is Happening {
  return typeof value.id === "string" && typeof value.event === "string" && typeof value.atMs === "number" &&
    typeof value.facts === "object" && value.facts !== null;
}

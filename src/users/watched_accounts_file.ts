/** The text of the accounts file as it is at this moment, and word of its changes. */

import { basename, dirname, resolve } from "node:path";
import { AccountsFileError, readAccountsFile } from "./accounts_file.ts";
import { type IniDocument, parseIniDocument } from "../ini/ini_document.ts";
import type { Problem } from "../ini/problem.ts";

/** What the file says, or why it says nothing. A new object whenever that, or who may read it, is another. */
export interface FileState {
  /** The same whenever the text, or the reason for none, is the same. */
  readonly content: string;
  readonly document: IniDocument;
  readonly problem?: Problem;
  /** The permission bits; undefined where there are none. */
  readonly mode: number | undefined;
}

/** Who is told of changes. */
export interface ChangeListeners {
  /** Of each, at once. */
  readonly onDoubt: () => void;
  /** Of each burst, some time after the last change in it. */
  readonly onChange: () => void;
}

/**
 * Changes that come in one burst (an editor writes, renames, sets times) are told once, this long after the
 * last.
 */
const DEBOUNCE_MS = 100;

/**
 * File systems keep times in steps, up to two seconds (FAT). A file that was written less than this before
 * it was read may be written again without a change of its time, so it is read again until its time is this
 * old.
 */
const SETTLED_MS = 2500;

/** An accounts file that is read when it has changed. */
export class WatchedAccountsFile implements AsyncDisposable {
  readonly #path: string;
  /** What stat said when the file was read last; undefined to read it whatever it says. */
  #fingerprint: string | undefined;
  #state: FileState | undefined;
  #reading: Promise<unknown> = Promise.resolve();
  #next: Promise<FileState> | undefined;
  #watcher: Deno.FsWatcher | undefined;
  /** Whether no link leads to it, behind which it could change unheard. */
  #isPlain = false;
  #watching: Promise<void> = Promise.resolve();
  #debounce: ReturnType<typeof setTimeout> | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Reads the file, unless it has not changed; costs one stat then. Joins a reading that has not begun, never
   * one under way: that may have looked before the caller's change.
   */
  read(): Promise<FileState> {
    const begin = (): Promise<FileState> => {
      this.#next = undefined;
      const reading = this.#readIfChanged();
      this.#reading = reading;
      return reading;
    };
    this.#next ??= this.#reading.then(begin, begin);
    return this.#next;
  }

  /**
   * Whether each change is heard of as it happens: the watch is there, and what lies at the path is the file
   * itself. Only Linux tells without delay.
   */
  get isHeard(): boolean {
    return this.#watcher !== undefined && this.#isPlain && Deno.build.os === "linux";
  }

  /**
   * Tells of changes. Without permission to watch, with too many watches, and on file systems of other
   * machines nobody is ever told.
   */
  watch(listeners: ChangeListeners): void {
    try {
      this.#watcher = Deno.watchFs(dirname(resolve(this.#path)), { recursive: false });
    } catch {
      return;
    }
    this.#watching = this.#followChanges(this.#watcher, listeners).catch(() => {})
      .finally(() => this.#watcher = undefined);
  }

  /** Stops watching. The file can still be read. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#watcher?.close();
    await this.#watching;
    clearTimeout(this.#debounce);
    await (this.#next ?? this.#reading).catch(() => {});
  }

  async #readIfChanged(): Promise<FileState> {
    const info = await Deno.stat(this.#path).catch(() => undefined);
    const fingerprint = info && fingerprintOf(info);
    if (this.#state && fingerprint !== undefined && fingerprint === this.#fingerprint) return this.#state;
    this.#isPlain = await Deno.realPath(this.#path).catch(() => "") === resolve(this.#path);
    const state = { ...await readContent(this.#path), mode: info?.mode ?? undefined };
    this.#fingerprint = fingerprint;
    if (this.#state?.content !== state.content || this.#state.mode !== state.mode) this.#state = state;
    return this.#state;
  }

  async #followChanges(
    watcher: Deno.FsWatcher,
    { onDoubt, onChange }: ChangeListeners,
  ): Promise<void> {
    const name = basename(this.#path);
    for await (const { kind, paths } of watcher) {
      // Our own reading is an "access". Word that something was missed names no path.
      if (kind === "access" || paths.length > 0 && !paths.some((path) => basename(path) === name)) continue;
      onDoubt();
      clearTimeout(this.#debounce);
      this.#debounce = setTimeout(onChange, DEBOUNCE_MS);
    }
  }
}

/** What tells one state of the file from the next; undefined when it cannot be told yet. */
function fingerprintOf({ mtime, ctime, size, ino, dev, mode }: Deno.FileInfo): string | undefined {
  const newest = Math.max(mtime?.getTime() ?? 0, ctime?.getTime() ?? 0);
  if (Math.abs(Date.now() - newest) < SETTLED_MS) return undefined;
  return JSON.stringify([mtime, ctime, size, ino, dev, mode]);
}

async function readContent(path: string): Promise<Omit<FileState, "mode">> {
  const nothing = parseIniDocument("", { file: path });
  try {
    const document = await readAccountsFile(path);
    if (document) return { content: `text ${document.text}`, document };
    const problem = { value: path, message: `Cannot read ${path}: no such file or directory` };
    return { content: "missing", document: nothing, problem };
  } catch (error) {
    if (!(error instanceof AccountsFileError)) throw error;
    return { content: `problem ${error.message}`, document: nothing, problem: error.problem };
  }
}

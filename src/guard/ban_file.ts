/**
 * The file of bans, beside the accounts file: they survive a restart. It is for its owner alone (0600) and
 * written whole, so that nobody ever sees half of it.
 */

import { basename, dirname, extname, join } from "node:path";
import { fileErrorReason, isMissingFile } from "../users/file_error.ts";
import type { Ban } from "./ban.ts";
import type { BanList } from "./ban_list.ts";
import { bounded, formatBanLines, MOST_BYTES, parseBanLines } from "./ban_lines.ts";
import { MOST_BANS } from "./ban_table.ts";

/** A flood brings many bans: they are written together, this long after those before. */
const PAUSE_MS = 5000;
/** A flood may bring more than fit; of what is over and cannot be written no more is kept than this. */
const MOST_CHANGES = 4 * MOST_BANS;

const LINE_FEED = 0x0a;

/** Whoever has the lock writes a small file and is done. */
const LONGEST_LOCK_MS = 5000, LOCK_PAUSE_MS = 10;

/** The file of bans cannot be read or written; the message names it and says why. */
export class BanFileError extends Error {
  /** For stack traces. */
  override readonly name = "BanFileError";
}

/** Where the bans of a server with this accounts file are: `baseftp.bans` for `baseftp.ini`. */
export function banFileOf(configFile: string): string {
  return join(dirname(configFile), `${basename(configFile, extname(configFile))}.bans`);
}

/** What a file says. */
export interface ReadBans {
  readonly bans: readonly Ban[];
  /** What is wrong in it, and where it was put aside. */
  readonly problems: readonly string[];
}

/**
 * Reads the bans. A file with something wrong in it is put aside, and what is right in it holds.
 *
 * @throws {BanFileError} when it is there and cannot be read.
 */
export async function readBanFile(path: string): Promise<ReadBans> {
  // Nobody sees half of it, so a folder that cannot be written to needs no lock.
  const seen = await saidBy(path);
  if (seen.problems.length === 0) return seen;
  try {
    return await withLock(path, async () => {
      const read = await readNow(path);
      if (read.problems.length > 0) await writeNow(path, formatBanLines(read.bans, Date.now()));
      return read;
    });
  } catch (error) {
    if (!(error instanceof BanFileError)) throw error;
    return { bans: seen.bans, problems: [...seen.problems, error.message] };
  }
}

/**
 * Changes the bans of the file, or makes it. What others write meanwhile waits: nothing is lost.
 *
 * @param change Sets and deletes bans by their networks.
 * @returns What was wrong in the file, which was put aside.
 * @throws {BanFileError} when it cannot be read or written, or whatever `change` throws.
 */
export async function updateBanFile(
  path: string,
  change: (bans: Map<string, Ban>) => void,
): Promise<readonly string[]> {
  return (await update(path, change)).problems;
}

/** What a file says, and what tells that it says it still. */
interface Remembered {
  readonly bans: readonly Ban[];
  readonly stamp: string;
}

/** See {@linkcode updateBanFile}. What is remembered need not be read again. */
async function update(
  path: string,
  change: (bans: Map<string, Ban>) => void,
  remembered?: Remembered,
): Promise<Remembered & ReadBans> {
  return await withLock(path, async () => {
    const isSame = remembered && remembered.stamp === await stampOf(path);
    const { bans, problems } = isSame ? { ...remembered, problems: [] } : await readNow(path);
    const byNetwork = new Map(bans.map((ban) => [ban.network, ban]));
    change(byNetwork);
    const left = bounded(byNetwork);
    await writeNow(path, formatBanLines(left, Date.now()));
    return { bans: left, problems, stamp: await stampOf(path) };
  });
}

/** Whoever writes the file puts another one in its place. */
async function stampOf(path: string): Promise<string> {
  const info = await Deno.stat(path).catch(() => undefined);
  return info ? `${info.dev} ${info.ino} ${info.size} ${info.mtime?.getTime()}` : "";
}

/** How {@linkcode BanFile} works. */
export interface BanFileOptions {
  readonly path: string;
  readonly list: BanList;
  /** Told when the file cannot be written, once until it can, and of what was wrong in it. */
  readonly onProblem: (message: string) => void;
}

/** Keeps the file as the list is. Disposing writes what is left. */
export class BanFile implements AsyncDisposable {
  readonly #options: BanFileOptions;
  readonly #unsubscribe: () => void;
  /** By network, what is to stand in the file; undefined for nothing. */
  #changes = new Map<string, Ban | undefined>();
  #remembered: Remembered | undefined;
  #writing: Promise<void> | undefined;
  #pause: PromiseWithResolvers<void> | undefined;
  /** How many wait for the file. */
  #waiting = 0;
  #isFailing = false;

  constructor(options: BanFileOptions) {
    this.#options = options;
    this.#unsubscribe = options.list.subscribe(({ kind, ban }) => {
      if (this.#changes.size >= MOST_CHANGES) this.#changes = this.#holding();
      this.#changes.set(ban.network, kind === "banned" ? ban : undefined);
      this.#writing ??= this.#writeAll();
    });
  }

  /** Resolves when what has changed so far is in the file, or could not be written. */
  async written(): Promise<void> {
    this.#waiting++;
    this.#pause?.resolve();
    await this.#writing;
    this.#waiting--;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
    await this.written();
    // What could not be written is tried once more.
    if (this.#changes.size > 0) await this.#write();
  }

  /** What holds, without what does no more: that ends in the file by itself. */
  #holding(): Map<string, Ban> {
    return new Map(this.#options.list.list().map(({ refused: _, ...ban }) => [ban.network, ban]));
  }

  async #writeAll(): Promise<void> {
    do {
      await this.#write();
      await this.#rest();
    } while (this.#changes.size > 0 && !this.#isFailing);
    this.#writing = undefined;
  }

  async #write(): Promise<void> {
    const { path, onProblem } = this.#options;
    const changes = this.#changes;
    this.#changes = new Map();
    try {
      const change = (bans: Map<string, Ban>): void => {
        for (const [network, ban] of changes) {
          bans.delete(network);
          if (ban) bans.set(network, ban);
        }
      };
      const written = await update(path, change, this.#remembered);
      this.#remembered = { bans: written.bans, stamp: written.stamp };
      written.problems.forEach(onProblem);
      this.#isFailing = false;
    } catch (error) {
      // They go with the next ones.
      this.#changes = new Map([...changes, ...this.#changes]);
      const message = error instanceof Error ? error.message : String(error);
      if (!this.#isFailing) onProblem(`${message}; until it can, bans do not survive a restart`);
      this.#isFailing = true;
    }
  }

  /** Waits, unless somebody waits for the file. */
  async #rest(): Promise<void> {
    if (this.#changes.size === 0 || this.#waiting > 0) return;
    this.#pause = Promise.withResolvers();
    const timer = setTimeout(this.#pause.resolve, PAUSE_MS);
    Deno.unrefTimer(timer);
    await this.#pause.promise;
    clearTimeout(timer);
    this.#pause = undefined;
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).size;
  } catch (error) {
    if (isMissingFile(error)) return 0;
    throw new BanFileError(`Cannot read ${path}: ${fileErrorReason(error)}`, { cause: error });
  }
}

/** Reads under the lock. */
async function readNow(path: string): Promise<ReadBans> {
  const { bans, problems } = await saidBy(path);
  if (problems.length === 0) return { bans, problems };
  const aside = `${path}.broken`;
  try {
    await Deno.rename(path, aside);
  } catch (error) {
    throw new BanFileError(`Cannot put ${path} aside: ${fileErrorReason(error)}`, { cause: error });
  }
  return {
    bans,
    problems: [...problems, `${path} was put aside as ${aside}: its ${bans.length} sound bans hold`],
  };
}

/** What it says at this moment. */
async function saidBy(path: string): Promise<ReadBans> {
  const size = await sizeOf(path);
  if (size === 0) return { bans: [], problems: [] };
  try {
    const { bans, problems } = parseBanLines(await beginningOf(path), { file: path });
    if (size <= MOST_BYTES) return { bans, problems };
    const tooLong = `${path}: Cannot read all bans: it has more than ${MOST_BYTES} bytes`;
    return { bans, problems: [tooLong, ...problems] };
  } catch (error) {
    throw new BanFileError(`Cannot read ${path}: ${fileErrorReason(error)}`, { cause: error });
  }
}

/** The text, of one that is too long its first whole lines. */
async function beginningOf(path: string): Promise<string> {
  using file = await Deno.open(path);
  const bytes = new Uint8Array(Math.min((await file.stat()).size, MOST_BYTES + 1));
  let length = 0;
  for (let more: number | null = 0; more !== null && length < bytes.length; length += more ?? 0) {
    more = await file.read(bytes.subarray(length));
  }
  const end = length > MOST_BYTES ? bytes.lastIndexOf(LINE_FEED) + 1 : length;
  return new TextDecoder().decode(bytes.subarray(0, end));
}

/** Writes under the lock. Of a write that was cut off, what is left is written over by the next one. */
async function writeNow(path: string, text: string): Promise<void> {
  const temporary = hidden(path, "tmp");
  try {
    if (text === "") return await Deno.remove(path).catch(unlessMissing);
    await Deno.remove(temporary).catch(unlessMissing);
    {
      using file = await Deno.open(temporary, { write: true, createNew: true, mode: 0o600 });
      const bytes = new TextEncoder().encode(text);
      for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
      await file.sync();
    }
    await Deno.rename(temporary, path);
  } catch (error) {
    throw new BanFileError(`Cannot write ${path}: ${fileErrorReason(error)}`, { cause: error });
  }
}

function unlessMissing(error: unknown): void {
  if (!isMissingFile(error)) throw error;
}

/** Runs with nobody else at the file. The lock is the system's: it ends with whoever holds it. */
async function withLock<T>(path: string, run: () => Promise<T>): Promise<T> {
  const lock = hidden(path, "lock");
  let file: Deno.FsFile;
  try {
    file = await Deno.open(lock, { write: true, create: true, mode: 0o600 });
  } catch (error) {
    throw new BanFileError(`Cannot lock ${path}: ${fileErrorReason(error)}`, { cause: error });
  }
  using _ = file;
  for (const lateMs = performance.now() + LONGEST_LOCK_MS; !await file.tryLock(true);) {
    if (performance.now() > lateMs) {
      throw new BanFileError(`Cannot lock ${path}: another program holds it for seconds; look what hangs`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOCK_PAUSE_MS));
  }
  return await run();
}

/** A file beside it that people need not see. */
function hidden(path: string, what: string): string {
  return join(dirname(path), `.${basename(path)}.${what}`);
}

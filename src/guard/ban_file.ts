/** The file of bans, beside the accounts file: they survive a restart. */

import { basename, dirname, extname, join } from "node:path";
import { WholeFile } from "../users/whole_file.ts";
import type { Ban } from "./ban.ts";
import type { BanList } from "./ban_list.ts";
import { bounded, formatBanLines, MOST_BYTES, parseBanLines } from "./ban_lines.ts";
import { MOST_BANS } from "./ban_table.ts";

/** A flood brings many bans: they are written together, this long after those before. */
const PAUSE_MS = 5000;
/** A flood may bring more than fit; of what is over and cannot be written no more is kept than this. */
const MOST_CHANGES = 4 * MOST_BANS;

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
    return await fileAt(path).alone(async () => {
      const read = await readNow(path);
      if (read.problems.length > 0) await fileAt(path).write(formatBanLines(read.bans, Date.now()));
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
  return await fileAt(path).alone(async () => {
    const isSame = remembered && remembered.stamp === await fileAt(path).stamp();
    const { bans, problems } = isSame ? { ...remembered, problems: [] } : await readNow(path);
    const byNetwork = new Map(bans.map((ban) => [ban.network, ban]));
    change(byNetwork);
    const left = bounded(byNetwork);
    await fileAt(path).write(formatBanLines(left, Date.now()));
    return { bans: left, problems, stamp: await fileAt(path).stamp() };
  });
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

/** Reads under the lock. */
async function readNow(path: string): Promise<ReadBans> {
  const { bans, problems } = await saidBy(path);
  if (problems.length === 0) return { bans, problems };
  const aside = `${path}.broken`;
  await fileAt(path).putAside(aside);
  return {
    bans,
    problems: [...problems, `${path} was put aside as ${aside}: its ${bans.length} sound bans hold`],
  };
}

/** What it says at this moment. */
async function saidBy(path: string): Promise<ReadBans> {
  const { text, isWhole } = await fileAt(path).read();
  const { bans, problems } = parseBanLines(text, { file: path });
  if (isWhole) return { bans, problems };
  const tooLong = `${path}: Cannot read all bans: it has more than ${MOST_BYTES} bytes`;
  return { bans, problems: [tooLong, ...problems] };
}

function fileAt(path: string): WholeFile {
  return new WholeFile({
    path,
    mostBytes: MOST_BYTES,
    fail: (message, cause) => new BanFileError(message, { cause }),
  });
}

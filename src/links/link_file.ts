/** The file of share links, beside the accounts file: they survive a restart and a kill. */

import { WholeFile } from "../users/whole_file.ts";
import { formatLink, type Link, parseLink } from "./link.ts";

/** The most links of one account, and of all together. */
export const MOST_OF_ACCOUNT = 200, MOST_LINKS = 2000;

/** More than all links take as a rule. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Broken lines that are named; of the others it is told how many there are. */
const MOST_NAMED = 5;

/** The file cannot be read or written; the message names it and says why. */
export class LinkFileError extends Error {
  /** For stack traces. */
  override readonly name = "LinkFileError";
}

/** What a file says. */
export interface ReadLinks {
  readonly links: readonly Link[];
  /** Lines that are no links: they stay in the file, for a person to put them right. */
  readonly broken: readonly string[];
  /** What is wrong with them. */
  readonly problems: readonly string[];
  /** The same for as long as nobody writes the file. */
  readonly stamp: string;
}

/** Reads the file and writes it. */
export class LinkFile {
  readonly #path: string;
  readonly #file: WholeFile;

  constructor(path: string) {
    this.#path = path;
    this.#file = new WholeFile({
      path,
      mostBytes: MOST_BYTES,
      fail: (message, cause) => new LinkFileError(message, { cause }),
    });
  }

  /** What tells whether somebody has written it. */
  stamp(): Promise<string> {
    return this.#file.stamp();
  }

  /** What it says; it may be missing. @throws {LinkFileError} when it cannot be read. */
  async read(): Promise<ReadLinks> {
    const stamp = await this.stamp();
    const { text, isWhole } = await this.#file.read();
    // To write what was read would lose the rest.
    if (!isWhole) {
      const remedy = "take lines out of it that nobody needs";
      throw new LinkFileError(`Cannot read ${this.#path}: it has more than ${MOST_BYTES} bytes; ${remedy}`);
    }
    return { ...linesOf(text, this.#path), stamp };
  }

  /**
   * Changes it under its lock, whatever others have made of it meanwhile.
   *
   * @param change Makes other links of those that are there; the same ones leave the file as it is.
   * @param known What was read or written last: it is not read again while the file says it still.
   * @throws {LinkFileError} when it cannot be read or written, or whatever `change` throws.
   */
  async update(
    change: (links: readonly Link[]) => readonly Link[],
    known?: ReadLinks,
  ): Promise<ReadLinks> {
    return await this.#file.alone(async () => {
      const read = known && known.stamp === await this.stamp() ? known : await this.read();
      const links = change(read.links);
      if (links === read.links) return read;
      const lines = [...read.broken, ...links.map(formatLink)];
      await this.#file.write(lines.map((line) => `${line}\n`).join(""));
      return { ...read, links, stamp: await this.stamp() };
    });
  }
}

/** The links of a text. Of two lines with one id or one token the first one counts. */
function linesOf(text: string, file: string): Omit<ReadLinks, "stamp"> {
  const links: Link[] = [], broken: string[] = [], problems: string[] = [];
  const known = new Set<string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const link = parseLink(line);
    const reason = typeof link === "string"
      ? link
      : known.has(link.id) || known.has(link.token)
      ? "another line has its id or its token"
      : undefined;
    if (reason !== undefined || typeof link === "string") {
      broken.push(line);
      problems.push(`${file}, line ${index + 1}: Cannot read a link: ${reason}; the line stays as it is`);
      continue;
    }
    links.push(link);
    known.add(link.id).add(link.token);
  }
  const named = problems.slice(0, MOST_NAMED);
  const more = problems.length - named.length;
  if (more > 0) named.push(`${file}: Cannot read ${more} more lines`);
  return { links, broken, problems: named };
}
